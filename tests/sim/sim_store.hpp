// The store in memory, honouring the contract of ports/store.hpp, with faults by seed. Shared by every "process" of a
// simulation: a crash drops the conductor, never this.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "base/prng.hpp"
#include "ports/store.hpp"

namespace kontor::sim {

class SimStore : public ports::Store {
 public:
    explicit SimStore(std::uint64_t seed) : prng_(seed) {}

    // Told of every batch that the store has taken.
    std::function<void(const ports::Batch&)> applied;
    // Shares in [0,1) of commits that fail in each way.
    double unavailable = 0;
    double in_doubt_before = 0;
    double in_doubt_after = 0;
    // Share of looks at a commit that find it still under way, unless waited for without end.
    double slow = 0;

    Result<ports::Leadership> lead(const std::string& holder, bool takeover) override;
    Result<void> renew(ports::Epoch epoch) override;
    Result<void> resign(ports::Epoch epoch) override;
    Result<ports::Snapshot> load(Instant now) override;
    Result<ports::EndedRun> load_ended(ports::RunId run) override;
    Result<DeadLetterState> load_dead_letter(std::int64_t id) override;
    Result<std::vector<ports::OpenLetter>> open_letters(ports::RunId run) override;
    Result<std::optional<ports::EventRow>> load_event(std::int64_t id) override;
    void begin_commit(const ports::Batch& batch) override;
    std::optional<Result<void>> finish_commit(Duration wait_max) override;
    Result<ports::Seq> committed(ports::Epoch epoch) override;

    // The first thing that the conductor should never have asked for, though a database would have let it pass.
    const std::string& broken() const { return broken_; }

    std::map<ports::RunId, ports::RunRow> runs;
    std::map<ports::TaskId, ports::LiveTaskRow> live;
    std::map<ports::TaskId, ports::DoneTaskRow> done;
    std::map<std::pair<ports::TaskId, int>, ports::AttemptRow> attempts;
    std::map<std::int64_t, DeadLetterState> letters;
    std::map<std::int64_t, ports::LetterJobRow> letter_jobs;
    std::map<std::int64_t, ports::EventRow> events;
    std::map<std::tuple<std::int64_t, std::string, std::string>, ports::DeliveryRow> deliveries;  // by event, workflow, trigger
    std::map<std::tuple<std::string, std::string, std::string>, ports::SeenKeyRow> seen_keys;  // by workflow, trigger, key
    std::map<std::pair<std::string, std::string>, ports::ScheduleRow> schedules;
    std::map<ports::TaskId, ports::Progress> progress;
    std::map<std::int64_t, ports::TokenRow> tokens;
    std::vector<ports::AuditRow> audit;
    std::map<std::int64_t, ports::ApprovalRow> approvals;
    std::vector<ports::VoteRow> votes;
    std::map<std::int64_t, ports::BackfillRow> backfills;
    std::map<std::string, ports::PoolRow> pools;
    std::map<std::pair<std::string, std::string>, ports::AlarmRow> alarms;  // by country, name
    std::map<std::tuple<std::string, std::string, std::string, std::string>, ports::ReadingRow> readings;  // by country, metric, feature, period
    std::map<std::pair<std::int64_t, std::string>, ports::BackfillPeriodRow> backfill_periods;  // by backfill, period
    struct Partition {
        ports::RunId running = 0;
        std::optional<Instant> success_at;
        std::optional<Instant> failure_at;
        ports::RunId success_run = 0;
        ports::RunId failure_run = 0;
        std::string state() const;
    };
    std::map<std::tuple<std::string, std::string, std::string>, Partition> partitions;  // by workflow, country, period
    std::map<std::string, std::string> deployed;  // workflow -> hash
    std::map<std::string, ports::CacheRow> cached;
    std::vector<ports::EffectRow> effects;
    std::map<std::string, std::string> offers;    // workflow -> the hash that a folder deployed last

 private:
    // Why a database with the same keys would refuse the batch; empty when it would not.
    std::string refused(const ports::Batch& batch) const;
    void apply_partitions(const ports::Batch& batch);
    void apply_tasks(const ports::Batch& batch);
    void apply(const ports::Batch& batch);
    Result<void> carry_out(const ports::Batch& batch);
    void close_session();
    void nothing_under_way(const std::string& call);
    static Error unavailable_error();
    void require(bool holds, const std::string& what);

    Prng prng_;
    ports::Epoch epoch_ = 0;
    std::string holder_;  // empty: nobody leads
    ports::Seq seq_ = 0;
    std::int64_t last_id_ = 0;
    std::map<std::string, ports::DefinitionRow> definitions_;
    std::map<std::string, ports::IdempotencyRow> idempotency_;
    std::map<std::string, Json> winners_;
    std::set<std::pair<std::string, std::string>> event_names_;  // source, id
    // The batch under way, and its outcome once the database has come to it.
    std::optional<ports::Batch> under_way_;
    std::optional<Result<void>> outcome_;
    std::string broken_;
};

}  // namespace kontor::sim
