// What a task `uses: approval` asks of people, and what their answers make of it. Pure.
//
// Who asked never counts among those who approve, and nobody counts twice: two approvals are two people.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/caller.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::core::approval {

inline constexpr std::string_view task_type = "approval";
inline constexpr int approvals_most = 2;

enum class Decision { Approve, Reject };
std::string_view to_string(Decision decision);  // "approve", "reject"
std::optional<Decision> decision_from(std::string_view text);

// What is so when the deadline has passed and nobody decided.
enum class Otherwise { Approve, Reject, Fail };
std::string_view to_string(Otherwise otherwise);
std::optional<Otherwise> otherwise_from(std::string_view text);

// The rendered `with` of the task.
struct Terms {
    std::string title;
    std::string text;
    Json evidence;  // whatever the approver is to see; null: nothing
    Role role = Role::Reviewer;  // the least that may decide
    int approvals = 1;
    std::optional<Duration> deadline;
    std::optional<Duration> escalate_after;
    Otherwise otherwise = Otherwise::Fail;
    bool reject_fails = true;  // a rejection is a dead letter; else an output
};
// Errors: Invalid with a sentence that names the member.
Result<Terms> terms_from(const Json& input);

struct Vote {
    std::string by;
    Decision decision = Decision::Approve;
    std::string comment;
    Instant at;
};

// Whom a question is put to.
struct Ballot {
    Role role = Role::Reviewer;
    std::string country;    // empty: only who works for all countries
    std::string submitter;  // started the run; empty: nobody did
    std::vector<Vote> votes;
};
// Errors: Forbidden: role or countries do not reach. Conflict: the submitter, or somebody who has decided already.
Result<void> may_vote(const Ballot& ballot, const Caller& by);

// One rejection rejects. nullopt: still open.
std::optional<Decision> outcome(int needed, std::span<const Vote> votes);

// "waits for 1 of 2 approvals by a reviewer, until ...; anna has approved"
std::string waiting_sentence(int needed, Role role, const std::optional<Instant>& deadline, std::span<const Vote> votes);

}  // namespace kontor::core::approval
