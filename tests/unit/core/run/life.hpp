// One run in a test's hands: a workflow written in a few words, the changes of every call gathered, and its rows as the
// conductor would store them.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/run/run.hpp"

namespace kontor::core::run::testing {

inline expr::Template value_of(const Json& value) {
    const Result<expr::Template> compiled = expr::compile(value);
    KONTOR_CHECK(compiled.has_value());
    return *compiled;
}

inline dag::TaskNode task(const std::string& name, std::vector<int> after = {}, bool per_country = false) {
    dag::TaskNode node;
    node.name = name;
    node.uses = "work";
    node.after = std::move(after);
    node.per_country = per_country;
    node.retry = {3, std::chrono::seconds(2), 2.0, std::chrono::minutes(5), dag::Jitter::None};
    return node;
}

inline dag::TaskNode with_fan(dag::TaskNode node, const std::string& name, const Json& over) {
    node.fan = dag::Fan{name, value_of(over)};
    return node;
}

inline dag::TaskNode when(dag::TaskNode node, const std::string& expression) {
    node.when = dag::When::Expression;
    node.when_expr = *expr::parse(expression);
    return node;
}

inline std::shared_ptr<dag::Workflow> workflow(std::vector<dag::TaskNode> tasks, const Json& over = JsonArray{"AA", "BB"}) {
    auto made = std::make_shared<dag::Workflow>();
    made->name = "w";
    made->partition_key = "country";
    made->partition_over = value_of(over);
    made->tasks = std::move(tasks);
    for (const auto& path : expr::references(made->partition_over)) {
        if (path.size() > 1 && path[0] == "tasks") {
            made->partition_needs.push_back(made->task_index(path[1]));
        }
    }
    return made;
}

class Life {
 public:
    explicit Life(std::shared_ptr<const dag::Workflow> made, Json params = JsonObject{})
        : workflow_(made), run(std::move(made), {7, std::move(params), "c7", Instant(std::chrono::hours(1))}) {}

    void start() { run.start(now, world, changes); }

    // "t/AA/3": task, country, item; what is empty is left out.
    std::string name_of(Index index) const {
        const Instance& each = run.instance(index);
        std::string name = run.node(each).name;
        name += run.country(each).empty() ? "" : "/" + run.country(each);
        return name + (each.item.empty() ? "" : "/" + each.item);
    }
    Index at(const std::string& name) const {
        for (Index index = run.instance_count() - 1; index >= 0; --index) {
            if (run.instance(index).cell >= 0 && name_of(index) == name) {
                return index;
            }
        }
        ADD_FAILURE() << "there is no instance " << name;
        return 0;
    }
    // "none" before its cell has opened.
    std::string state(const std::string& name) const {
        for (Index index = run.instance_count() - 1; index >= 0; --index) {
            if (run.instance(index).cell >= 0 && name_of(index) == name) {
                return std::string(to_string(run.instance(index).state));
            }
        }
        return "none";
    }
    std::string run_state() const { return std::string(to_string(run.state())); }

    bool begin(const std::string& name) { return run.begin_attempt(at(name), now, world, changes).has_value(); }
    bool end(const std::string& name, sdk::Outcome outcome) {
        const Index index = at(name);
        return run.attempt_ended(index, run.instance(index).attempt, std::move(outcome), now, world, changes);
    }
    void succeed(const std::string& name, Json outputs = JsonObject{}) {
        begin(name);
        end(name, sdk::Succeeded{std::move(outputs), {}});
    }
    void fail(const std::string& name, sdk::FailureClass kind = sdk::FailureClass::Data) {
        begin(name);
        end(name, sdk::Failed{kind, "it went wrong"});
    }
    void wait(Duration duration) {
        now += duration;
        run.on_time(now, world, changes);
    }
    Result<void> redrive(const std::string& name) { return run.redrive(at(name), now, world, changes); }
    int cancel(const std::string& country = "", const std::string& task_name = "") {
        return run.cancel({country, task_name}, "enough", now, world, changes);
    }

    std::vector<StoredInstance> rows() const {
        std::vector<StoredInstance> rows;
        for (Index index = 0; index < run.instance_count(); ++index) {
            const Instance& each = run.instance(index);
            if (each.cell < 0 || !has_row(each)) {
                continue;
            }
            const bool handed_back = each.state == TaskState::Ready;
            rows.push_back(
                {index + 1, run.node(each).name, run.country(each), each.item, handed_back ? TaskState::Retrying : each.state,
                 each.attempt, each.started_at, each.next_at, each.finished_at, each.child_run, each.input, each.outputs,
                 each.reason, each.stopping, each.lost, each.began_at}
            );
        }
        return rows;
    }
    Former former() const { return {*run.started_at(), run.resumed_at(), run.cancel_reason(), run.pauses()}; }

    // What a run is, but for what follows by itself.
    static std::map<std::string, std::string> picture(const Life& life) {
        std::map<std::string, std::string> seen;
        for (Index index = 0; index < life.run.instance_count(); ++index) {
            const Instance& each = life.run.instance(index);
            if (each.cell >= 0 && each.state != TaskState::Waiting) {
                seen[life.name_of(index)] = std::string(to_string(each.state)) + " " + std::to_string(each.attempt);
            }
        }
        seen["the run"] = life.run_state();
        return seen;
    }
    // The same run, rebuilt from its rows.
    Life restored() const {
        Life again(workflow_, run.identity().params);
        again.now = now;
        const Result<void> done = again.run.restore(rows(), former(), now, world, again.changes);
        EXPECT_TRUE(done) << (done ? "" : describe(done.error()));
        again.run.on_time(now, world, again.changes);
        return again;
    }

 private:
    std::shared_ptr<const dag::Workflow> workflow_;

 public:
    Run run;
    World world;
    Changes changes;
    Instant now{std::chrono::hours(2)};
};

}  // namespace kontor::core::run::testing
