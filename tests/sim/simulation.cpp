#include "sim/simulation.hpp"

#include <algorithm>
#include <tuple>

#include "core/retry/retry.hpp"
#include "core/run/states.hpp"

namespace kontor::sim {
namespace {

constexpr int runs_max = 12;
constexpr engine::Budget budget{3, 4};
// Every run must have ended this many calm steps after the faults stopped.
constexpr int calm_steps_max = 20'000;

}  // namespace

void SimExecutor::start(std::vector<ports::Dispatch> dispatches) {
    for (ports::Dispatch& dispatch : dispatches) {
        started.push_back(dispatch);
        running.push_back({std::move(dispatch), false});
    }
}

void SimExecutor::cancel(ports::AttemptKey key) {
    for (Running& each : running) {
        each.cancelled = each.cancelled || each.dispatch.key == key;
    }
}

std::vector<ports::AttemptKey> SimExecutor::stop(Duration /*grace*/) { return {}; }

Simulation::Simulation(std::uint64_t seed)
    : seed_(seed), prng_(seed), workflows_(random_workflows(seed)), store_(seed ^ 0x5eedULL), now_(std::chrono::seconds(1'800'000'000)) {
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
    for (const auto& [name, workflow] : workflows_) {
        cycle_->add(engine::DeployInput{{"", name, "sim", {}}, {}});
    }
}

void Simulation::fault(const std::string& what) {
    if (wrong_.empty() && !what.empty()) {
        wrong_ = "step " + std::to_string(step_) + ": " + what;
    }
}

void Simulation::boot() {
    cycle_.reset();
    executor_ = std::make_unique<SimExecutor>();
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
    conductor_->recover(std::move(*snapshot), *lead, now_);
    conductor_->set_listening(prng_.below(2) == 0);
    cycle_ = std::make_unique<engine::Cycle>(*conductor_, store_, *executor_, nullptr, [](const std::string&) {});
}

void Simulation::cycle() {
    const Result<void> stepped = cycle_->step(now_);
    if (!stepped && stepped.error().kind != ErrorKind::Unavailable) {
        fault("the cycle stopped: " + describe(stepped.error()));
    }
    check();
}

sdk::Outcome Simulation::outcome_of(const SimExecutor::Running& running) {
    const ports::Dispatch& dispatch = running.dispatch;
    if (running.cancelled && prng_.below(3) > 0) {
        return sdk::Interrupted{};
    }
    const std::uint64_t dice = prng_.below(100);
    if (dice < 80) {
        sdk::Succeeded done;
        done.outputs = JsonObject{{"by", dispatch.identity.task}};
        if (dice < 5) {
            done.effects.emplace_back(sdk::EventEmitted{"sim.event", "", JsonObject{{"country", "BB"}}});
        } else if (dice < 8) {
            done.effects.emplace_back(sdk::WinnerChosen{"AA", "m-1", Json(), JsonObject{{"model", "m-1"}}});
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
    cycle_->add(engine::FinishedInput{std::move(finished)});
}

void Simulation::command() {
    const std::uint64_t dice = prng_.below(10);
    if (dice < 4 && submitted_ < runs_max) {
        engine::Submission submission;
        submission.workflow = "w" + std::to_string(prng_.below(3));
        JsonArray countries;
        for (const char* country : {"AA", "BB", "CC", "DD"}) {
            if (prng_.below(2) == 0) {
                countries.emplace_back(country);
            }
        }
        submission.params = JsonObject{{"countries", std::move(countries)}};
        submission.idempotency = {"key-" + std::to_string(prng_.below(20)), "same"};
        submission.priority = static_cast<int>(prng_.below(3));
        ++submitted_;
        cycle_->add(engine::SubmitInput{std::move(submission), {}});
    } else if (dice < 6 && !store_.runs.empty()) {
        auto run = store_.runs.begin();
        std::advance(run, static_cast<std::ptrdiff_t>(prng_.below(store_.runs.size())));
        engine::CancelRequest request;
        request.run = run->first;
        request.country = prng_.below(2) == 0 ? "AA" : "";
        request.task = prng_.below(3) == 0 ? "t1" : "";
        cycle_->add(engine::CancelInput{std::move(request), {}});
    } else if (!store_.letters.empty()) {
        auto letter = store_.letters.begin();
        std::advance(letter, static_cast<std::ptrdiff_t>(prng_.below(store_.letters.size())));
        if (dice < 9) {
            cycle_->add(engine::RedriveInput{{letter->first, prng_.below(4) == 0, "sim", {}}, [](Result<engine::Reply>) {}});
        } else {
            cycle_->add(engine::DiscardInput{{letter->first, "sim", "sim", {}}, [](Result<engine::Reply>) {}});
        }
    }
}

void Simulation::one_step() {
    const std::uint64_t dice = prng_.below(100);
    if (dice < 45 && !executor_->running.empty()) {
        finish_one(prng_.below(executor_->running.size()));
    } else if (dice < 70) {
        now_ += std::chrono::milliseconds(prng_.below(4000));
    } else if (dice < 80) {
        command();
    } else if (dice < 82) {
        boot();  // killed, and started again
        return;
    } else if (dice < 83) {
        now_ -= std::chrono::milliseconds(prng_.below(2000));  // the clock is set back
    }
    cycle();
}

void Simulation::check_start(const ports::Dispatch& dispatch) {
    const auto row = store_.live.find(dispatch.key.task);
    if (row == store_.live.end() || row->second.attempt != dispatch.key.attempt || row->second.state != "running") {
        fault("an attempt was dispatched that the store does not know as running");
        return;
    }
    const core::dag::Workflow& workflow = *workflows_.at(dispatch.identity.workflow);
    const core::dag::TaskNode& node = workflow.tasks[static_cast<std::size_t>(workflow.task_index(dispatch.identity.task))];
    if (dispatch.key.attempt > std::max(node.retry.attempts_max, core::retry::attempts_lost_max)) {
        fault("an attempt beyond the policy's was started");
    }
    const bool strict = node.when != core::dag::When::Always && node.gate.pass >= 1 && !node.gate.any && !node.gate.within;
    for (const int parent : node.after) {
        const core::dag::TaskNode& above = workflow.tasks[static_cast<std::size_t>(parent)];
        for (const auto& [id, ended] : store_.done) {
            const bool concerns = ended.run == dispatch.identity.run && ended.task == above.name &&
                                  (!above.per_country || !node.per_country || ended.country == dispatch.identity.country) &&
                                  !(above.fan && node.fan && ended.item != dispatch.identity.item && !ended.item.empty());
            if (concerns && strict && ended.state != "succeeded" && ended.state != "skipped") {
                fault("t" + dispatch.identity.task + " started although " + above.name + " is " + ended.state);
            }
        }
    }
}

void Simulation::check() {
    fault(store_.broken());
    fault(conductor_->check_invariants());
    for (const ports::Dispatch& dispatch : executor_->started) {
        check_start(dispatch);
    }
    executor_->started.clear();
    int cores = 0;
    std::map<ports::TaskId, int> attempts;
    for (const SimExecutor::Running& each : executor_->running) {
        cores += each.dispatch.pool == sdk::Pool::Compute ? each.dispatch.cores : 0;
        if (++attempts[each.dispatch.key.task] > 1) {
            fault("two attempts of one task instance run at once");
        }
    }
    if (!feeds_ahead_ && cores > budget.cores) {
        fault("the cores budget was exceeded: " + std::to_string(cores));
    }
}

// Every row tells how many instances its cell has. Where nothing went wrong, each of them has a row in the end; behind an
// instance that did, the one that continues its chain never starts and has none.
void Simulation::check_siblings() {
    std::map<std::tuple<ports::RunId, std::string, std::string>, int> rows;
    for (const auto& [id, row] : store_.done) {
        ++rows[{row.run, row.task, row.country}];
    }
    for (const auto& [id, row] : store_.done) {
        const int have = rows[{row.run, row.task, row.country}];
        const bool whole = store_.runs.at(row.run).state == "succeeded";
        if (have > row.siblings || (whole && have != row.siblings)) {
            fault("instance " + std::to_string(id) + " says that its cell has " + std::to_string(row.siblings) + " instances, and " +
                  std::to_string(have) + " have rows");
        }
    }
}

std::string Simulation::settle() {
    calm_ = true;
    store_.unavailable = store_.in_doubt_before = store_.in_doubt_after = 0;
    for (int step = 0; step < calm_steps_max && wrong_.empty(); ++step, ++step_) {
        if (!executor_->running.empty()) {
            finish_one(prng_.below(executor_->running.size()));
        } else {
            now_ += std::chrono::seconds(1);
        }
        cycle();
        const bool ended = std::all_of(store_.runs.begin(), store_.runs.end(), [](const auto& entry) {
            return core::run::is_final(*core::run::run_state_from(entry.second.state));
        });
        if (ended && cycle_->backlog() == 0 && !cycle_->busy() && executor_->running.empty()) {
            break;
        }
    }
    for (const auto& [id, run] : store_.runs) {
        if (!core::run::is_final(*core::run::run_state_from(run.state))) {
            fault("run " + std::to_string(id) + " of " + run.workflow + " never ended: " + run.state);
        }
    }
    if (!store_.live.empty()) {
        const ports::LiveTaskRow& row = store_.live.begin()->second;
        fault(
            "instance " + std::to_string(row.id) + " of " + row.task + "/" + row.country + "/" + row.item + " of run " +
            std::to_string(row.run) + " (" + store_.runs.at(row.run).state + ") is still " + row.state
        );
    }
    check_siblings();
    std::map<ports::TaskId, int> open_letters;
    for (const auto& [id, letter] : store_.letters) {
        if (letter.state == "open" && letter.row.task_id) {
            ++open_letters[*letter.row.task_id];
        }
    }
    for (const auto& [id, row] : store_.done) {
        const int wanted = row.state == "dead" ? 1 : 0;
        if (open_letters[id] != wanted) {
            fault("instance " + std::to_string(id) + " is " + row.state + " and has " + std::to_string(open_letters[id]) + " open dead letters");
        }
    }
    return wrong_;
}

std::string Simulation::run(int steps) {
    cycle();
    for (; step_ < steps && wrong_.empty(); ++step_) {
        one_step();
    }
    return wrong_.empty() ? settle() : wrong_;
}

}  // namespace kontor::sim
