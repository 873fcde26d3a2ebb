// What the conductor needs of the database: one transaction per batch, fenced by (epoch, seq), and everything needed to
// start again. The contract suite (tests/contract) runs against every implementation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "ports/access.hpp"
#include "ports/alarm_rows.hpp"
#include "ports/approval_rows.hpp"
#include "ports/backfill_rows.hpp"
#include "ports/cache_rows.hpp"
#include "ports/ids.hpp"
#include "ports/letter_job_rows.hpp"
#include "ports/partition_rows.hpp"
#include "ports/pool_rows.hpp"
#include "ports/run_rows.hpp"
#include "ports/trigger_rows.hpp"

namespace kontor::ports {

// One transaction. Within it the order is that of the members.
struct Batch {
    Epoch epoch = 0;
    Seq seq = 0;             // must be the stored seq + 1
    std::int64_t last_id = 0;  // ids up to this one are taken
    Instant at;

    std::vector<DefinitionRow> definitions;      // inserted unless the hash is known; becomes the workflow's newest
    std::vector<std::string> retired_workflows;  // no longer deployed
    std::vector<std::pair<std::string, std::string>> offers;  // (workflow, hash): what a folder deployed last
    std::vector<RunRow> runs_inserted;
    std::vector<RunRow> runs_updated;            // by id: state, times, reason, totals, hash, countries, pauses, edits
    std::vector<TaskId> done_deleted;            // reopened by a redrive or a rerun
    std::vector<LiveTaskRow> live_inserted;
    std::vector<LiveTaskRow> live_updated;       // by id
    std::vector<Progress> progress;              // of live tasks, by id
    std::vector<TaskId> live_deleted;            // each with its row in done_inserted, unless a rerun dropped it
    std::vector<DoneTaskRow> done_inserted;
    std::vector<AttemptRow> attempts;
    std::vector<EventRow> events;
    std::vector<DeliveryRow> deliveries;         // at most one per (event, workflow, trigger)
    std::vector<SeenKeyRow> seen_keys;           // upserted
    std::vector<DeadLetterRow> dead_letters;
    std::vector<DeadLetterClosed> dead_letters_closed;
    std::vector<LetterJobRow> letter_jobs_inserted;
    std::vector<LetterJobRow> letter_jobs_updated;  // by id: how far it is
    std::vector<ScheduleRow> schedules;          // upserted
    std::vector<std::pair<std::string, std::string>> schedules_deleted;  // (workflow, trigger)
    std::vector<IdempotencyRow> idempotency;
    std::vector<TokenRow> tokens;                // upserted by id
    std::vector<TokenUse> token_uses;            // of known tokens
    std::vector<AuditRow> audit;
    std::vector<EffectRow> effects;
    std::vector<ApprovalRow> approvals;          // upserted by id: only what becomes of it changes
    std::vector<VoteRow> votes;                  // of known approvals, those of this batch included
    std::vector<PartitionRow> partitions;        // facts, merged into what is known of each partition; in any order
    std::vector<BackfillRow> backfills;          // upserted by id
    std::vector<BackfillPeriodRow> backfill_periods;  // upserted by (backfill, period)
    std::vector<PoolRow> pools;                  // upserted by name, or deleted
    std::vector<AlarmRow> alarms;                // upserted by (country, name)
    std::vector<ReadingRow> readings;            // upserted by (country, metric, feature, period)
    std::vector<CacheRow> cached;                // upserted by key
    std::vector<std::string> uncached;           // keys; none of `cached`

    bool empty() const;
};

// What the ended attempts of a live instance tell of it; those that were handed back count for nothing.
struct TriedRow {
    TaskId task = 0;
    Instant began_at;  // the first one
    int lost = 0;      // of them "lost"
    bool operator==(const TriedRow&) const = default;
};

// What a winner looks like to the engine.
struct WinnerRow {
    std::string country;
    Json details;  // sdk::WinnerChosen::details
};

// Everything a new leader needs. Only runs that have not ended, and what belongs to them.
struct Snapshot {
    Seq seq = 0;
    std::int64_t last_id = 0;
    std::vector<DefinitionRow> definitions;  // the newest of each deployed workflow, and every one a loaded run is pinned to
    std::vector<std::string> deployed;       // hashes of the newest ones
    std::vector<std::pair<std::string, std::string>> offers;  // (workflow, hash), by workflow; of retired ones as well
    std::vector<RunRow> runs;
    std::vector<LiveTaskRow> live;
    std::vector<TriedRow> tried;  // of live instances, by id
    std::vector<DoneTaskRow> done;
    std::vector<ScheduleRow> schedules;
    std::vector<IdempotencyRow> idempotency;  // not older than limits::idempotency_kept
    std::vector<WinnerRow> winners;           // in force now
    std::vector<TokenRow> tokens;             // not revoked
    std::vector<EventRow> undelivered;        // events without any delivery mark that routing should look at again
    std::vector<PendingRow> pending;          // deliveries that wait, in the order in which they came
    std::vector<SeenKeyRow> seen_keys;        // whose window is still open
    std::vector<ApprovalRow> approvals;       // open
    std::vector<VoteRow> votes;               // of these, in the order in which they were given
    std::vector<LetterJobRow> letter_jobs{};  // that are not over
    std::vector<RunningPartition> partitions{};  // a run works for them, by their rows
    std::vector<BackfillRow> backfills{};        // that have not ended
    std::vector<BackfillPeriodRow> backfill_periods{};  // of these, by period
    std::vector<PoolRow> pools{};
    std::vector<AlarmRow> alarms{};              // all that were ever decided
    std::vector<CacheRow> cached{};              // oldest first
    std::vector<PastReading> past_readings{};    // the newest past_periods_max of each country's metric, of no feature
};

// One ended run with its instances, for redrive.
struct EndedRun {
    RunRow run;
    DefinitionRow definition;
    std::vector<LiveTaskRow> live;
    std::vector<DoneTaskRow> done;
};

// An open dead letter of a task instance.
struct OpenLetter {
    std::int64_t id = 0;
    TaskId task = 0;
};

struct Leadership {
    Epoch epoch = 0;
    Seq seq = 0;
};

// Blocking, but for begin_commit(). Thread: the writer's thread only. Destroyed with a batch under way, that batch is in doubt.
class Store {
 public:
    virtual ~Store() = default;

    // Takes the lead if nobody holds an unexpired lease (by the database's clock), or `takeover` says that the former
    // holder is known to be dead. Errors: Conflict (somebody leads; message says until when), Unavailable.
    virtual Result<Leadership> lead(const std::string& holder, bool takeover) = 0;
    // Extends the lease. Errors: Conflict (deposed), Unavailable.
    virtual Result<void> renew(Epoch epoch) = 0;
    // Gives the lease up at an orderly stop.
    virtual Result<void> resign(Epoch epoch) = 0;

    virtual Result<Snapshot> load(Instant now) = 0;
    // Errors: NotFound; Conflict when it has not ended.
    virtual Result<EndedRun> load_ended(RunId run) = 0;
    // A closed-over dead letter's row; its state ("open", "redriven", "discarded") comes with it.
    struct DeadLetterState {
        DeadLetterRow row;
        std::string state;
    };
    virtual Result<DeadLetterState> load_dead_letter(std::int64_t id) = 0;
    // Of this run's instances. Errors: Unavailable.
    virtual Result<std::vector<OpenLetter>> open_letters(RunId run) = 0;
    virtual Result<std::optional<EventRow>> load_event(std::int64_t id) = 0;

    // Sends a batch and does not wait for its outcome, which finish_commit() tells, the failure to send it included.
    // Requires: no other batch is under way; until its outcome is told, nothing but finish_commit() is called.
    virtual void begin_commit(const Batch& batch) = 0;
    // The outcome of the batch under way, waited for at most this long; nullopt: not known yet. Duration::max() waits for it.
    // Ensures: all of the batch or nothing, and only if epoch leads and seq is the next one. Extends the lease as well.
    // Errors: Conflict (deposed: stop), Unavailable (nothing happened; the same batch may be sent again),
    //         InDoubt (ask committed()), Invalid (the batch itself can never succeed: message says which statement).
    virtual std::optional<Result<void>> finish_commit(Duration wait_max) = 0;
    // Both, one after the other.
    Result<void> commit(const Batch& batch);
    // The last committed seq, read after an InDoubt. Errors: Conflict (deposed), Unavailable.
    virtual Result<Seq> committed(Epoch epoch) = 0;
};

}  // namespace kontor::ports
