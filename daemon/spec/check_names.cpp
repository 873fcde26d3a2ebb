// Every name that an expression reads must exist where the expression stands.
#include <algorithm>
#include <array>
#include <set>

#include "spec/draft.hpp"

namespace kontor::spec {
namespace {

const std::vector<std::string> task_members{"outputs", "state", "succeeded", "failed"};
const std::vector<std::string> run_members{"id", "workflow", "correlation", "created_at", "period"};
const std::vector<std::string> tick_members{"time", "period", "previous_period"};
const std::vector<std::string> event_members{"id", "source", "type", "subject", "time", "data", "correlation", "extensions"};
const std::vector<std::string> batch_members{"key", "count", "events", "data", "subjects"};

// What one expression may see.
struct Sight {
    std::string where;  // "task 'tune'", for messages
    std::vector<std::string> roots;
    std::set<int> upstream;
    const TaskDraft* task = nullptr;
};

std::string joined(const std::vector<std::string>& path) {
    std::string text;
    for (const std::string& step : path) {
        text += (text.empty() ? "" : ".") + step;
    }
    return text;
}

void check_member(Context& context, const Reading& reading, std::size_t step, const std::vector<std::string>& known) {
    if (reading.path.size() <= step || std::find(known.begin(), known.end(), reading.path[step]) != known.end()) {
        return;
    }
    const std::vector<std::string> head(reading.path.begin(), reading.path.begin() + static_cast<std::ptrdiff_t>(step));
    context.out.add_unknown(
        reading.offset, joined(head) + " has no member '" + reading.path[step] + "'", reading.path[step], known
    );
}

void check_task_reading(Context& context, const Draft& draft, const Sight& sight, const Reading& reading) {
    if (reading.path.size() < 2) {
        return;
    }
    const std::string& name = reading.path[1];
    std::vector<std::string> names;
    int found = -1;
    for (std::size_t i = 0; i < draft.tasks.size(); ++i) {
        names.push_back(draft.tasks[i].node.name);
        found = names.back() == name ? static_cast<int>(i) : found;
    }
    if (found < 0) {
        // tasks.on-alarm reads as tasks.on minus alarm.
        const auto longer = std::find_if(names.begin(), names.end(), [&](const std::string& candidate) {
            return candidate.starts_with(name + "-");
        });
        if (longer != names.end()) {
            context.out.add(reading.offset, "there is no task '" + name + "'", "a name with '-' is written tasks['" + *longer + "']");
        } else {
            context.out.add_unknown(reading.offset, "there is no task '" + name + "'", name, names);
        }
        return;
    }
    if (!sight.upstream.contains(found)) {
        // One misspelt 'after' would be followed by such a fault for everything below it.
        if (std::any_of(draft.tasks.begin(), draft.tasks.end(), [](const TaskDraft& task) { return task.after_misspelt; })) {
            return;
        }
        const bool itself = sight.task != nullptr && sight.task->node.name == name;
        context.out.add(
            reading.offset, itself ? "a task cannot read its own outputs" : sight.where + " does not come after task '" + name + "', so it cannot read it",
            itself ? "" : "add it to 'after'"
        );
        return;
    }
    check_member(context, reading, 2, task_members);
}

void check_unknown_root(Context& context, const Draft& draft, const Sight& sight, const Reading& reading) {
    const std::string& root = reading.path[0];
    std::string message = "there is no name '" + root + "' in " + sight.where;
    if (root == "country" || root == "winner") {
        context.out.add(reading.root_offset, message, "'" + root + "' exists in tasks with 'per: country'");
    } else if (root == "event" || root == "tick") {
        context.out.add(reading.root_offset, message, "'" + root + "' exists in triggers; pass what you need on as a parameter");
    } else if (std::find(draft.params.begin(), draft.params.end(), root) != draft.params.end()) {
        context.out.add(reading.root_offset, message, "did you mean params." + root + "?");
    } else if (std::any_of(draft.tasks.begin(), draft.tasks.end(), [&](const TaskDraft& task) { return task.node.name == root; })) {
        context.out.add(reading.root_offset, message, "did you mean tasks." + root + "?");
    } else {
        context.out.add_unknown(reading.root_offset, message, root, sight.roots);
    }
}

void check_readings(Context& context, const Draft& draft, const Sight& sight, const std::vector<Reading>& readings) {
    for (const Reading& reading : readings) {
        const std::string& root = reading.path[0];
        if (std::find(sight.roots.begin(), sight.roots.end(), root) == sight.roots.end()) {
            check_unknown_root(context, draft, sight, reading);
        } else if (root == "params" && reading.path.size() > 1) {
            if (std::find(draft.params.begin(), draft.params.end(), reading.path[1]) == draft.params.end()) {
                context.out.add_unknown(
                    reading.offset, "the workflow has no parameter '" + reading.path[1] + "'", reading.path[1], draft.params
                );
            }
        } else if (root == "tasks") {
            check_task_reading(context, draft, sight, reading);
        } else if (root == "run") {
            check_member(context, reading, 1, run_members);
        }
    }
}

// `tasks` alone, or with an index that is not constant, would mean all of them.
void refuse_bare_tasks(Context& context, const std::vector<Reading>& readings) {
    for (const Reading& reading : readings) {
        if (reading.path.size() == 1 && reading.path[0] == "tasks") {
            context.out.add(reading.offset, "'tasks' needs the name of a task behind it", "write tasks.<name>.outputs");
        }
    }
}

std::vector<std::set<int>> upstream_of_all(const Draft& draft) {
    std::vector<std::set<int>> upstream(draft.tasks.size());
    for (std::size_t i = 0; i < draft.tasks.size(); ++i) {
        for (const int parent : draft.tasks[i].node.after) {
            upstream[i].insert(parent);
            upstream[i].insert(upstream[static_cast<std::size_t>(parent)].begin(), upstream[static_cast<std::size_t>(parent)].end());
        }
    }
    return upstream;
}

// The tasks whose outputs say which countries there are. They cannot themselves wait for countries.
void check_partition(Context& context, Draft& draft, const std::vector<std::set<int>>& upstream) {
    Sight sight{"'partition'", {"params", "tasks", "run"}, {}, nullptr};
    for (std::size_t i = 0; i < draft.tasks.size(); ++i) {
        sight.upstream.insert(static_cast<int>(i));
    }
    check_readings(context, draft, sight, draft.partition_readings);
    refuse_bare_tasks(context, draft.partition_readings);
    std::set<int> needs;
    for (const Reading& reading : draft.partition_readings) {
        for (std::size_t i = 0; i < draft.tasks.size() && reading.path[0] == "tasks" && reading.path.size() > 1; ++i) {
            if (draft.tasks[i].node.name != reading.path[1]) {
                continue;
            }
            std::set<int> all = upstream[i];
            all.insert(static_cast<int>(i));
            const auto late = std::find_if(all.begin(), all.end(), [&](int task) {
                return draft.tasks[static_cast<std::size_t>(task)].node.per_country;
            });
            if (late != all.end()) {
                context.out.add(
                    reading.offset, "the countries depend on task '" + reading.path[1] + "', which waits for the countries (task '" +
                                        draft.tasks[static_cast<std::size_t>(*late)].node.name + "' is per country)"
                );
            }
            needs.insert(static_cast<int>(i));
        }
    }
    draft.workflow.partition_needs.assign(needs.begin(), needs.end());
}

// A period is known before any task: what finds the countries may be what fails.
void check_partition_state(Context& context, Draft& draft) {
    check_readings(context, draft, {"'partition.period' and 'partition.counts'", {"params", "run"}, {}, nullptr}, draft.period_readings);
    if (!draft.made_by) {
        return;
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < draft.tasks.size(); ++i) {
        const core::dag::TaskNode& node = draft.tasks[i].node;
        if (node.per_country) {
            names.push_back(node.name);
        }
        if (node.name == draft.made_by->text && node.per_country) {
            draft.workflow.partition_made_by = static_cast<int>(i);
        }
    }
    if (draft.workflow.partition_made_by < 0) {
        context.out.add_unknown(
            draft.made_by->offset, "'made_by' names no task with 'per: country': '" + draft.made_by->text + "'", draft.made_by->text, names
        );
    }
}

}  // namespace

void check_trigger_names(
    Context& context, const std::vector<Reading>& readings, const std::vector<std::string>& roots, std::string_view trigger
) {
    std::string all;
    for (const std::string& root : roots) {
        all += (all.empty() ? "'" : " and '") + root + "'";
    }
    for (const Reading& reading : readings) {
        const std::string& root = reading.path[0];
        if (std::find(roots.begin(), roots.end(), root) == roots.end()) {
            context.out.add(
                reading.root_offset, "there is no name '" + root + "' in trigger '" + std::string(trigger) + "'",
                root == "batch" ? "'batch' exists in 'params' of a trigger with 'batch' or 'debounce'" : "a trigger sees " + all + " only"
            );
        } else if (root == "tick" && reading.path.size() == 1) {
            context.out.add(reading.offset, "'tick' needs a member behind it", "write tick.time, tick.period or tick.previous_period");
        } else if (root == "tick") {
            check_member(context, reading, 1, tick_members);
        } else if (root == "event") {
            check_member(context, reading, 1, event_members);
        } else if (root == "batch") {
            check_member(context, reading, 1, batch_members);
        }
    }
}

void check_names(Context& context, Draft& draft) {
    const auto upstream = upstream_of_all(draft);
    for (std::size_t i = 0; i < draft.tasks.size(); ++i) {
        const TaskDraft& task = draft.tasks[i];
        Sight sight{"task '" + task.node.name + "'", {"params", "tasks", "run"}, upstream[i], &task};
        if (task.node.per_country) {
            sight.roots.insert(sight.roots.end(), {"country", "winner"});
        }
        // `when` and `fan_out` are decided before there are items.
        check_readings(context, draft, sight, task.when_readings);
        check_readings(context, draft, sight, task.fan_readings);
        if (task.node.fan) {
            sight.roots.push_back(task.node.fan->name);
        }
        check_readings(context, draft, sight, task.with_readings);
        for (const auto* readings : {&task.when_readings, &task.fan_readings, &task.with_readings}) {
            refuse_bare_tasks(context, *readings);
        }
    }
    check_partition(context, draft, upstream);
    check_partition_state(context, draft);
}

}  // namespace kontor::spec
