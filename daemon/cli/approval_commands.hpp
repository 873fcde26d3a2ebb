// `kontor approvals`: what tasks ask people. Each returns the exit code. Thread: main's.
#pragma once

#include "cli/session.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kontor::cli {

struct ApprovalFilter {
    std::string state = "open";
    std::string country;
    std::int64_t run = 0;  // 0: of any
    int limit = 50;
};
int list_approvals(Session& session, const ApprovalFilter& filter);
int show_approval(Session& session, std::int64_t id);

struct DecideOrder {
    std::vector<std::int64_t> ids;
    std::string decision;  // approve or reject
    std::string comment;
    bool dry_run = false;
};
// Goes on after a refusal, and says so in the exit code.
int decide_approvals(Session& session, const DecideOrder& order);

}  // namespace kontor::cli
