// What the command line may be told about dead letters. Plain values; the functions give the exit code.
#pragma once

#include "cli/commands.hpp"

namespace kontor::cli {

// The letters by number, or all that the filter selects.
struct LetterOrder {
    std::vector<std::int64_t> ids;
    std::string fingerprint;
    std::string workflow;
    std::string task;
    std::string country;
    std::string failure_class;
    std::string older_than;
    std::string newer_than;
    bool all = false;
    bool newest = false;
    bool canary = false;
    std::string rate;              // "10/m"
    std::vector<std::string> set;  // "key=value"
    std::string reason;
    bool dry_run = false;
};
int redrive_dead_letters(Session& session, const LetterOrder& order);
int discard_dead_letters(Session& session, const LetterOrder& order);

int list_dead_letter_causes(Session& session);
int list_letter_jobs(Session& session, int limit);
int show_letter_job(Session& session, std::int64_t id);
int stop_letter_job(Session& session, std::int64_t id, const std::string& reason, bool dry_run);

}  // namespace kontor::cli
