#include "sim/clients.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/stored_json.hpp"

namespace kontor::sim {
namespace {

constexpr int runs_max = 12;
constexpr int events_max = 8;
constexpr std::size_t backfills_max = 2;

template <class Map>
auto any_of(const Map& map, Prng& prng) {
    auto found = map.begin();
    std::advance(found, static_cast<std::ptrdiff_t>(prng.below(map.size())));
    return found;
}

}  // namespace

void Clients::act(engine::Cycle& cycle) {
    const std::uint64_t dice = prng_.below(30);
    if (dice >= 28) {
        turn_pool(cycle);
    } else if (dice >= 26) {
        backfill(cycle);
    } else if (dice < 7 && submitted_ < runs_max) {
        submit(cycle);
    } else if (dice < 10 && !store_.runs.empty()) {
        cancel(cycle);
    } else if (dice < 13) {
        post(cycle);
    } else if (dice < 15) {
        turn_schedule(cycle);
    } else if (dice >= 23 && !store_.approvals.empty()) {
        decide(cycle, any_of(store_.approvals, prng_)->first);
    } else if (dice >= 20 && !store_.runs.empty()) {
        control(cycle);
    } else if (!store_.letters.empty()) {
        settle_letter(cycle);
    }
}

void Clients::control(engine::Cycle& cycle) {
    using enum engine::ControlVerb;
    constexpr engine::ControlVerb verbs[] = {Pause, Pause, Resume, Resume, Retry, Skip, Done, Rerun};
    engine::ControlRequest request;
    request.by = Caller::house("sim");
    request.run = any_of(store_.runs, prng_)->first;
    request.verb = verbs[prng_.below(std::size(verbs))];
    request.country = prng_.below(2) == 0 ? std::string(2, static_cast<char>('A' + prng_.below(4))) : "";
    request.task = prng_.below(2) == 0 ? "t" + std::to_string(prng_.below(6)) : "";
    request.item = prng_.below(3) == 0 ? std::to_string(prng_.below(3)) : "";
    request.kill = prng_.below(2) == 0;
    request.outputs = JsonObject{{"by", "hand"}};
    request.reason = "sim";
    request.dry_run = prng_.below(6) == 0;
    cycle.add(engine::ControlInput{std::move(request), {}});
}

// A new one, or an order to one that is there. What was accepted is stored.
void Clients::backfill(engine::Cycle& cycle) {
    if (store_.backfills.size() < backfills_max && prng_.below(2) == 0) {
        engine::BackfillInput input;
        input.request.by = Caller::house("sim");
        input.request.workflow = "w" + std::to_string(prng_.below(3));
        input.request.periods = *core::backfill::periods_from(prng_.below(2) == 0 ? "2026-01..2026-03" : "2026-01..2026-02");
        input.request.max_parallel = 1 + static_cast<int>(prng_.below(2));
        input.request.params = JsonObject{};
        input.request.dry_run = prng_.below(6) == 0;
        const bool counts = !input.request.dry_run;
        input.reply = [this, counts](Result<engine::Reply> reply) {
            const Result<Json> body = reply ? json_from_text(reply->body) : Result<Json>(reply.error());
            if (counts && body && !store_.backfills.contains(member(*body, "id")->get_int64())) {
                note("a backfill was answered before it was stored");
            }
        };
        cycle.add(std::move(input));
    } else if (!store_.backfills.empty()) {
        constexpr engine::BackfillVerb verbs[] = {engine::BackfillVerb::Pause, engine::BackfillVerb::Resume, engine::BackfillVerb::Cancel};
        engine::BackfillOrder order;
        order.by = Caller::house("sim");
        order.backfill = any_of(store_.backfills, prng_)->first;
        order.verb = verbs[prng_.below(8) / 3];
        order.runs = prng_.below(2) == 0;
        order.dry_run = prng_.below(6) == 0;
        cycle.add(engine::BackfillOrderInput{std::move(order), {}});
    }
}

void Clients::set_pool(engine::Cycle& cycle, const std::string& name, std::optional<int> slots, int weight) {
    engine::PoolInput input;
    input.request.by = Caller::house("sim");
    input.request.name = name;
    input.request.slots = slots;
    input.request.weight = weight;
    cycle.add(std::move(input));
}

// Limits come, change and go while work goes on.
void Clients::turn_pool(engine::Cycle& cycle) {
    constexpr const char* names[] = {"tokens", "tokens", "memory", "country:AA", "country:*", "workflow:w1", "type:io", "compute"};
    const std::string name = names[prng_.below(std::size(names))];
    const int slots = static_cast<int>(prng_.below(4)) * (name == "memory" ? 300 : 1);
    if (name != "tokens" && prng_.below(4) == 0) {
        engine::PoolInput input;
        input.request.by = Caller::house("sim");
        input.request.name = name;
        input.request.remove = true;
        cycle.add(std::move(input));
    } else {
        set_pool(cycle, name, slots, name == "country:AA" ? 1 + static_cast<int>(prng_.below(3)) : 1);
    }
}

void Clients::resume_all(engine::Cycle& cycle) {
    constexpr int tokens_claimed_max = 2;
    for (const auto& [name, pool] : store_.pools) {
        const int least = name == "tokens" ? tokens_claimed_max : 1;
        if (pool.slots && *pool.slots < least) {
            set_pool(cycle, name, least, pool.weight);
        }
    }
    if (!store_.pools.contains("tokens")) {
        set_pool(cycle, "tokens", tokens_claimed_max, 1);
    }
    for (const auto& [id, backfill] : store_.backfills) {
        if (backfill.state == "paused") {
            engine::BackfillOrder order;
            order.by = Caller::house("sim");
            order.backfill = id;
            order.verb = engine::BackfillVerb::Resume;
            cycle.add(engine::BackfillOrderInput{std::move(order), {}});
        }
    }
    for (const auto& [id, run] : store_.runs) {
        if (!run.pauses.is_null()) {
            engine::ControlRequest request;
            request.by = Caller::house("sim");
            request.run = id;
            request.verb = engine::ControlVerb::Resume;
            cycle.add(engine::ControlInput{std::move(request), {}});
        }
    }
}

// One of five people, of whom "sim" has started most runs. An answer that was accepted stands in the store, once.
void Clients::decide(engine::Cycle& cycle, std::int64_t approval) {
    constexpr const char* people[] = {"sim", "anna", "ben", "cleo", "dora"};
    engine::DecideRequest request;
    request.by = Caller::house(people[prng_.below(std::size(people))]);
    request.by.role = prng_.below(5) == 0 ? Role::Operator : Role::Reviewer;
    request.approval = approval;
    request.approve = prng_.below(4) > 0;
    request.comment = "sim";
    request.dry_run = prng_.below(8) == 0;
    const Role role = request.by.role;
    const std::string by = request.by.name;
    const bool counts = !request.dry_run;
    cycle.add(engine::DecideInput{std::move(request), [this, approval, by, role, counts](Result<engine::Reply> reply) {
        const auto votes = std::count_if(store_.votes.begin(), store_.votes.end(), [&](const ports::VoteRow& row) {
            return row.approval == approval && row.by == by;
        });
        if (reply && counts && votes != 1) {
            note(by + "'s answer to approval " + std::to_string(approval) + " was accepted and is stored " + std::to_string(votes) + " times");
        }
        if (reply && (role < Role::Reviewer || store_.approvals.at(approval).submitter == by)) {
            note(by + " decided on approval " + std::to_string(approval) + ", and may not");
        }
    }});
}

void Clients::decide_all(engine::Cycle& cycle) {
    for (const auto& [id, row] : store_.approvals) {
        if (row.state == "open") {
            decide(cycle, id);
        }
    }
}

void Clients::expect_same(const std::string& key, const engine::Reply& reply) {
    const auto [before, first] = answers_.try_emplace(key, reply.body);
    // A key is kept for so long; then it is as good as new.
    const auto created = [&](const std::string& body) { return store_.runs.at(member(json_from_store(body), "id")->get_int64()).created_at; };
    if (!first && created(reply.body) - created(before->second) >= limits::idempotency_kept) {
        before->second = reply.body;
    }
    if (before->second != reply.body) {
        note("the key " + key + " was answered with " + before->second + " and then with " + reply.body);
    }
}

void Clients::submit(engine::Cycle& cycle) {
    engine::Submission submission;
    submission.by = Caller::house("sim");
    submission.workflow = "w" + std::to_string(prng_.below(3));
    JsonArray countries;
    for (const char* country : {"AA", "BB", "CC", "DD"}) {
        if (prng_.below(2) == 0) {
            countries.emplace_back(country);
        }
    }
    submission.params = JsonObject{{"countries", std::move(countries)}};
    const std::string key = "key-" + std::to_string(prng_.below(20));
    submission.idempotency = {key, "same"};
    submission.priority = static_cast<int>(prng_.below(3));
    ++submitted_;
    cycle.add(engine::SubmitInput{std::move(submission), [this, key](Result<engine::Reply> reply) {
        if (!reply) {
            return;
        }
        const Result<Json> body = json_from_text(reply->body);
        if (!body || !store_.runs.contains(member(*body, "id")->get_int64())) {
            note("a submission was answered before its run was stored");
        }
        expect_same(key, *reply);
    }});
}

void Clients::cancel(engine::Cycle& cycle) {
    engine::CancelRequest request;
    request.run = any_of(store_.runs, prng_)->first;
    request.country = prng_.below(2) == 0 ? std::string(2, static_cast<char>('A' + prng_.below(4))) : "";
    request.task = prng_.below(3) == 0 ? "t" + std::to_string(prng_.below(6)) : "";
    cycle.add(engine::CancelInput{std::move(request), {}});
}

// All open letters by one command, or all of one country.
void Clients::start_job(engine::Cycle& cycle) {
    engine::LetterJobInput input;
    input.request.by = Caller::house("sim");
    input.request.discard = prng_.below(5) == 0;
    input.request.canary = !input.request.discard && prng_.below(2) == 0;
    input.request.per_minute = prng_.below(2) == 0 ? 600 : 0;
    input.request.newest_definition = prng_.below(4) == 0;
    input.request.with = prng_.below(2) == 0 && !input.request.discard ? Json(JsonObject{{"edited", 1}}) : Json();
    input.request.reason = "sim";
    for (const auto& [id, letter] : store_.letters) {
        if (letter.state == "open" || prng_.below(8) == 0) {
            input.letters.push_back(id);
        }
    }
    input.selection = JsonObject{};
    cycle.add(std::move(input));
}

void Clients::settle_letter(engine::Cycle& cycle) {
    if (prng_.below(4) == 0) {
        start_job(cycle);
        return;
    }
    if (!store_.letter_jobs.empty() && prng_.below(6) == 0) {
        engine::StopLetterJobInput stop;
        stop.request.by = Caller::house("sim");
        stop.request.job = any_of(store_.letter_jobs, prng_)->first;
        cycle.add(std::move(stop));
        return;
    }
    const std::int64_t letter = any_of(store_.letters, prng_)->first;
    if (prng_.below(4) > 0) {
        cycle.add(engine::RedriveInput{{{Caller::house("sim"), {}, {}}, letter, prng_.below(4) == 0}, [](Result<engine::Reply>) {}});
    } else {
        cycle.add(engine::DiscardInput{{{Caller::house("sim"), {}, {}}, letter, "sim"}, [](Result<engine::Reply>) {}});
    }
}

// The same event again, now and then: its sender did not hear the answer.
void Clients::post(engine::Cycle& cycle) {
    const bool again = posted_ > 0 && (posted_ >= events_max || prng_.below(3) == 0);
    const int number = again ? static_cast<int>(prng_.below(static_cast<std::uint64_t>(posted_))) : posted_++;
    engine::PostedEvent event;
    event.by = Caller::house("sim");
    event.ce_id = "order-" + std::to_string(number);
    event.source = "sim/shop";
    event.type = "sim.order";
    JsonObject data;
    if (number % 5 != 4) {
        data["n"] = number;
    }
    if (number % 4 != 2) {
        data["country"] = "CC";
    }
    event.data = std::move(data);
    std::optional<engine::Reply> known;
    for (const auto& [id, row] : store_.events) {
        if (row.source == event.source && row.ce_id == event.ce_id) {
            known = engine::Reply{202, "{}"};
        }
    }
    cycle.add(engine::EventInput{std::move(event), [this, number](Result<engine::Reply> reply) {
        const bool stored = std::any_of(store_.events.begin(), store_.events.end(), [&](const auto& entry) {
            return entry.second.ce_id == "order-" + std::to_string(number);
        });
        if (reply && !stored) {
            note("an event was answered before it was stored");
        }
    }, std::move(known)});
}

void Clients::turn_schedule(engine::Cycle& cycle) {
    const std::string trigger = "clock-" + std::to_string(prng_.below(3));
    if (prng_.below(4) == 0) {
        cycle.add(engine::RunScheduleInput{{{Caller::house("sim"), {}, {}}, "w3", trigger}, {}});
    } else {
        checkers_.asked_of_schedule("w3", trigger);
        cycle.add(engine::PauseInput{{{Caller::house("sim"), {}, {}}, "w3", trigger, prng_.below(3) == 0}, {}});
    }
}

}  // namespace kontor::sim
