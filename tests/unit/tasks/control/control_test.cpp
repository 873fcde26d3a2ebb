#include <gtest/gtest.h>

#include "support/task_bench.hpp"
#include "tasks/control/register.hpp"

namespace kontor::tasks::control {
namespace {

using sdk::JsonObject;

class Control : public testing::Test {
 protected:
    Control() { register_tasks(registry); }
    sdk::TaskRegistry registry;
    test::TaskBench bench;
};

TEST_F(Control, NoopTakesAnythingAndGivesNothing) {
    const sdk::Outcome outcome = bench.run(registry, "noop", {{"whatever", 1}});
    EXPECT_EQ(std::get<sdk::Succeeded>(outcome).outputs, sdk::Json(JsonObject{}));
    EXPECT_TRUE(std::get<sdk::Succeeded>(outcome).effects.empty());
}

TEST_F(Control, AnEventIsAnEffectOfTheTask) {
    const sdk::Outcome outcome =
        bench.run(registry, "event.emit", {{"type", "kontor.model.trained"}, {"data", JsonObject{{"country", "DE"}}}});
    const auto& succeeded = std::get<sdk::Succeeded>(outcome);
    ASSERT_EQ(succeeded.effects.size(), 1U);
    const auto& event = std::get<sdk::EventEmitted>(succeeded.effects[0]);
    EXPECT_EQ(event.type, "kontor.model.trained");
    EXPECT_EQ(event.subject, "DE") << "the task's country unless given";
    EXPECT_EQ(event.data, sdk::Json(JsonObject{{"country", "DE"}}));
    EXPECT_EQ(succeeded.outputs, sdk::Json(JsonObject{{"type", "kontor.model.trained"}}));
}

TEST_F(Control, AnEventWithoutATypeIsRefused) {
    const sdk::Outcome outcome = bench.run(registry, "event.emit", {{"data", 1}});
    EXPECT_EQ(std::get<sdk::Failed>(outcome).kind, sdk::FailureClass::Config);
}

TEST_F(Control, WhatTheEngineCarriesOutIsKnownButHasNoBody) {
    for (const char* name : {"sleep", "workflow.run"}) {
        const sdk::TaskType* type = registry.find(name);
        ASSERT_NE(type, nullptr) << name;
        EXPECT_FALSE(type->make) << name;
        EXPECT_TRUE(type->input_schema.is_object()) << name;
    }
}

}  // namespace
}  // namespace kontor::tasks::control
