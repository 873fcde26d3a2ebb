// The engine on the simulated store, in a test's hands: virtual time, an executor that only notes what it is given, and a
// crash at any moment.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/cycle.hpp"
#include "sim/sim_store.hpp"
#include "unit/core/run/life.hpp"

namespace kontor::engine::testing {

using core::run::testing::task;
using core::run::testing::value_of;

class NotingExecutor : public ports::Executor {
 public:
    void start(std::vector<ports::Dispatch> dispatches) override {
        for (ports::Dispatch& each : dispatches) {
            started.push_back(std::move(each));
        }
    }
    void cancel(ports::AttemptKey key) override { cancelled.push_back(key); }
    std::vector<ports::AttemptKey> stop(Duration /*grace*/) override { return {}; }

    std::vector<ports::Dispatch> started;  // and not yet ended
    std::vector<ports::AttemptKey> cancelled;
};

class Room {
 public:
    Room() {
        sdk::TaskType type;
        type.name = "work";
        registry.add(type);
        boot();
    }

    // As a killed daemon that comes back, and has read which attempts it died of.
    void boot(const std::vector<ports::Crash>& crashes = {}) {
        cycle.reset();
        executor = std::make_unique<NotingExecutor>();
        ConductorSettings settings;
        settings.budget = budget;
        settings.feed_ahead = 0;
        settings.tasks = &registry;
        settings.code = code;
        settings.parse = [this](std::string_view text) {
            const auto found = texts.find(std::string(text));
            return found == texts.end() ? Parsed{nullptr, invalid("parse", "not a workflow")} : Parsed{found->second, {}};
        };
        conductor = std::make_unique<Conductor>(std::move(settings));
        const Result<ports::Leadership> lead = store.lead("test", true);
        conductor->recover(*store.load(now), *lead, now, crashes);
        conductor->set_listening(true);
        cycle = std::make_unique<Cycle>(
            *conductor, store, *executor, [this](std::shared_ptr<const Change> change) { changes.push_back(std::move(change)); },
            [](const std::string&) {}
        );
    }
    void step(Duration later = Duration(0)) {
        now += later;
        const Result<void> stepped = cycle->settle(now);
        EXPECT_TRUE(stepped) << (stepped ? "" : describe(stepped.error()));
        EXPECT_EQ(conductor->check_invariants(), "");
        EXPECT_EQ(store.broken(), "");
    }
    // What the input is answered, once it is stored.
    template <class In, class Request>
    Result<Reply> ask(Request request) {
        Result<Reply> answer = internal("test", "it was not answered");
        In input{};
        if constexpr (requires { input.submission; }) {
            input.submission = std::move(request);
        } else if constexpr (requires { input.event; }) {
            input.event = std::move(request);
        } else {
            input.request = std::move(request);
        }
        input.reply = [&](Result<Reply> given) { answer = std::move(given); };
        cycle->add(std::move(input));
        step();
        return answer;
    }
    static Command as(std::string who, IdempotencyKey key = {}) { return {Caller::house(std::move(who)), std::move(key), {}}; }
    std::shared_ptr<core::dag::Workflow> flow(const std::string& name, std::vector<core::dag::TaskNode> tasks) {
        auto made = core::run::testing::workflow(std::move(tasks));
        made->name = name;
        return made;
    }
    Result<Reply> deploy(std::shared_ptr<core::dag::Workflow> workflow, const std::string& version = "1", IdempotencyKey key = {}, bool force = false) {
        workflow->source = workflow->name + " " + version;
        workflow->hash = "hash-" + workflow->source;
        texts[workflow->source] = workflow;
        DeployRequest wanted{as("test", std::move(key)), "", workflow->source};
        wanted.force = force;
        return ask<DeployInput>(std::move(wanted));
    }
    ports::RunId submit(const std::string& workflow, IdempotencyKey key = {}, int priority = 0) {
        Submission wanted;
        wanted.workflow = workflow;
        static_cast<Command&>(wanted) = as("test", std::move(key));
        wanted.priority = priority;
        const Result<Reply> answer = ask<SubmitInput>(std::move(wanted));
        EXPECT_TRUE(answer) << (answer ? "" : describe(answer.error()));
        return answer ? number(*answer, "id") : 0;
    }
    static std::int64_t number(const Reply& reply, const char* member_name) {
        const Json body = *json_from_text(reply.body);
        const Json* found = member(body, member_name);
        return found != nullptr && found->is_int64() ? found->get_int64() : 0;
    }
    // "task/AA" of those given to the executor, in order.
    std::vector<std::string> started() const {
        std::vector<std::string> names;
        for (const ports::Dispatch& each : executor->started) {
            names.push_back(each.identity.task + (each.identity.country.empty() ? "" : "/" + each.identity.country));
        }
        return names;
    }
    // The oldest started attempt ends.
    void end(sdk::Outcome outcome = sdk::Succeeded{}) {
        ASSERT_FALSE(executor->started.empty());
        const ports::AttemptKey key = executor->started.front().key;
        executor->started.erase(executor->started.begin());
        cycle->add(FinishedInput{{ports::Finished{key, std::move(outcome)}}});
        step();
    }
    std::string state(ports::RunId run) const { return store.runs.at(run).state; }
    std::int64_t open_letter() const {
        for (const auto& [id, letter] : store.letters) {
            if (letter.state == "open") {
                return id;
            }
        }
        return 0;
    }

    Instant now{std::chrono::seconds(1'800'000'000)};
    Budget budget{2, 4};
    std::string code = "a build";
    std::map<std::string, std::shared_ptr<const core::dag::Workflow>> texts;
    sdk::TaskRegistry registry;
    sim::SimStore store{1};
    std::unique_ptr<NotingExecutor> executor;
    std::unique_ptr<Conductor> conductor;
    std::vector<std::shared_ptr<const Change>> changes;
    std::unique_ptr<Cycle> cycle;
};

}  // namespace kontor::engine::testing
