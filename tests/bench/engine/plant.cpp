#include "plant.hpp"

#include <libpq-fe.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/json.hpp"
#include "spec/spec.hpp"
#include "zones/zones.hpp"

namespace kontor::bench {
namespace {

template <class T>
T must(Result<T> result) {
    if (!result) {
        throw std::runtime_error(describe(result.error()));
    }
    return std::move(*result);
}

void must(const Result<void>& result) {
    if (!result) {
        throw std::runtime_error(describe(result.error()));
    }
}

// The built-in `noop`, and a note of the time.
class Noop final : public sdk::Task {
 public:
    explicit Noop(std::atomic<Clock::rep>& started) : started_(started) {}
    sdk::Outcome run(sdk::TaskContext& /*context*/) override {
        started_.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
        return sdk::Succeeded{};
    }

 private:
    std::atomic<Clock::rep>& started_;
};

Instant wall_clock() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); }

struct Process {
    int parent = 0;
    double cpu = 0;           // seconds
    double children_cpu = 0;  // of those that have ended
};

// As /proc tells; zeros when it is gone.
Process look_at(const std::filesystem::path& process) {
    std::ifstream file(process / "stat");
    std::string line;
    std::getline(file, line);
    const std::size_t name_end = line.rfind(')');
    if (name_end == std::string::npos) {
        return {};
    }
    std::istringstream fields(line.substr(name_end + 1));
    std::string state;
    int parent = 0;
    fields >> state >> parent;
    std::string skipped;
    for (int i = 0; i < 9; ++i) {
        fields >> skipped;
    }
    double user = 0;
    double kernel = 0;
    double children_user = 0;
    double children_kernel = 0;
    fields >> user >> kernel >> children_user >> children_kernel;
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    return {parent, (user + kernel) / ticks, (children_user + children_kernel) / ticks};
}

}  // namespace

void WatchedStore::begin_commit(const ports::Batch& batch) {
    begun_ = Clock::now();
    ending_.clear();
    for (const auto* rows : {&batch.runs_inserted, &batch.runs_updated}) {
        for (const ports::RunRow& row : *rows) {
            if (row.finished_at) {
                ending_.emplace_back(row.id, row.state);
            }
        }
    }
    store_->begin_commit(batch);
}

std::optional<Result<void>> WatchedStore::finish_commit(Duration wait_max) {
    const std::optional<Result<void>> told = store_->finish_commit(wait_max);
    if (!told) {
        return told;
    }
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    ++totals_.commits;
    totals_.in_commit += now - begun_;
    if (*told && !ending_.empty()) {
        for (const auto& [run, state] : ending_) {
            ends_[run] = {now, state};
        }
        ended_.notify_all();
    }
    return told;
}

Clock::time_point WatchedStore::wait_for_end(ports::RunId run) {
    std::unique_lock lock(mutex_);
    if (!ended_.wait_for(lock, std::chrono::minutes(1), [&] { return ends_.contains(run); })) {
        throw std::runtime_error("run " + std::to_string(run) + " has not ended within a minute");
    }
    const End end = ends_.at(run);
    ends_.erase(run);
    if (end.state != "succeeded") {
        throw std::runtime_error("run " + std::to_string(run) + " " + end.state);
    }
    return end.at;
}

WatchedStore::Totals WatchedStore::totals() {
    const std::lock_guard lock(mutex_);
    return totals_;
}

Plant::Plant(const std::filesystem::path& folder) {
    embedded_pg::ClusterOptions cluster;
    cluster.folder = folder / "postgres";
    cluster_ = must(embedded_pg::EmbeddedCluster::start(std::move(cluster)));
    const std::string database = cluster_->connection_string("kontor");
    must(store_pg::migrate(database));
    store_ = std::make_unique<WatchedStore>(store_pg::make_store(database));
    reads_ = store_pg::make_reads({database});
    logs_ = store_pg::make_log_sink({database});
    objects_ = must(objects::LocalObjects::open(folder / "objects", folder / "keys.json", objects::Grants::built_in()));

    sdk::TaskType noop;
    noop.name = "noop";
    noop.summary = "Does nothing and succeeds.";
    noop.pool = sdk::Pool::Io;
    noop.make = [this] { return std::make_unique<Noop>(body_started_); };
    tasks_.add(std::move(noop));

    const exec::PoolSizes sizes{static_cast<int>(std::max(1U, std::thread::hardware_concurrency())), 32};
    engine::ConductorSettings settings;
    settings.budget = {sizes.cores, sizes.io_slots};
    settings.tasks = &tasks_;
    settings.parse = [this](std::string_view yaml) -> engine::Parsed {
        spec::Vocabulary known;
        known.tasks = tasks_.names();
        known.input_schema = [](std::string_view) { return nullptr; };
        known.zone = zones::find_zone;
        spec::Parsed parsed = spec::parse_workflow(yaml, known);
        if (parsed.workflow == nullptr) {
            return {nullptr, spec::to_error(parsed.diagnostics, "workflow")};
        }
        return {std::move(parsed.workflow), {}};
    };
    engine::EngineOptions options;
    options.holder = "bench";
    options.takeover = true;
    options.version = "bench";
    options.database = "embedded";
    options.now = wall_clock;
    options.fatal = [](const Error& error) {
        std::cerr << describe(error) << '\n';
        std::_Exit(1);
    };
    engine_ = std::make_unique<engine::Engine>(std::move(options), std::move(settings), *store_, *reads_);
    executor_ = std::make_unique<exec::ThreadPoolExecutor>(
        tasks_, *objects_, *logs_, exec::Settings{}, engine_->executor_events(), sizes
    );
    engine_->attach(*executor_);
    must(engine_->start());
}

Plant::~Plant() {
    if (engine_ != nullptr) {
        engine_->stop(std::chrono::seconds(5));
    }
    executor_.reset();
    engine_.reset();
}

void Plant::deploy(const std::string& yaml) { must(engine_->deploy(engine::DeployRequest{{Caller::house("bench"), {}, {}}, "", yaml})); }

ports::RunId Plant::submit(const std::string& workflow) {
    engine::Submission submission;
    submission.workflow = workflow;
    submission.by = Caller::house("bench");
    const engine::Reply reply = must(engine_->submit(std::move(submission)));
    const Json answer = must(json_from_text(reply.body));
    return answer.as_object().at("id").as_int64();
}

std::vector<ports::RunId> Plant::submit_together(const std::string& workflow, int count) {
    std::vector<std::future<ports::RunId>> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(std::async(std::launch::async, [&] { return submit(workflow); }));
    }
    std::vector<ports::RunId> ids;
    for (std::future<ports::RunId>& client : clients) {
        ids.push_back(client.get());
    }
    return ids;
}

double Plant::own_cpu() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double Plant::server_cpu() const {
    const std::filesystem::path proc("/proc");
    const Process postmaster = look_at(proc / std::to_string(cluster_->server_pid()));
    double spent = postmaster.cpu + postmaster.children_cpu;
    for (const auto& process : std::filesystem::directory_iterator(proc)) {
        if (std::isdigit(static_cast<unsigned char>(process.path().filename().string().front())) != 0) {
            const Process seen = look_at(process.path());
            spent += seen.parent == cluster_->server_pid() ? seen.cpu : 0;
        }
    }
    return spent;
}

void Plant::tidy() {
    PGconn* connection = PQconnectdb(cluster_->connection_string("kontor").c_str());
    for (const char* statement : {"vacuum analyze", "checkpoint"}) {
        PGresult* result = PQexec(connection, statement);
        const bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
        const std::string said = good ? "" : PQerrorMessage(connection);
        PQclear(result);
        if (!good) {
            PQfinish(connection);
            throw std::runtime_error(said);
        }
    }
    PQfinish(connection);
}

}  // namespace kontor::bench
