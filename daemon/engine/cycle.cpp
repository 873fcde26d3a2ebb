#include "engine/cycle.hpp"

namespace kontor::engine {

Cycle::Cycle(Conductor& conductor, ports::Store& store, ports::Executor& executor, Publish publish, Log log)
    : conductor_(conductor), store_(store), executor_(executor), publish_(std::move(publish)), log_(std::move(log)) {}

Result<void> Cycle::step(Instant now) {
    if (pending_) {
        if (Result<void> sent = send(); !sent) {
            return sent;
        }
        act();
    }
    while (!backlog_.empty()) {
        if (Result<void> handled = handle(backlog_.front(), now); !handled) {
            return handled;
        }
        backlog_.pop_front();
    }
    conductor_.on_time(now);
    return flush(now);
}

Result<void> Cycle::handle(Input& input, Instant now) {
    if (std::holds_alternative<RedriveInput>(input) || std::holds_alternative<DiscardInput>(input)) {
        return with_letter(input, now);
    }
    conductor_.handle(std::move(input), now);
    return {};
}

Result<void> Cycle::with_letter(Input& input, Instant now) {
    // What was handled before must be in the database before we read from it.
    if (Result<void> flushed = flush(now); !flushed) {
        return flushed;
    }
    auto* redrive = std::get_if<RedriveInput>(&input);
    auto* discard = std::get_if<DiscardInput>(&input);
    ReplyTo& reply = redrive != nullptr ? redrive->reply : discard->reply;
    const std::int64_t id = redrive != nullptr ? redrive->request.dead_letter : discard->request.dead_letter;
    const Result<ports::Store::DeadLetterState> letter = store_.load_dead_letter(id);
    if (!letter) {
        if (letter.error().kind != ErrorKind::NotFound) {
            return letter.error();
        }
        if (reply) {
            reply(letter.error());
        }
        return {};
    }
    std::optional<ports::EndedRun> ended;
    if (letter->row.run && !conductor_.is_active(*letter->row.run)) {
        Result<ports::EndedRun> loaded = store_.load_ended(*letter->row.run);
        if (loaded) {
            ended = std::move(*loaded);
        } else if (loaded.error().kind != ErrorKind::NotFound) {
            return loaded.error();
        }
    }
    Result<std::vector<ports::EventRow>> events = events_of(letter->row);
    if (!events) {
        return events.error();
    }
    if (redrive != nullptr) {
        conductor_.redrive(std::move(*redrive), *letter, std::move(ended), std::move(*events), now);
    } else {
        conductor_.discard(std::move(*discard), *letter, std::move(ended), now);
    }
    return {};
}

Result<std::vector<ports::EventRow>> Cycle::events_of(const ports::DeadLetterRow& letter) {
    std::vector<std::int64_t> ids;
    const Json* gathered = letter.kind == "delivery" && letter.item == gathered_item ? member(letter.input, "events") : nullptr;
    if (gathered != nullptr && gathered->is_array()) {
        for (const Json& id : gathered->get_array()) {
            ids.push_back(id.is_int64() ? id.get_int64() : 0);
        }
    } else if (letter.event_id) {
        ids.push_back(*letter.event_id);
    }
    std::vector<ports::EventRow> events;
    for (const std::int64_t id : ids) {
        Result<std::optional<ports::EventRow>> loaded = store_.load_event(id);
        if (!loaded) {
            return loaded.error();
        }
        if (*loaded) {
            events.push_back(std::move(**loaded));
        }
    }
    return events;
}

Result<void> Cycle::flush(Instant now) {
    ports::Batch batch = conductor_.take_batch(now);
    if (batch.empty()) {
        act();
        return {};
    }
    pending_ = std::move(batch);
    if (Result<void> sent = send(); !sent) {
        return sent;
    }
    act();
    return {};
}

Result<void> Cycle::send() {
    if (in_doubt_) {
        const Result<ports::Seq> stored = store_.committed(pending_->epoch);
        if (!stored) {
            return stored.error();
        }
        in_doubt_ = false;
        if (*stored == pending_->seq) {
            pending_.reset();
            return {};
        }
    }
    const Result<void> committed = store_.commit(*pending_);
    if (committed) {
        pending_.reset();
        return {};
    }
    if (committed.error().kind == ErrorKind::InDoubt) {
        in_doubt_ = true;
        return unavailable("engine.commit", committed.error().message);
    }
    if (committed.error().kind == ErrorKind::Invalid) {
        return internal("engine.commit", "the database refuses a batch for good: " + describe(committed.error()));
    }
    return committed;
}

void Cycle::act() {
    Actions actions = conductor_.take_actions();
    if (!actions.dispatches.empty()) {
        executor_.start(std::move(actions.dispatches));
    }
    for (const ports::AttemptKey& key : actions.cancels) {
        executor_.cancel(key);
    }
    for (auto& [reply, result] : actions.replies) {
        if (reply) {
            reply(std::move(result));
        }
    }
    if (actions.change != nullptr && publish_) {
        publish_(std::move(actions.change));
    }
    for (const std::string& line : actions.log) {
        log_(line);
    }
}

}  // namespace kontor::engine
