#include "engine/engine.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>

#include "base/limits.hpp"

namespace kontor::engine {
namespace {

constexpr Duration backoff_first = std::chrono::milliseconds(50);
constexpr Duration backoff_max = std::chrono::seconds(2);
constexpr Duration view_every = std::chrono::milliseconds(100);
// A commit is done in less, or the database is away.
constexpr Duration drain_wait_max = std::chrono::seconds(2);
// The loop looks up at least this often: the lease must be renewed in time.
constexpr Duration idle_max = limits::leader_lease / 3;

}  // namespace

Engine::Engine(EngineOptions options, ConductorSettings settings, ports::Store& store, ports::Reads& reads)
    : options_(std::move(options)), budget_(settings.budget), parse_(settings.parse), conductor_(std::move(settings)), store_(store), reads_(reads) {}

Engine::~Engine() { stop(Duration(0)); }

ports::ExecutorEvents Engine::executor_events() {
    ports::ExecutorEvents events;
    events.finished = [this](std::vector<ports::Finished> finished) { post(FinishedInput{std::move(finished)}); };
    events.progressed = [this](ports::AttemptKey key, double fraction, std::string what) {
        post(ProgressInput{key, fraction, std::move(what)});
    };
    return events;
}

void Engine::attach(ports::Executor& executor) {
    executor_ = &executor;
    cycle_ = std::make_unique<Cycle>(
        conductor_, store_, executor, [this](std::shared_ptr<const Change> change) { publish(change); },
        [](const std::string& line) { spdlog::info("{}", line); }
    );
}

Result<void> Engine::start() {
    KONTOR_CHECK(cycle_ != nullptr);
    const Result<ports::Leadership> lead = store_.lead(options_.holder, options_.takeover);
    if (!lead) {
        return lead.error();
    }
    const Instant now = options_.now();
    Result<ports::Snapshot> snapshot = store_.load(now);
    if (!snapshot) {
        // Without the lead: the next try, here or elsewhere, need not wait for the lease to run out.
        if (const Result<void> resigned = store_.resign(lead->epoch); !resigned) {
            spdlog::warn("the lead could not be given up; it ends with its lease: {}", describe(resigned.error()));
        }
        return snapshot.error();
    }
    spdlog::info(
        "leading with epoch {}: {} active runs, {} workflows", lead->epoch, snapshot->runs.size(), snapshot->deployed.size()
    );
    epoch_ = lead->epoch;
    conductor_.recover(std::move(*snapshot), *lead, now, options_.crashes);
    lease_renewed_ = now;
    {
        const std::lock_guard lock(view_mutex_);
        started_at_ = now;
    }
    {
        const std::lock_guard lock(inbox_mutex_);
        draining_ = false;
    }
    ready_ = true;
    thread_ = std::thread([this] { run(); });
    return {};
}

bool Engine::wait_for_work() {
    const Instant now = options_.now();
    Duration wait = idle_max;
    if (backoff_ > Duration(0)) {
        wait = backoff_;
    } else if (const std::optional<Instant> wakeup = conductor_.next_wakeup()) {
        wait = std::clamp(*wakeup - now, Duration(0), idle_max);
    }
    if (cycle_->busy()) {
        wait = Duration(0);
    } else if (view_stale_) {
        wait = std::min(wait, view_every);  // what status() shows is never older than this
    }
    std::vector<Input> taken;
    bool stopping = false;
    {
        std::unique_lock lock(inbox_mutex_);
        const auto woken = [this] { return stopping_ || (!inbox_.empty() && backoff_ == Duration(0)); };
        if (wait > Duration(0)) {
            inbox_filled_.wait_for(lock, wait, woken);
        }
        taken.swap(inbox_);
        stopping = stopping_ && taken.empty() && !cycle_->busy();
    }
    for (Input& input : taken) {
        cycle_->add(std::move(input));
    }
    return !stopping;
}

void Engine::run() {
    while (wait_for_work() && !deposed_) {
        {
            const std::lock_guard lock(listeners_->mutex);
            conductor_.set_listening(!listeners_->all.empty());
        }
        after_step(cycle_->step(options_.now()));
        keep_lease();
    }
}

void Engine::after_step(const Result<void>& stepped) {
    const Instant now = options_.now();
    if (stepped && cycle_->committing()) {
        // Not known yet whether the database takes it.
    } else if (stepped) {
        if (backoff_ > Duration(0)) {
            spdlog::info("the database answers again");
            const std::lock_guard lock(view_mutex_);
            view_.trouble.reset();
        }
        backoff_ = Duration(0);
        ready_ = !conductor_.draining();
    } else if (stepped.error().kind == ErrorKind::Unavailable || stepped.error().kind == ErrorKind::Timeout) {
        backoff_ = std::clamp(backoff_ * 2, backoff_first, backoff_max);
        ready_ = false;
        const std::lock_guard lock(view_mutex_);
        const std::string error = describe(stepped.error());
        const std::string what = options_.explain_trouble ? options_.explain_trouble(error) : error;
        // A full disk may first refuse a row and then take the server down: each is told once.
        if (!view_.trouble || view_.trouble->what != what) {
            spdlog::warn("the database does not take a commit; nothing is lost, trying again: {}", what);
        }
        view_.trouble = Trouble{view_.trouble ? view_.trouble->since : now, what};
        ++view_.commit_failures;
    } else {
        give_up(stepped.error());
    }
    view_stale_ = now - view_refreshed_ < view_every;
    if (!view_stale_) {
        view_refreshed_ = now;
        refresh_view();
    }
}

void Engine::give_up(const Error& error) {
    deposed_ = true;
    ready_ = false;
    {
        const std::lock_guard lock(inbox_mutex_);
        draining_ = true;
    }
    options_.fatal(error);
}

void Engine::refresh_view() {
    const Gauges gauges = conductor_.gauges();
    const std::lock_guard lock(view_mutex_);
    view_.counters = conductor_.counters();
    view_.gauges = gauges;
    view_.seq = conductor_.seq() - (cycle_->pending() ? 1 : 0);
    view_.inbox = static_cast<std::int64_t>(cycle_->backlog());
}

void Engine::keep_lease() {
    const Instant now = options_.now();
    // A commit under way extends the lease itself.
    if (deposed_ || cycle_->committing() || now - lease_renewed_ < limits::leader_lease / 3) {
        return;
    }
    const Result<void> renewed = store_.renew(epoch_);
    if (renewed) {
        lease_renewed_ = now;
    } else if (renewed.error().kind == ErrorKind::Conflict) {
        give_up(renewed.error());
    } else {
        spdlog::warn("the lease could not be renewed: {}", describe(renewed.error()));
    }
}

bool Engine::stop(Duration grace) {
    if (!thread_.joinable()) {
        return true;
    }
    ready_ = false;
    {
        const std::lock_guard lock(inbox_mutex_);
        draining_ = true;
    }
    // Once the engine's thread has seen it nothing more is dispatched, and the executor hands its attempts back. If the
    // database does not answer, nothing is dispatched either.
    auto drained = std::make_shared<std::promise<void>>();
    std::future<void> seen = drained->get_future();
    post(DrainInput{[drained](const Result<Reply>& /*reply*/) { drained->set_value(); }});
    if (seen.wait_for(drain_wait_max) != std::future_status::ready) {
        spdlog::warn("the engine is busy; its attempts are stopped all the same");
    }
    const std::vector<ports::AttemptKey> stuck = executor_->stop(grace);
    for (const ports::AttemptKey& key : stuck) {
        spdlog::warn("task {} attempt {} did not stop in time", key.task, key.attempt);
    }
    {
        const std::lock_guard lock(inbox_mutex_);
        stopping_ = true;
    }
    inbox_filled_.notify_all();
    thread_.join();
    if (!deposed_) {
        if (const Result<void> resigned = store_.resign(epoch_); !resigned) {
            spdlog::warn("the lead could not be given up; it ends with its lease: {}", describe(resigned.error()));
        }
    }
    return stuck.empty();
}

void Engine::post(Input input) {
    {
        const std::lock_guard lock(inbox_mutex_);
        inbox_.push_back(std::move(input));
    }
    inbox_filled_.notify_one();
}

Result<Engine::Answer> Engine::ask(const std::function<Input(ReplyTo)>& make) {
    auto promise = std::make_shared<std::promise<Result<Reply>>>();
    Answer answer = promise->get_future();
    Input input = make([promise](Result<Reply> result) { promise->set_value(std::move(result)); });
    {
        const std::lock_guard lock(inbox_mutex_);
        if (draining_ || stopping_) {
            return unavailable("engine", "this daemon does not lead (it is starting, standing by, or stopping); try again in a moment");
        }
        if (inbox_.size() >= limits::inbox_max) {
            return unavailable("engine", "too many commands are waiting; try again in a moment");
        }
        inbox_.push_back(std::move(input));
    }
    inbox_filled_.notify_one();
    return answer;
}

Result<Reply> Engine::await(Answer answer) const {
    if (answer.wait_for(api_wait_max) != std::future_status::ready) {
        const std::lock_guard lock(view_mutex_);
        const std::string why = view_.trouble ? " (" + view_.trouble->what + ")" : "";
        return Error{ErrorKind::Timeout, "engine", "the database has not confirmed it in time" + why + "; it may still be carried out", {}};
    }
    try {
        return answer.get();
    } catch (const std::future_error&) {
        // The engine ended before it came to this command.
        return unavailable("engine", "the daemon stopped before it carried this out; send it again once it is back");
    }
}

Result<Reply> Engine::call(std::function<Input(ReplyTo)> make) {
    Result<Answer> answer = ask(make);
    return answer ? await(std::move(*answer)) : Result<Reply>(answer.error());
}

void Engine::publish(const std::shared_ptr<const Change>& change) {
    std::vector<std::shared_ptr<Listening>> all;
    {
        const std::lock_guard lock(listeners_->mutex);
        all.assign(listeners_->all.begin(), listeners_->all.end());
    }
    for (const std::shared_ptr<Listening>& each : all) {
        const std::lock_guard lock(each->mutex);
        if (each->call) {
            const ChangeListener call = each->call;  // it may destroy its handle, and with it what is being called
            call(change);
        }
    }
}

std::shared_ptr<void> Engine::listen(ChangeListener listener) {
    auto made = std::make_shared<Listening>();
    made->call = std::move(listener);
    {
        const std::lock_guard lock(listeners_->mutex);
        listeners_->all.push_back(made);
    }
    return std::shared_ptr<void>(nullptr, [listeners = listeners_, made](void*) {
        {
            const std::lock_guard lock(listeners->mutex);
            listeners->all.remove(made);
        }
        const std::lock_guard lock(made->mutex);
        made->call = nullptr;
    });
}

}  // namespace kontor::engine
