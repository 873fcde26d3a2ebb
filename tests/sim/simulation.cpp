#include "sim/simulation.hpp"

#include <algorithm>
#include <array>
#include <iostream>

#include "core/run/states.hpp"
#include "engine/restore_check.hpp"
#include "sim/telling.hpp"

namespace kontor::sim {
namespace {

constexpr engine::Budget budget{3, 4};
// Every run must have ended this many calm steps after the faults stopped.
constexpr int calm_steps_max = 20'000;
// Turns that an orderly stop may take before the process is killed.
constexpr int stop_turns_max = 40;

}  // namespace

void SimExecutor::start(std::vector<ports::Dispatch> dispatches) {
    for (ports::Dispatch& dispatch : dispatches) {
        started.push_back(dispatch);
        running.push_back({std::move(dispatch), false});
        if (begins) {
            begins(started.back());
        }
    }
}

void SimExecutor::cancel(ports::AttemptKey key) {
    for (Running& each : running) {
        each.cancelled = each.cancelled || each.dispatch.key == key;
    }
}

std::vector<ports::AttemptKey> SimExecutor::stop(Duration /*grace*/) { return {}; }

Simulation::Simulation(std::uint64_t seed)
    : seed_(seed), prng_(seed), workflows_(random_workflows(seed)), store_(seed ^ 0x5eedULL), checkers_(workflows_, store_),
      clients_(store_, checkers_, prng_), now_(random_beginning(seed)), latest_(now_) {
    constexpr std::array<const char*, 5> countries{"AA", "BB", "CC", "DD", "none"};
    slow_country_ = countries[prng_.below(countries.size())];
    store_.applied = [this](const ports::Batch& batch) {
        if (tells_) {
            say(told_as(batch));
        }
        checkers_.committed(batch);
    };
    sdk::TaskType work;
    work.name = "work";
    registry_.add(work);
    work.name = "io";
    work.pool = sdk::Pool::Io;
    registry_.add(work);
    store_.unavailable = 0.03;
    store_.in_doubt_before = 0.02;
    store_.in_doubt_after = 0.02;
    store_.slow = static_cast<double>(seed % 4) * 0.3;  // from a database that answers at once to one that hardly does
    boot();
}

void Simulation::tell_all() {
    tells_ = true;
    for (const auto& [name, workflow] : workflows_) {
        say(told_as(*workflow));
    }
}

void Simulation::say(const std::string& what) const {
    if (tells_) {
        std::cout << "step " << step_ << " " << to_iso(now_) << " " << what << "\n";
    }
}

void Simulation::fault(const std::string& what) {
    if (wrong_.empty() && !what.empty()) {
        wrong_ = "step " + std::to_string(step_) + ": " + what;
    }
}

void Simulation::boot(const std::vector<ports::Crash>& crashes) {
    cycle_.reset();
    executor_ = std::make_unique<SimExecutor>();
    executor_->begins = [this](const ports::Dispatch& dispatch) { check_pools(dispatch); };
    engine::ConductorSettings settings;
    settings.budget = budget;
    settings.feed_ahead = feeds_ahead_ ? engine::feed_ahead_max : 0;
    settings.tasks = &registry_;
    settings.parse = [this](std::string_view text) -> engine::Parsed {
        const auto found = workflows_.find(std::string(text));
        return found == workflows_.end() ? engine::Parsed{nullptr, invalid("parse", "no such workflow")} : engine::Parsed{found->second, {}};
    };
    conductor_ = std::make_unique<engine::Conductor>(std::move(settings));
    const Result<ports::Leadership> lead = store_.lead("sim", true);
    Result<ports::Snapshot> snapshot = store_.load(now_);
    conductor_->recover(std::move(*snapshot), *lead, now_, crashes);
    checkers_.booted(crashes, now_);
    latest_of_life_ = now_;
    conductor_->set_listening(prng_.below(2) == 0);
    cycle_ = std::make_unique<engine::Cycle>(*conductor_, store_, *executor_, nullptr, [this](const std::string& line) { say(line); });
    for (const auto& [name, workflow] : workflows_) {
        cycle_->add(engine::DeployInput{{{Caller::house("sim"), {}, {}}, "", name}, {}});
    }
}

// A task takes the process down, and perhaps another one at the same moment; or it is killed, and nobody knows why.
void Simulation::crash() {
    std::vector<ports::Crash> crashes;
    for (const SimExecutor::Running& each : executor_->running) {
        if (crashes.size() < 2 && prng_.below(4) == 0) {
            crashes.push_back({each.dispatch.key, "simulated crash"});
        }
    }
    if (prng_.below(2) == 0) {
        crashes.clear();
    }
    crashes.insert(crashes.end(), crashes_noted_.begin(), crashes_noted_.end());
    crashes_noted_ = crashes;
    say("the process dies");
    boot(crashes);
}

// As Engine::stop does it. Where the store does not answer in time the process is killed.
void Simulation::stop_in_order() {
    say("the process is stopped in order");
    bool drained = false;
    cycle_->add(engine::DrainInput{[&drained](const Result<engine::Reply>& /*reply*/) { drained = true; }});
    bool stored = false;
    for (int turn = 0; turn < stop_turns_max && !(drained && stored); ++turn) {
        stored = cycle();
    }
    if (drained && stored) {
        std::vector<ports::Finished> finished;
        for (const SimExecutor::Running& each : executor_->running) {
            finished.push_back({each.dispatch.key, prng_.below(4) == 0 ? outcome_of(each) : sdk::Outcome(sdk::Interrupted{})});
        }
        executor_->running.clear();
        tell(std::move(finished));
        stored = false;
        for (int turn = 0; turn < stop_turns_max && !stored; ++turn) {
            stored = cycle();
        }
        const bool running = std::any_of(store_.live.begin(), store_.live.end(), [](const auto& row) { return row.second.state == "running"; });
        if (stored && running) {
            fault("an attempt still runs after an orderly stop");
        }
    }
    boot(crashes_noted_);
}

bool Simulation::cycle() {
    checkers_.time_is(now_);
    latest_ = std::max(latest_, now_);
    latest_of_life_ = std::max(latest_of_life_, now_);
    const bool free = !cycle_->pending();  // then the step does what is due
    const Result<void> stepped = cycle_->step(now_);
    if (!stepped && stepped.error().kind != ErrorKind::Unavailable) {
        fault("the cycle stopped: " + describe(stepped.error()));
    }
    check();
    const bool stored = stepped && cycle_->backlog() == 0 && !cycle_->pending() && !cycle_->busy();
    if (stored) {
        checkers_.all_stored();
    }
    if (stored && free && (calm_ ? prng_.below(64) : prng_.below(8)) == 0) {
        check_restore();
    }
    return stored;
}

// What a restart would make of the stored rows is what the engine has in mind.
void Simulation::check_restore() {
    const Result<ports::Snapshot> snapshot = store_.load(now_);
    fault(engine::RestoreCheck(*conductor_).difference(*snapshot, now_, latest_of_life_));
}

// Of a few countries and months, back and forth, sometimes beyond the limits.
sdk::ReadingsTaken Simulation::readings() {
    sdk::ReadingsTaken taken;
    taken.country = prng_.below(2) == 0 ? "AA" : "BB";
    taken.period = "2026-0" + std::to_string(1 + prng_.below(9));
    taken.readings = {
        {"psi", "price", static_cast<double>(prng_.below(100)) / 100, 1000},
        {"volume", "", static_cast<double>(500 + prng_.below(1000)), static_cast<std::int64_t>(prng_.below(200))}
    };
    taken.alarms.resize(2);
    taken.alarms[0].name = "drift";
    taken.alarms[0].metric = "psi";
    taken.alarms[0].above = 0.6;
    taken.alarms[0].clear = 0.3;
    taken.alarms[0].consecutive = 2;
    taken.alarms[1].name = "volume";
    taken.alarms[1].metric = "volume";
    taken.alarms[1].below = 0.7;
    taken.alarms[1].against = 6;
    taken.alarms[1].min_rows = 50;
    return taken;
}

sdk::Outcome Simulation::outcome_of(const SimExecutor::Running& running) {
    const ports::Dispatch& dispatch = running.dispatch;
    if (running.cancelled && prng_.below(3) > 0) {
        return sdk::Interrupted{};
    }
    const std::uint64_t dice = prng_.below(100);
    if (dice < 80) {
        sdk::Succeeded done;
        done.outputs = JsonObject{{"by", dispatch.identity.task}, {"n", ++outcomes_}};
        if (dice < 5) {
            done.effects.emplace_back(sdk::EventEmitted{"sim.event", "", JsonObject{{"country", "BB"}}});
        } else if (dice < 8) {
            done.effects.emplace_back(sdk::WinnerChosen{"AA", "m-1", Json(), JsonObject{{"model", "m-1"}}});
        } else if (dice < 14) {
            done.effects.emplace_back(readings());
        }
        return done;
    }
    const sdk::FailureClass kind = dice < 92   ? sdk::FailureClass::Transient
                                   : dice < 95 ? sdk::FailureClass::Resource
                                   : dice < 98 ? sdk::FailureClass::Data
                                               : sdk::FailureClass::Bug;
    return sdk::Failed{kind, "simulated failure"};
}

void Simulation::finish_one(std::size_t which) {
    const SimExecutor::Running running = executor_->running[which];
    executor_->running.erase(executor_->running.begin() + static_cast<std::ptrdiff_t>(which));
    std::vector<ports::Finished> finished;
    // Around the two milliseconds below which a type counts as short.
    const Duration ran(static_cast<Duration::rep>(prng_.below(4000)));
    finished.push_back({running.dispatch.key, outcome_of(running), ran});
    if (!calm_ && prng_.below(10) == 0) {
        finished.push_back({running.dispatch.key, outcome_of(running)});  // told twice, and differently
    }
    if (!calm_ && prng_.below(10) == 0) {
        finished.push_back({{running.dispatch.key.task, running.dispatch.key.attempt - 1}, outcome_of(running)});  // late
    }
    tell(std::move(finished));
}

void Simulation::tell(std::vector<ports::Finished> finished) {
    for (const ports::Finished& each : finished) {
        checkers_.told(each);
    }
    cycle_->add(engine::FinishedInput{std::move(finished)});
}

// Of an attempt that runs, or ran once.
void Simulation::report_progress() {
    if (executor_->running.empty()) {
        return;
    }
    ports::AttemptKey key = executor_->running[prng_.below(executor_->running.size())].dispatch.key;
    key.attempt -= prng_.below(8) == 0 ? 1 : 0;
    cycle_->add(engine::ProgressInput{key, prng_.unit() * 1.5, "half way"});
}

void Simulation::move_clock() {
    const std::uint64_t dice = prng_.below(100);
    if (dice < 90) {
        now_ += std::chrono::milliseconds(prng_.below(4000));
    } else if (dice < 94) {
        now_ += std::chrono::seconds(prng_.below(3 * 3600));  // the machine slept
    } else if (dice < 98) {
        now_ -= std::chrono::milliseconds(prng_.below(2000));
    } else {
        now_ -= std::chrono::seconds(prng_.below(3600));
    }
}

void Simulation::one_step() {
    const std::uint64_t dice = prng_.below(100);
    if (dice < 45 && !executor_->running.empty()) {
        const std::size_t which = prng_.below(executor_->running.size());
        if (executor_->running[which].dispatch.identity.country != slow_country_ || prng_.below(10) == 0) {
            finish_one(which);
        }
    } else if (dice < 70) {
        move_clock();
    } else if (dice < 82) {
        clients_.act(*cycle_);
    } else if (dice < 84) {
        crash();
        return;
    } else if (dice < 85) {
        stop_in_order();
        return;
    } else if (dice < 88) {
        report_progress();
    }
    cycle();
}

std::vector<core::fair::Claim> Simulation::claims_of(const ports::Dispatch& dispatch) const {
    const auto run = store_.runs.find(dispatch.identity.run);
    const auto found = run == store_.runs.end() ? workflows_.end() : workflows_.find(run->second.workflow);
    const core::dag::Workflow* workflow = found == workflows_.end() ? nullptr : found->second.get();
    const int task = workflow == nullptr ? -1 : workflow->task_index(dispatch.identity.task);
    return task < 0 ? std::vector<core::fair::Claim>{}
                    : core::fair::claims_of(*workflow, workflow->tasks[static_cast<std::size_t>(task)], dispatch.identity.country);
}

// What begins finds room in every pool, as the pools are stored: added up here from what the executor runs.
void Simulation::check_pools(const ports::Dispatch& started) {
    for (const core::fair::Claim& claim : claims_of(started)) {
        const auto own = store_.pools.find(claim.pool);
        const auto each = store_.pools.find("country:*");
        std::optional<int> limit = own == store_.pools.end() ? std::nullopt : own->second.slots;
        limit = !limit && claim.pool.starts_with("country:") && each != store_.pools.end() ? each->second.slots : limit;
        limit = claim.must_exist && own == store_.pools.end() ? std::optional(0) : limit;
        if (claim.own_limit) {
            limit = std::min(limit.value_or(*claim.own_limit), *claim.own_limit);
        }
        int held = 0;
        int holders = 0;
        for (const SimExecutor::Running& running : executor_->running) {
            for (const core::fair::Claim& other : claims_of(running.dispatch)) {
                held += other.pool == claim.pool ? other.amount : 0;
                holders += other.pool == claim.pool ? 1 : 0;
            }
        }
        if (limit && held > *limit && !(claim.pool == "memory" && holders == 1)) {
            fault("an attempt began although pool " + claim.pool + " had no room: " + std::to_string(held) + " of " + std::to_string(*limit));
        }
    }
}

void Simulation::check() {
    fault(store_.broken());
    fault(conductor_->check_invariants());
    for (const ports::Dispatch& dispatch : executor_->started) {
        checkers_.started(dispatch, latest_);
    }
    executor_->started.clear();
    fault(checkers_.wrong());
    fault(clients_.wrong());
    int cores = 0;
    int io = 0;
    std::map<ports::TaskId, int> attempts;
    for (const SimExecutor::Running& each : executor_->running) {
        const bool compute = each.dispatch.pool == sdk::Pool::Compute;
        cores += compute ? each.dispatch.cores : 0;
        io += compute ? 0 : 1;
        if (++attempts[each.dispatch.key.task] > 1) {
            fault("two attempts of one task instance run at once");
        }
    }
    if (!feeds_ahead_ && (cores > budget.cores || io > budget.io_slots)) {
        fault("the budget was exceeded: " + std::to_string(cores) + " cores, " + std::to_string(io) + " slots");
    }
}

std::string Simulation::settle() {
    calm_ = true;
    bool jobs_over = true;
    store_.unavailable = store_.in_doubt_before = store_.in_doubt_after = 0;
    for (int step = 0; step < calm_steps_max && wrong_.empty(); ++step, ++step_) {
        if (!executor_->running.empty()) {
            finish_one(prng_.below(executor_->running.size()));
        } else {
            now_ += std::chrono::seconds(1);
            clients_.resume_all(*cycle_);
            clients_.decide_all(*cycle_);
        }
        const bool free = !cycle_->pending();  // then what is due is done
        const bool stored = cycle();
        const bool ended = std::all_of(store_.runs.begin(), store_.runs.end(), [](const auto& entry) {
            return core::run::is_final(*core::run::run_state_from(entry.second.state));
        });
        jobs_over = std::all_of(store_.letter_jobs.begin(), store_.letter_jobs.end(), [](const auto& entry) {
            return entry.second.finished_at.has_value();
        });
        const bool filled = std::all_of(store_.backfills.begin(), store_.backfills.end(), [](const auto& entry) {
            return entry.second.finished_at.has_value();
        });
        if (ended && jobs_over && filled && free && stored && executor_->running.empty()) {
            break;
        }
    }
    if (!jobs_over) {
        fault("a job over dead letters has not ended");
    }
    checkers_.at_end(now_);
    fault(checkers_.wrong());
    return wrong_;
}

std::string Simulation::run(int steps) {
    cycle();
    for (; step_ < steps && wrong_.empty(); ++step_) {
        one_step();
    }
    return wrong_.empty() ? settle() : wrong_;
}

std::string Simulation::story() const {
    std::string text = to_iso(now_);
    for (const auto& [id, run] : store_.runs) {
        text += "\n" + std::to_string(id) + " " + run.workflow + " " + run.state + " " + run.reason;
    }
    for (const auto& [id, row] : store_.done) {
        text += "\n" + std::to_string(id) + " " + row.task + " " + row.state + " " + std::to_string(row.attempts) + " " + to_text(row.outputs);
    }
    return text;
}

}  // namespace kontor::sim
