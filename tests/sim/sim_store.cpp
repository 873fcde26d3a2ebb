#include "sim/sim_store.hpp"

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

Result<ports::Leadership> SimStore::lead(const std::string& /*holder*/, bool /*takeover*/) {
    ++epoch_;
    return ports::Leadership{epoch_, seq_};
}

Result<void> SimStore::renew(ports::Epoch epoch) {
    return epoch == epoch_ ? Result<void>() : Result<void>(conflict("renew", "deposed"));
}

Result<void> SimStore::resign(ports::Epoch epoch) { return renew(epoch); }

Result<ports::Snapshot> SimStore::load(Instant /*now*/) {
    ports::Snapshot snapshot;
    snapshot.seq = seq_;
    snapshot.last_id = last_id_;
    for (const auto& [hash, row] : definitions_) {
        snapshot.definitions.push_back(row);
    }
    for (const auto& [name, hash] : deployed) {
        snapshot.deployed.push_back(hash);
    }
    for (const auto& [id, row] : runs) {
        if (!is_final_text(row.state)) {
            snapshot.runs.push_back(row);
        }
    }
    for (const auto& [id, row] : live) {
        snapshot.live.push_back(row);
    }
    for (const auto& [id, row] : done) {
        if (!is_final_text(runs.at(row.run).state)) {
            snapshot.done.push_back(row);
        }
    }
    for (const auto& [key, row] : schedules_) {
        snapshot.schedules.push_back(row);
    }
    for (const auto& [key, row] : idempotency_) {
        snapshot.idempotency.push_back(row);
    }
    for (const auto& [country, details] : winners_) {
        snapshot.winners.push_back({country, details});
    }
    return snapshot;
}

Result<ports::EndedRun> SimStore::load_ended(ports::RunId run) {
    const auto found = runs.find(run);
    if (found == runs.end()) {
        return not_found("load_ended", "no such run");
    }
    if (!is_final_text(found->second.state)) {
        return conflict("load_ended", "it has not ended");
    }
    ports::EndedRun ended{found->second, definitions_.at(found->second.hash), {}, {}};
    for (const auto& [id, row] : done) {
        if (row.run == run) {
            ended.done.push_back(row);
        }
    }
    return ended;
}

Result<ports::Store::DeadLetterState> SimStore::load_dead_letter(std::int64_t id) {
    const auto found = letters.find(id);
    return found == letters.end() ? Result<DeadLetterState>(not_found("dead letter", "no such letter")) : found->second;
}

Result<std::optional<ports::EventRow>> SimStore::load_event(std::int64_t id) {
    const auto found = events.find(id);
    return found == events.end() ? std::optional<ports::EventRow>() : found->second;
}

Result<void> SimStore::commit(const ports::Batch& batch) {
    const double dice = prng_.unit();
    if (dice < unavailable) {
        return unavailable_error();
    }
    if (dice < unavailable + in_doubt_before) {
        return Error{ErrorKind::InDoubt, "commit", "the connection broke", {}};
    }
    if (batch.epoch != epoch_) {
        return conflict("commit", "deposed");
    }
    require(batch.seq == seq_ + 1, "a batch was sent twice or out of order");
    apply(batch);
    if (dice < unavailable + in_doubt_before + in_doubt_after) {
        return Error{ErrorKind::InDoubt, "commit", "the connection broke", {}};
    }
    return {};
}

Result<ports::Seq> SimStore::committed(ports::Epoch epoch) {
    if (prng_.unit() < unavailable) {
        return unavailable_error();
    }
    return epoch == epoch_ ? Result<ports::Seq>(seq_) : Result<ports::Seq>(conflict("committed", "deposed"));
}

Error SimStore::unavailable_error() { return kontor::unavailable("store", "no connection"); }

void SimStore::apply(const ports::Batch& batch) {
    seq_ = batch.seq;
    require(batch.last_id >= last_id_, "ids went backwards");
    last_id_ = batch.last_id;
    for (const ports::DefinitionRow& row : batch.definitions) {
        definitions_.try_emplace(row.hash, row);
        deployed[row.workflow] = row.hash;
    }
    for (const ports::RunRow& row : batch.runs_inserted) {
        require(runs.emplace(row.id, row).second, "a run was inserted twice");
    }
    for (const ports::RunRow& row : batch.runs_updated) {
        require(runs.contains(row.id), "a run was updated that is not there");
        const auto from = core::run::run_state_from(runs[row.id].state);
        const auto to = core::run::run_state_from(row.state);
        require(from == to || core::run::may_change(*from, *to) || core::run::is_final(*to),
                "run " + runs[row.id].state + " -> " + row.state + " is not allowed");
        runs[row.id] = row;
    }
    for (const ports::TaskId id : batch.done_deleted) {
        require(done.erase(id) == 1, "an ended instance was deleted that is not there");
    }
    for (const ports::LiveTaskRow& row : batch.live_inserted) {
        require(!done.contains(row.id) && live.emplace(row.id, row).second, "a live instance was inserted twice");
    }
    for (const ports::LiveTaskRow& row : batch.live_updated) {
        require(live.contains(row.id), "a live instance was updated that is not there");
        live[row.id] = row;
    }
    for (const ports::TaskId id : batch.live_deleted) {
        require(live.erase(id) == 1, "a live instance was deleted that is not there");
    }
    for (const ports::DoneTaskRow& row : batch.done_inserted) {
        require(!live.contains(row.id) && done.emplace(row.id, row).second, "an ended instance was inserted twice");
    }
    for (const ports::AttemptRow& row : batch.attempts) {
        require(attempts.emplace(std::pair(row.task, row.attempt), row).second, "an attempt ended twice");
    }
    for (const ports::EventRow& row : batch.events) {
        require(events.emplace(row.id, row).second, "an event was inserted twice");
    }
    for (const ports::DeliveryRow& row : batch.deliveries) {
        const bool fresh = deliveries_.insert({row.event, row.workflow, row.trigger}).second;
        require(fresh || row.state != "started", "an event started a trigger's run twice");
    }
    for (const ports::DeadLetterRow& row : batch.dead_letters) {
        require(letters.emplace(row.id, DeadLetterState{row, "open"}).second, "a dead letter was inserted twice");
    }
    for (const ports::DeadLetterClosed& row : batch.dead_letters_closed) {
        require(letters.contains(row.id) && letters[row.id].state == "open", "a dead letter was closed twice");
        letters[row.id].state = row.state;
    }
    for (const ports::ScheduleRow& row : batch.schedules) {
        schedules_[{row.workflow, row.trigger}] = row;
    }
    for (const ports::IdempotencyRow& row : batch.idempotency) {
        require(idempotency_.emplace(row.key, row).second, "an idempotency key was used twice");
    }
    for (const ports::EffectRow& row : batch.effects) {
        if (const auto* chosen = std::get_if<sdk::WinnerChosen>(&row.effect)) {
            winners_[chosen->country] = chosen->details;
        }
    }
}

}  // namespace kontor::sim
