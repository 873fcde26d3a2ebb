#include "engine/cycle.hpp"

namespace kontor::engine {

namespace {

// A commit is looked at this often at least, to handle what has come meanwhile. Shorter would only make smaller portions of it:
// nothing of that can be stored before the commit is over, and its end is noticed at once.
constexpr Duration look_every = std::chrono::milliseconds(1);

}  // namespace

Cycle::Cycle(Conductor& conductor, ports::Store& store, ports::Executor& executor, Publish publish, Log log)
    : conductor_(conductor), store_(store), executor_(executor), publish_(std::move(publish)), log_(std::move(log)), commit_(store) {}

Result<void> Cycle::step(Instant now) {
    if (commit_.pending() && !commit_.under_way()) {
        // It failed, and it comes before all else.
        if (Result<void> sent = advance(Duration(0)); !sent) {
            return sent;
        }
    }
    while (!backlog_.empty()) {
        if (Result<void> handled = handle(backlog_.front(), now); !handled) {
            return handled;
        }
        backlog_.pop_front();
    }
    // One letter a step: those who ask meanwhile do not wait for all of them.
    if (std::optional<Input> letter = commit_.pending() ? std::nullopt : conductor_.next_letter(now)) {
        if (Result<void> handled = handle(*letter, now); !handled) {
            return handled;
        }
    }
    return commit_.pending() ? advance(look_every) : begin(now);
}

Result<void> Cycle::settle(Instant now) {
    Result<void> stepped = step(now);
    while (stepped && busy()) {
        stepped = step(now);
    }
    return stepped;
}

Result<void> Cycle::begin(Instant now) {
    conductor_.on_time(now);
    ports::Batch batch = conductor_.take_batch(now);
    Actions actions = conductor_.take_actions();
    ahead_ = false;
    if (batch.empty()) {
        act(std::move(actions));
        return {};
    }
    commit_.take(std::move(batch), std::move(actions));
    return advance(Duration(0));
}

Result<void> Cycle::advance(Duration wait_max) {
    Result<std::optional<Actions>> stored = commit_.advance(wait_max);
    if (!stored) {
        return stored.error();
    }
    if (*stored) {
        act(std::move(**stored));
    }
    return {};
}

// Ensures: everything handled so far is in the database.
Result<void> Cycle::flush(Instant now) {
    while (ahead_ || commit_.pending()) {
        if (Result<void> moved = commit_.pending() ? advance(Duration::max()) : begin(now); !moved) {
            return moved;
        }
    }
    return {};
}

Result<void> Cycle::handle(Input& input, Instant now) {
    if (std::holds_alternative<RedriveInput>(input) || std::holds_alternative<DiscardInput>(input)) {
        return with_letter(input, now);
    }
    if (std::holds_alternative<ControlInput>(input) || std::holds_alternative<ExplainRunInput>(input)) {
        return with_run(input, now);
    }
    ahead_ = true;
    conductor_.handle(std::move(input), now);
    return {};
}

Result<void> Cycle::with_run(Input& input, Instant now) {
    auto* control = std::get_if<ControlInput>(&input);
    auto* explain = std::get_if<ExplainRunInput>(&input);
    const ports::RunId run = control != nullptr ? control->request.run : explain->request.run;
    ReplyTo& reply = control != nullptr ? control->reply : explain->reply;
    const bool ends = control != nullptr && (control->request.verb == ControlVerb::Skip || control->request.verb == ControlVerb::Done ||
                                             control->request.verb == ControlVerb::Rerun);
    std::optional<ports::EndedRun> ended;
    std::vector<ports::OpenLetter> letters;
    if (ends || !conductor_.is_active(run)) {
        if (Result<void> flushed = flush(now); !flushed) {
            return flushed;
        }
        if (!conductor_.is_active(run)) {
            Result<ports::EndedRun> loaded = store_.load_ended(run);
            if (!loaded && loaded.error().kind != ErrorKind::NotFound) {
                return loaded.error();
            }
            if (!loaded) {
                if (reply) {
                    reply(not_found("control", "there is no run " + std::to_string(run)));
                }
                return {};
            }
            ended = std::move(*loaded);
        }
        Result<std::vector<ports::OpenLetter>> open = store_.open_letters(run);
        if (!open) {
            return open.error();
        }
        letters = std::move(*open);
    }
    ahead_ = true;
    if (control != nullptr) {
        conductor_.control(std::move(*control), std::move(ended), letters, now);
    } else {
        conductor_.explain_run(std::move(*explain), ended, now);
    }
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
        if (const std::int64_t job = redrive != nullptr ? redrive->request.job : discard->request.job; job != 0) {
            ahead_ = true;
            conductor_.letter_gone(job, id, letter.error(), now);
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
    ahead_ = true;
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

void Cycle::act(Actions actions) {
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
