// A job over dead letters as the conductor keeps it: the decision and its row side by side.
#pragma once

#include "core/letters/letter_job.hpp"
#include "core/run/run.hpp"
#include "ports/letter_job_rows.hpp"

namespace kontor::engine {

struct LetterJob {
    core::letters::Job job;
    ports::LetterJobRow row;
    bool look = true;  // at the canary, whether or not its run has changed: after a restart it may have ended meanwhile
};

LetterJob letter_job_from(const ports::LetterJobRow& row);
// Brings the row's part that tells how far it is up to date.
void refresh_job_row(LetterJob& each, Instant now);
// As the API shows it.
Json to_json(const ports::LetterJobRow& row);

// How the canary does: nothing while it goes on, otherwise whether it passed and, if not, how it ended.
struct CanaryEnd {
    bool passed = false;
    std::string how;
};
std::optional<CanaryEnd> canary_end(const core::run::Run& run, const Json& watched);

}  // namespace kontor::engine
