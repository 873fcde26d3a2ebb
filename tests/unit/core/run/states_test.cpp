#include "core/run/states.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/check.hpp"

namespace kontor::core::run {
namespace {

std::string text_of(const std::string& path) {
    std::ifstream file(std::string(KONTOR_SOURCE_DIR) + "/" + path);
    KONTOR_CHECK(file.good());
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

template <class State, class Transitions>
std::set<State> reachable_from(State first, const Transitions& table) {
    std::set<State> seen{first};
    for (std::size_t before = 0; before != seen.size();) {
        before = seen.size();
        for (const auto& arrow : table) {
            if (seen.contains(arrow.from)) {
                seen.insert(arrow.to);
            }
        }
    }
    return seen;
}

TEST(States, EveryTaskStateIsReachedAndLeftUnlessItIsFinal) {
    const auto seen = reachable_from(TaskState::Waiting, task_transitions());
    EXPECT_EQ(seen.size(), 10U);
    for (const TaskState state : seen) {
        const bool leaves = std::any_of(task_transitions().begin(), task_transitions().end(), [&](const auto& a) { return a.from == state; });
        EXPECT_EQ(leaves, !is_final(state) || state == TaskState::Dead || state == TaskState::Failed) << to_string(state);
        EXPECT_EQ(task_state_from(to_string(state)), state);
    }
}

TEST(States, EveryRunStateIsReached) {
    const auto seen = reachable_from(RunState::Queued, run_transitions());
    EXPECT_EQ(seen.size(), 6U);
    for (const RunState state : seen) {
        EXPECT_EQ(run_state_from(to_string(state)), state);
    }
}

TEST(States, NoArrowStandsTwice) {
    std::set<std::pair<TaskState, TaskState>> arrows;
    for (const TaskTransition& arrow : task_transitions()) {
        EXPECT_TRUE(arrows.emplace(arrow.from, arrow.to).second) << to_string(arrow.from) << " " << to_string(arrow.to);
        EXPECT_TRUE(may_change(arrow.from, arrow.to));
    }
    EXPECT_FALSE(may_change(TaskState::Succeeded, TaskState::Ready));
}

TEST(States, TheArchitecturePageShowsBothTables) {
    const std::string page = text_of("ARCHITECTURE.md");
    EXPECT_NE(page.find("```mermaid\n" + task_diagram() + "```"), std::string::npos) << task_diagram();
    EXPECT_NE(page.find("```mermaid\n" + run_diagram() + "```"), std::string::npos) << run_diagram();
}

// "create table <name> ( ... check (state in (...))".
std::set<std::string> checked_states(const std::string& sql, const std::string& table) {
    const std::size_t begin = sql.find("create table " + table + " (");
    KONTOR_CHECK(begin != std::string::npos);
    const std::string opening = "check (state in (";
    const std::size_t check = sql.find(opening, begin);
    KONTOR_CHECK(check != std::string::npos);
    std::set<std::string> states;
    std::size_t at = check + opening.size();
    const std::size_t end = sql.find(')', at);
    while ((at = sql.find('\'', at)) < end) {
        const std::size_t close = sql.find('\'', at + 1);
        states.insert(sql.substr(at + 1, close - at - 1));
        at = close + 1;
    }
    return states;
}

TEST(States, TheDatabaseChecksExactlyTheseStates) {
    const std::string sql = text_of("daemon/store_pg/migrations/0001_core.sql");
    EXPECT_EQ(checked_states(sql, "run"), (std::set<std::string>{"queued", "running", "paused", "succeeded", "failed", "cancelled"}));
    std::set<std::string> live;
    std::set<std::string> done;
    for (const TaskState state : reachable_from(TaskState::Waiting, task_transitions())) {
        if (is_final(state)) {
            done.emplace(to_string(state));
        } else if (state != TaskState::Waiting && state != TaskState::Ready) {  // these follow from other rows
            live.emplace(to_string(state));
        }
    }
    EXPECT_EQ(checked_states(sql, "task_live"), live);
    EXPECT_EQ(checked_states(sql, "task_done"), done);
    for (const std::string& state : checked_states(sql, "run")) {
        EXPECT_TRUE(run_state_from(state)) << state;
    }
}

}  // namespace
}  // namespace kontor::core::run
