// Rows of what people are asked and of what they answered. Part of ports/store.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "ports/ids.hpp"

namespace kontor::ports {

// What is asked never changes once it is stored: what somebody decided on is what was shown. What becomes of it does:
// state, decision, reason, escalated_at, closed_at.
struct ApprovalRow {
    std::int64_t id = 0;
    RunId run = 0;
    TaskId task_id = 0;
    std::string workflow;
    std::string correlation;
    std::string task;
    std::string country;
    std::string item;
    std::string title;
    std::string text;
    Json evidence;
    std::string role;
    int needed = 1;
    std::string submitter;  // empty: nobody, the clock or an event of the daemon's own
    std::string otherwise;  // approve reject fail
    bool reject_fails = true;
    Instant asked_at;
    std::optional<Instant> deadline_at{};
    std::optional<Instant> escalate_at{};

    std::string state;       // open approved rejected expired withdrawn
    std::string decision{};  // approved rejected failed; empty while open, and when withdrawn
    std::string reason{};    // a sentence how it ended
    std::optional<Instant> escalated_at{};
    std::optional<Instant> closed_at{};
};

// One person's answer; unique per (approval, by).
struct VoteRow {
    std::int64_t approval = 0;
    std::string by;
    std::string decision;  // approve reject
    std::string comment;
    Instant at;
};

}  // namespace kontor::ports
