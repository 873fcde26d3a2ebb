#include "ports/store.hpp"

namespace kontor::ports {

bool Batch::empty() const {
    return definitions.empty() && retired_workflows.empty() && offers.empty() && runs_inserted.empty() && runs_updated.empty() &&
           done_deleted.empty() && live_inserted.empty() && live_updated.empty() && progress.empty() &&
           live_deleted.empty() && done_inserted.empty() && attempts.empty() && events.empty() && deliveries.empty() && seen_keys.empty() &&
           dead_letters.empty() && dead_letters_closed.empty() && letter_jobs_inserted.empty() && letter_jobs_updated.empty() &&
           schedules.empty() && schedules_deleted.empty() &&
           idempotency.empty() && tokens.empty() && token_uses.empty() && audit.empty() && effects.empty() && approvals.empty() && votes.empty() &&
           partitions.empty() && backfills.empty() && backfill_periods.empty() && pools.empty() && alarms.empty() && readings.empty() && cached.empty() && uncached.empty();
}

Result<void> Store::commit(const Batch& batch) {
    begin_commit(batch);
    std::optional<Result<void>> outcome;
    while (!outcome) {
        outcome = finish_commit(Duration::max());
    }
    return *outcome;
}

}  // namespace kontor::ports
