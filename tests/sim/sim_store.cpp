#include "sim/sim_store.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "core/run/states.hpp"

namespace kontor::sim {
namespace {

bool is_final_text(const std::string& state) {
    const auto parsed = core::run::run_state_from(state);
    return parsed && core::run::is_final(*parsed);
}

}  // namespace

void SimStore::require(bool holds, const std::string& what) {
    if (!holds && broken_.empty()) {
        broken_ = what;
    }
}

Result<ports::Leadership> SimStore::lead(const std::string& holder, bool takeover) {
    if (!holder_.empty() && !takeover) {
        return conflict("lead", holder_ + " leads");
    }
    close_session();
    holder_ = holder;
    ++epoch_;
    return ports::Leadership{epoch_, seq_};
}

Result<void> SimStore::renew(ports::Epoch epoch) {
    nothing_under_way("renew");
    return epoch == epoch_ && !holder_.empty() ? Result<void>() : Result<void>(conflict("renew", "deposed"));
}

Result<void> SimStore::resign(ports::Epoch epoch) {
    const Result<void> leads = renew(epoch);
    if (leads) {
        holder_.clear();
    }
    return leads;
}

Result<ports::Snapshot> SimStore::load(Instant now) {
    nothing_under_way("load");
    ports::Snapshot snapshot;
    snapshot.seq = seq_;
    snapshot.last_id = last_id_;
    std::set<std::string> hashes;
    for (const auto& [name, hash] : deployed) {
        snapshot.deployed.push_back(hash);
        hashes.insert(hash);
    }
    snapshot.offers.assign(offers.begin(), offers.end());
    for (const auto& [key, row] : cached) {
        snapshot.cached.push_back(row);
    }
    std::stable_sort(snapshot.cached.begin(), snapshot.cached.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    for (const auto& [id, row] : runs) {
        if (!is_final_text(row.state)) {
            snapshot.runs.push_back(row);
            hashes.insert(row.hash);
        }
    }
    for (const auto& [hash, row] : definitions_) {
        if (hashes.contains(hash)) {
            snapshot.definitions.push_back(row);
        }
    }
    const auto active = [&](ports::RunId run) { return runs.contains(run) && !is_final_text(runs.at(run).state); };
    for (const auto& [id, row] : live) {
        if (active(row.run)) {
            snapshot.live.push_back(row);
        }
        ports::TriedRow tried{id, {}, 0};
        for (auto attempt = attempts.lower_bound({id, 0}); attempt != attempts.end() && attempt->first.first == id; ++attempt) {
            if (attempt->second.attempt == 1) {
                tried = {id, attempt->second.started_at, 0};
            }
            tried.lost += attempt->second.outcome == "lost" ? 1 : 0;
        }
        if (tried.began_at != Instant{}) {
            snapshot.tried.push_back(tried);
        }
    }
    for (const auto& [id, row] : done) {
        if (active(row.run)) {
            snapshot.done.push_back(row);
        }
    }
    for (const auto& [key, row] : schedules) {
        snapshot.schedules.push_back(row);
    }
    for (const auto& [key, row] : idempotency_) {
        if (row.created_at >= now - limits::idempotency_kept) {
            snapshot.idempotency.push_back(row);
        }
    }
    for (const auto& [id, row] : tokens) {
        if (!row.revoked_at) {
            snapshot.tokens.push_back(row);
        }
    }
    for (const auto& [country, details] : winners_) {
        snapshot.winners.push_back({country, details});
    }
    for (const auto& [id, row] : events) {
        const auto mark = deliveries.lower_bound({id, "", ""});
        if (mark == deliveries.end() || std::get<0>(mark->first) != id) {
            snapshot.undelivered.push_back(row);
        }
    }
    for (const auto& [key, row] : deliveries) {
        if (row.state == "pending") {
            snapshot.pending.push_back({row, events.at(row.event)});
        }
    }
    std::sort(snapshot.pending.begin(), snapshot.pending.end(), [](const ports::PendingRow& a, const ports::PendingRow& b) {
        return std::tie(a.delivery.at, a.delivery.event) < std::tie(b.delivery.at, b.delivery.event);
    });
    for (const auto& [id, row] : letter_jobs) {
        if (row.state == "running" || row.state == "canary") {
            snapshot.letter_jobs.push_back(row);
        }
    }
    for (const auto& [key, row] : seen_keys) {
        if (row.until > now) {
            snapshot.seen_keys.push_back(row);
        }
    }
    for (const auto& [id, row] : approvals) {
        if (row.state == "open") {
            snapshot.approvals.push_back(row);
        }
    }
    for (const ports::VoteRow& row : votes) {
        if (approvals.at(row.approval).state == "open") {
            snapshot.votes.push_back(row);
        }
    }
    for (const auto& [id, row] : backfills) {
        if (!row.finished_at) {
            snapshot.backfills.push_back(row);
        }
    }
    for (const auto& [key, row] : backfill_periods) {
        if (!backfills.at(row.backfill).finished_at) {
            snapshot.backfill_periods.push_back(row);
        }
    }
    for (const auto& [name, row] : pools) {
        snapshot.pools.push_back(row);
    }
    for (const auto& [key, row] : alarms) {
        snapshot.alarms.push_back(row);
    }
    std::map<std::pair<std::string, std::string>, int> taken;
    for (auto each = readings.rbegin(); each != readings.rend(); ++each) {
        const ports::ReadingRow& row = each->second;
        if (row.reading.feature.empty() && taken[{row.country, row.reading.metric}]++ < ports::past_periods_max) {
            snapshot.past_readings.push_back({row.country, row.reading.metric, {row.period, row.reading.value}});
        }
    }
    for (const auto& [key, row] : partitions) {
        if (row.running != 0) {
            snapshot.partitions.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), row.running});
        }
    }
    return snapshot;
}

Result<ports::EndedRun> SimStore::load_ended(ports::RunId run) {
    nothing_under_way("load_ended");
    const auto found = runs.find(run);
    if (found == runs.end()) {
        return not_found("load_ended", "no such run");
    }
    if (!is_final_text(found->second.state)) {
        return conflict("load_ended", "it has not ended");
    }
    ports::EndedRun ended{found->second, definitions_.at(found->second.hash), {}, {}};
    for (const auto& [id, row] : live) {
        if (row.run == run) {
            ended.live.push_back(row);
        }
    }
    for (const auto& [id, row] : done) {
        if (row.run == run) {
            ended.done.push_back(row);
        }
    }
    return ended;
}

Result<ports::Store::DeadLetterState> SimStore::load_dead_letter(std::int64_t id) {
    nothing_under_way("load_dead_letter");
    const auto found = letters.find(id);
    return found == letters.end() ? Result<DeadLetterState>(not_found("dead letter", "no such letter")) : found->second;
}

Result<std::vector<ports::OpenLetter>> SimStore::open_letters(ports::RunId run) {
    nothing_under_way("open_letters");
    std::vector<ports::OpenLetter> found;
    for (const auto& [id, letter] : letters) {
        if (letter.state == "open" && letter.row.run == run && letter.row.task_id) {
            found.push_back({id, *letter.row.task_id});
        }
    }
    return found;
}

Result<std::optional<ports::EventRow>> SimStore::load_event(std::int64_t id) {
    nothing_under_way("load_event");
    const auto found = events.find(id);
    return found == events.end() ? std::optional<ports::EventRow>() : found->second;
}

void SimStore::nothing_under_way(const std::string& call) {
    require(!under_way_.has_value(), call + " was called while a commit is under way");
}

// The database may come to it at once, or only when its outcome is asked for, or never if the process dies before.
void SimStore::begin_commit(const ports::Batch& batch) {
    nothing_under_way("begin_commit");
    under_way_ = batch;
    if (slow > 0 && prng_.unit() < 0.5) {
        outcome_ = carry_out(batch);
    }
}

std::optional<Result<void>> SimStore::finish_commit(Duration wait_max) {
    require(under_way_.has_value(), "finish_commit was called and no commit is under way");
    if (wait_max != Duration::max() && prng_.unit() < slow) {
        return std::nullopt;
    }
    const Result<void> outcome = outcome_ ? *outcome_ : carry_out(*under_way_);
    under_way_.reset();
    outcome_.reset();
    return outcome;
}

// The process has died. What it had sent may still be carried out, before another takes the lead.
void SimStore::close_session() {
    if (under_way_ && !outcome_ && prng_.unit() < 0.5) {
        outcome_ = carry_out(*under_way_);
    }
    under_way_.reset();
    outcome_.reset();
}

Result<void> SimStore::carry_out(const ports::Batch& batch) {
    const double dice = prng_.unit();
    if (dice < unavailable) {
        return unavailable_error();
    }
    if (dice < unavailable + in_doubt_before) {
        return Error{ErrorKind::InDoubt, "commit", "the connection broke", {}};
    }
    if (batch.epoch != epoch_ || holder_.empty()) {
        return conflict("commit", "deposed");
    }
    if (batch.seq != seq_ + 1) {
        return conflict("commit", "a batch was sent twice or out of order");
    }
    if (const std::string fault = refused(batch); !fault.empty()) {
        return invalid("commit", fault);
    }
    apply(batch);
    if (applied) {
        applied(batch);
    }
    if (dice < unavailable + in_doubt_before + in_doubt_after) {
        return Error{ErrorKind::InDoubt, "commit", "the connection broke", {}};
    }
    return {};
}

Result<ports::Seq> SimStore::committed(ports::Epoch epoch) {
    nothing_under_way("committed");
    if (prng_.unit() < unavailable) {
        return unavailable_error();
    }
    return renew(epoch) ? Result<ports::Seq>(seq_) : Result<ports::Seq>(conflict("committed", "deposed"));
}

Error SimStore::unavailable_error() { return kontor::unavailable("store", "no connection"); }

std::string SimStore::refused(const ports::Batch& batch) const {
    std::set<std::int64_t> new_runs;
    for (const ports::RunRow& row : batch.runs_inserted) {
        if (runs.contains(row.id) || !new_runs.insert(row.id).second) {
            return "a run was inserted twice";
        }
    }
    std::set<std::int64_t> new_live;
    for (const ports::LiveTaskRow& row : batch.live_inserted) {
        if (live.contains(row.id) || !new_live.insert(row.id).second) {
            return "a live instance was inserted twice";
        }
    }
    const std::set<std::int64_t> gone(batch.done_deleted.begin(), batch.done_deleted.end());
    std::set<std::int64_t> new_done;
    for (const ports::DoneTaskRow& row : batch.done_inserted) {
        if ((done.contains(row.id) && !gone.contains(row.id)) || !new_done.insert(row.id).second) {
            return "an ended instance was inserted twice";
        }
    }
    std::set<std::pair<std::string, std::string>> new_events;
    for (const ports::EventRow& row : batch.events) {
        if (events.contains(row.id) || event_names_.contains({row.source, row.ce_id}) ||
            !new_events.insert({row.source, row.ce_id}).second) {
            return "an event was inserted twice";
        }
    }
    std::set<std::tuple<std::int64_t, std::string, std::string>> marked;
    for (const ports::DeliveryRow& row : batch.deliveries) {
        const auto before = deliveries.find({row.event, row.workflow, row.trigger});
        if ((before != deliveries.end() && before->second.state != "dead" && before->second.state != "pending") ||
            !marked.insert({row.event, row.workflow, row.trigger}).second) {
            return "an event was delivered to a trigger twice";
        }
    }
    for (const ports::DeadLetterRow& row : batch.dead_letters) {
        if (letters.contains(row.id)) {
            return "a dead letter was inserted twice";
        }
    }
    std::map<ports::RunId, std::pair<std::int64_t, std::string>> runs_of_periods;
    for (const auto& [key, row] : backfill_periods) {
        if (row.run) {
            runs_of_periods[*row.run] = key;
        }
    }
    for (const ports::BackfillPeriodRow& row : batch.backfill_periods) {
        const auto before = backfill_periods.find({row.backfill, row.period});
        if (before != backfill_periods.end() && before->second.run && before->second.run != row.run) {
            return "a period of a backfill got a second run";
        }
        if (row.state == "running" && !row.run) {
            return "a period of a backfill runs without a run";
        }
        if (row.run && runs_of_periods.try_emplace(*row.run, row.backfill, row.period).first->second != std::pair(row.backfill, row.period)) {
            return "one run works for two periods of backfills";
        }
    }
    std::set<std::int64_t> asked;
    for (const ports::ApprovalRow& row : batch.approvals) {
        const auto before = approvals.find(row.id);
        if (before != approvals.end() && (before->second.state != "open" || before->second.evidence != row.evidence)) {
            return "an approval was decided twice, or changed what it asks";
        }
        asked.insert(row.id);
    }
    std::set<std::pair<std::int64_t, std::string>> voted;
    for (const ports::VoteRow& row : votes) {
        voted.insert({row.approval, row.by});
    }
    for (const ports::VoteRow& row : batch.votes) {
        if ((!approvals.contains(row.approval) && !asked.contains(row.approval)) || !voted.insert({row.approval, row.by}).second) {
            return "somebody answered twice, or what nobody asked";
        }
    }
    return "";
}

std::string SimStore::Partition::state() const {
    if (running != 0) {
        return "running";
    }
    if (failure_at && (!success_at || *failure_at > *success_at)) {
        return "failed";
    }
    return success_at ? "succeeded" : "missing";
}

void SimStore::apply_partitions(const ports::Batch& batch) {
    for (const ports::PartitionRow& row : batch.partitions) {
        Partition& known = partitions[{row.workflow, row.country, row.period}];
        known.running = row.running;
        if (row.outcome == "succeeded" && (!known.success_at || row.at >= *known.success_at)) {
            known.success_at = row.at;
            known.success_run = row.run;
        } else if (row.outcome == "failed" && (!known.failure_at || row.at >= *known.failure_at)) {
            known.failure_at = row.at;
            known.failure_run = row.run;
        }
    }
}

void SimStore::apply_tasks(const ports::Batch& batch) {
    for (const ports::TaskId id : batch.done_deleted) {
        require(done.erase(id) == 1, "an ended instance was deleted that is not there");
    }
    for (const ports::LiveTaskRow& row : batch.live_inserted) {
        require(!done.contains(row.id), "an ended instance is live again under its old id");
        live.emplace(row.id, row);
    }
    for (const ports::LiveTaskRow& row : batch.live_updated) {
        const auto found = live.find(row.id);
        require(found != live.end(), "a live instance was updated that is not there");
        if (found != live.end()) {
            found->second = row;
        }
    }
    for (const ports::Progress& row : batch.progress) {
        require(live.contains(row.task), "progress was told of an instance that is not live");
        if (live.contains(row.task)) {
            progress[row.task] = row;
        }
    }
    for (const ports::TaskId id : batch.live_deleted) {
        require(live.erase(id) == 1, "a live instance was deleted that is not there");
    }
    for (const ports::DoneTaskRow& row : batch.done_inserted) {
        require(!live.contains(row.id), "an instance is live and ended at once");
        done.emplace(row.id, row);
    }
}

void SimStore::apply(const ports::Batch& batch) {
    seq_ = batch.seq;
    require(batch.last_id >= last_id_, "ids went backwards");
    last_id_ = batch.last_id;
    for (const ports::DefinitionRow& row : batch.definitions) {
        definitions_.try_emplace(row.hash, row);
        deployed[row.workflow] = row.hash;
    }
    for (const std::string& workflow : batch.retired_workflows) {
        deployed.erase(workflow);
    }
    for (const auto& [workflow, hash] : batch.offers) {
        offers[workflow] = hash;
    }
    apply_partitions(batch);
    for (const ports::AlarmRow& row : batch.alarms) {
        alarms[{row.country, row.name}] = row;
    }
    for (const ports::ReadingRow& row : batch.readings) {
        readings[{row.country, row.reading.metric, row.reading.feature, row.period}] = row;
    }
    effects.insert(effects.end(), batch.effects.begin(), batch.effects.end());
    for (const ports::CacheRow& row : batch.cached) {
        cached[row.key] = row;
    }
    for (const std::string& key : batch.uncached) {
        cached.erase(key);
    }
    for (const ports::PoolRow& row : batch.pools) {
        pools.erase(row.name);
        if (!row.removed) {
            pools.emplace(row.name, row);
        }
    }
    for (const ports::BackfillRow& row : batch.backfills) {
        const auto [known, first] = backfills.try_emplace(row.id, row);
        if (!first) {
            require(!known->second.finished_at, "a backfill that has ended was changed");
            known->second.state = row.state;
            known->second.note = row.note;
            known->second.finished_at = row.finished_at;
        }
    }
    for (const ports::BackfillPeriodRow& row : batch.backfill_periods) {
        require(backfills.contains(row.backfill), "a period belongs to no backfill");
        backfill_periods[{row.backfill, row.period}] = row;
    }
    for (const ports::RunRow& row : batch.runs_inserted) {
        runs.emplace(row.id, row);
    }
    for (const ports::RunRow& row : batch.runs_updated) {
        const auto found = runs.find(row.id);
        require(found != runs.end(), "a run was updated that is not there");
        if (found == runs.end()) {
            continue;
        }
        const auto from = core::run::run_state_from(found->second.state);
        const auto to = core::run::run_state_from(row.state);
        require(
            from == to || core::run::may_change(*from, *to) || core::run::is_final(*to) ||
                // A batch may hold two commands: a rerun, and a pause of what it started.
                (core::run::may_change(*from, core::run::RunState::Running) && core::run::may_change(core::run::RunState::Running, *to)),
            "run " + found->second.state + " -> " + row.state + " is not allowed"
        );
        found->second = row;
    }
    apply_tasks(batch);
    for (const ports::AttemptRow& row : batch.attempts) {
        if (row.outcome != "interrupted") {  // handed back: its number comes again
            require(attempts.emplace(std::pair(row.task, row.attempt), row).second, "an attempt ended twice");
        }
    }
    for (const ports::EventRow& row : batch.events) {
        events.emplace(row.id, row);
        event_names_.insert({row.source, row.ce_id});
    }
    for (const ports::DeliveryRow& row : batch.deliveries) {
        deliveries[{row.event, row.workflow, row.trigger}] = row;
    }
    for (const ports::SeenKeyRow& row : batch.seen_keys) {
        seen_keys[{row.workflow, row.trigger, row.key}] = row;
    }
    for (const ports::DeadLetterRow& row : batch.dead_letters) {
        letters.emplace(row.id, DeadLetterState{row, "open"});
    }
    for (const ports::DeadLetterClosed& row : batch.dead_letters_closed) {
        require(letters.contains(row.id) && letters[row.id].state == "open", "a dead letter was closed twice");
        letters[row.id].state = row.state;
    }
    for (const ports::LetterJobRow& row : batch.letter_jobs_inserted) {
        require(letter_jobs.emplace(row.id, row).second, "a job over dead letters was inserted twice");
    }
    for (const ports::LetterJobRow& row : batch.letter_jobs_updated) {
        const auto found = letter_jobs.find(row.id);
        require(found != letter_jobs.end(), "a job over dead letters was updated that is not there");
        if (found != letter_jobs.end()) {
            require(row.position >= found->second.position, "a job over dead letters went backwards");
            found->second = row;
        }
    }
    for (const ports::ScheduleRow& row : batch.schedules) {
        schedules[{row.workflow, row.trigger}] = row;
    }
    for (const auto& key : batch.schedules_deleted) {
        schedules.erase(key);
    }
    for (const ports::IdempotencyRow& row : batch.idempotency) {
        const auto before = idempotency_.find(row.key);
        require(
            before == idempotency_.end() || before->second.created_at < row.created_at - limits::idempotency_kept,
            "an idempotency key was used twice"
        );
        idempotency_[row.key] = row;
    }
    for (const ports::TokenRow& row : batch.tokens) {
        tokens[row.id] = row;
    }
    audit.insert(audit.end(), batch.audit.begin(), batch.audit.end());
    for (const ports::ApprovalRow& row : batch.approvals) {
        approvals[row.id] = row;
    }
    votes.insert(votes.end(), batch.votes.begin(), batch.votes.end());
    for (const ports::EffectRow& row : batch.effects) {
        if (const auto* chosen = std::get_if<sdk::WinnerChosen>(&row.effect)) {
            winners_[chosen->country] = chosen->details;
        }
    }
}

}  // namespace kontor::sim
