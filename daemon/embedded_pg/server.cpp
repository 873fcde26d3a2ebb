#include "embedded_pg/server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <spdlog/spdlog.h>

#include "embedded_pg/leftovers.hpp"

namespace kontor::embedded_pg {
namespace fs = std::filesystem;
namespace {

// Two segments of the server's log: with less it may end, and not come up again.
constexpr std::uintmax_t restart_bytes_min = 32U * 1024U * 1024U;

using Clock = std::chrono::steady_clock;

constexpr int ping_every_ms = 10;
constexpr Duration immediate_stop_max = std::chrono::seconds(10);
// A server that dies is started again after this long; the wait doubles up to the maximum and starts over once the server
// has lived for `healthy_after`.
constexpr Duration backoff_first = std::chrono::milliseconds(100);
constexpr Duration backoff_max = std::chrono::seconds(10);
constexpr Duration healthy_after = std::chrono::seconds(60);

int milliseconds(Duration duration) {
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

struct ConnectionCloser {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ResultCloser {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, ConnectionCloser>;
using Answer = std::unique_ptr<PGresult, ResultCloser>;

}  // namespace

ServerProcess::ServerProcess(ClusterOptions options) : options_(std::move(options)) {}

ServerProcess::~ServerProcess() { stop(); }

Result<void> ServerProcess::start() {
    Result<ServerAccount> account = server_account();
    if (!account) {
        return account.error();
    }
    account_ = *account;
    const int major = major_in(fs::absolute(options_.folder) / "data");
    Result<Binaries> binaries = find_binaries(options_.binaries, major);
    if (!binaries) {
        return binaries.error();
    }
    binaries_ = *binaries;
    Result<Folders> folders = make_folders(options_.folder, account_);
    if (!folders) {
        return folders.error();
    }
    folders_ = *folders;
    if (major == 0) {
        spdlog::info("embedded PostgreSQL {}: making a cluster in {}", binaries_.major, folders_.data.string());
        if (Result<void> made = initialise(folders_, binaries_, account_); !made) {
            return made.error();
        }
    } else if (Result<void> cleared = clear_leftovers(folders_.data, options_.stop_max); !cleared) {
        return cleared.error();
    }
    std::error_code absent;
    const std::uintmax_t size = fs::file_size(folders_.log, absent);
    log_start_ = absent ? 0 : size;
    wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    thread_ = std::thread([this] { watch(); });
    if (Result<void> ready = wait_until_ready(); !ready) {
        return ready.error();
    }
    return make_databases();
}

Program ServerProcess::program() const {
    const auto buffers = std::to_string(options_.shared_buffers_mb) + "MB";
    Program server{binaries_.folder / "postgres", {"-D", data_for_server(folders_).string()}, account_, {}};
    if (folders_.hidden) {
        server.entered = folders_.data;
    }
    std::vector<std::string> settings{
        // Reachable through the socket alone, by its owner and root alone.
        "listen_addresses=", "port=5432", "unix_socket_directories=" + folders_.socket.string(), "unix_socket_permissions=0700",
        // What was answered is on disk.
        "fsync=on", "synchronous_commit=on", "full_page_writes=on",
        "max_connections=" + std::to_string(options_.max_connections), "shared_buffers=" + buffers, "work_mem=16MB",
        "maintenance_work_mem=64MB", "max_wal_size=2GB", "checkpoint_timeout=15min",
        // lz4 came with 15 and costs a fraction of what "on" (pglz) does.
        binaries_.major >= 15 ? "wal_compression=lz4" : "wal_compression=on",
        // Few cores, and /dev/shm is small in containers.
        "max_parallel_workers_per_gather=0", "max_parallel_maintenance_workers=0",
        // The hot tables turn over completely within seconds.
        "autovacuum_naptime=10s", "timezone=UTC", "log_timezone=UTC", "log_min_messages=warning", "log_checkpoints=off",
        "log_line_prefix=%m [%p] %a ", "max_wal_senders=3"
    };
    settings.insert(settings.end(), options_.settings.begin(), options_.settings.end());
    for (const std::string& setting : settings) {
        server.arguments.emplace_back("-c");
        server.arguments.push_back(setting);
    }
    return server;
}

std::string ServerProcess::shortage() const {
    std::error_code error;
    const fs::space_info space = fs::space(folders_.root, error);
    if (error || space.available >= restart_bytes_min) {
        return "";
    }
    return "its disk is full, make room and it goes on (" + std::to_string(space.available >> 20U) + " MiB are free in " + folders_.root.string() + ")";
}

std::string ServerProcess::connection_string(std::string_view database) const {
    return "host=" + folders_.socket.string() + " port=5432 user=kontor dbname=" + std::string(database);
}

Result<void> ServerProcess::launch(int& handle) {
    const Result<pid_t> child = start_program(program(), folders_.log, SIGINT);
    if (!child) {
        return child.error();
    }
    handle = static_cast<int>(syscall(SYS_pidfd_open, *child, 0));
    pid_.store(*child);
    return {};
}

void ServerProcess::watch() {
    Duration backoff = backoff_first;
    for (;;) {
        int handle = -1;
        int raw = 0;
        const Result<void> launched = launch(handle);
        const auto since = Clock::now();
        {
            const std::lock_guard lock(mutex_);
            launched_ = true;
            launch_error_ = launched ? nullptr : std::make_unique<Error>(launched.error());
        }
        changed_.notify_all();
        if (launched) {
            std::array<pollfd, 2> waits{{{handle, POLLIN, 0}, {wake_, POLLIN, 0}}};
            while (poll(waits.data(), waits.size(), -1) < 0 && errno == EINTR) {
            }
            if ((waits[0].revents & POLLIN) == 0) {
                end_server(handle);
                close(handle);
                pid_.store(0);
                return;
            }
            waitpid(pid_.load(), &raw, 0);
            close(handle);
            pid_.store(0);
        }
        {
            const std::lock_guard lock(mutex_);
            died_early_ = !ever_ready_;
            if (died_early_ || stopping_) {
                changed_.notify_all();
                return;
            }
        }
        backoff = Clock::now() - since > healthy_after ? backoff_first : backoff;
        spdlog::error(
            "embedded PostgreSQL ended ({}); starting it again in {} ms",
            WIFSIGNALED(raw) ? "killed by signal " + std::to_string(WTERMSIG(raw)) : last_complaint(), milliseconds(backoff)
        );
        if (stopped_while_waiting(backoff)) {
            return;
        }
        // Its children notice a moment later; a new server would refuse the shared memory that they still hold.
        if (Result<void> cleared = clear_leftovers(folders_.data, std::chrono::seconds(5)); !cleared) {
            spdlog::error("{}", describe(cleared.error()));
        }
        backoff = std::min(backoff * 2, backoff_max);
        restarts_.fetch_add(1);
    }
}

bool ServerProcess::stopped_while_waiting(Duration wait) {
    pollfd woken{wake_, POLLIN, 0};
    return poll(&woken, 1, milliseconds(wait)) > 0;
}

bool ServerProcess::reap(int handle, Duration patience) {
    pollfd ended{handle, POLLIN, 0};
    const auto until = Clock::now() + patience;
    for (;;) {
        const auto left = std::chrono::duration_cast<Duration>(until - Clock::now());
        const int got = poll(&ended, 1, std::max(0, milliseconds(left)));
        if (got > 0) {
            waitpid(pid_.load(), nullptr, 0);
            return true;
        }
        if (got == 0 || errno != EINTR) {
            return false;
        }
    }
}

void ServerProcess::end_server(int handle) {
    kill(pid_.load(), SIGINT);
    if (reap(handle, options_.stop_max)) {
        return;
    }
    spdlog::warn("embedded PostgreSQL does not stop; stopping it at once, it recovers at its next start");
    kill(pid_.load(), SIGQUIT);
    if (!reap(handle, immediate_stop_max)) {
        kill(pid_.load(), SIGKILL);
        reap(handle, immediate_stop_max);
    }
}

Result<void> ServerProcess::wait_until_ready() {
    const std::string target = connection_string("postgres") + " connect_timeout=5";
    const auto until = Clock::now() + options_.start_max;
    std::unique_lock lock(mutex_);
    while (Clock::now() < until) {
        if (launch_error_ != nullptr) {
            return *launch_error_;
        }
        if (died_early_) {
            return unavailable(
                "embedded_pg", "the PostgreSQL server did not start: " + last_complaint() + " (log: " + folders_.log.string() + ")"
            );
        }
        lock.unlock();
        const bool answers = PQping(target.c_str()) == PQPING_OK;
        lock.lock();
        if (answers) {
            ever_ready_ = true;
            return {};
        }
        changed_.wait_for(lock, std::chrono::milliseconds(ping_every_ms));
    }
    return unavailable(
        "embedded_pg", "the PostgreSQL server did not answer within " + to_text(options_.start_max) +
                           "; its log is " + folders_.log.string()
    );
}

Result<void> ServerProcess::make_databases() const {
    const Connection connection(PQconnectdb((connection_string("postgres") + " connect_timeout=10").c_str()));
    if (PQstatus(connection.get()) != CONNECTION_OK) {
        return unavailable("embedded_pg", std::string("cannot connect: ") + PQerrorMessage(connection.get()));
    }
    for (const std::string& database : options_.databases) {
        const char* name = database.c_str();
        const Answer known(PQexecParams(
            connection.get(), "select 1 from pg_database where datname = $1", 1, nullptr, &name, nullptr, nullptr, 0
        ));
        if (PQresultStatus(known.get()) == PGRES_TUPLES_OK && PQntuples(known.get()) == 1) {
            continue;
        }
        char* quoted = PQescapeIdentifier(connection.get(), name, database.size());
        const std::string statement = "create database " + std::string(quoted == nullptr ? "" : quoted);
        PQfreemem(quoted);
        const Answer made(PQexec(connection.get(), statement.c_str()));
        if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) {
            return unavailable(
                "embedded_pg", "cannot make the database '" + database + "': " + PQresultErrorMessage(made.get())
            );
        }
    }
    return {};
}

// The last FATAL or PANIC that the server wrote since start().
std::string ServerProcess::last_complaint() const {
    std::ifstream log(folders_.log);
    log.seekg(static_cast<std::streamoff>(log_start_));
    std::string line;
    std::string found = "it gave no reason";
    while (std::getline(log, line)) {
        for (const char* mark : {"FATAL:  ", "PANIC:  "}) {
            const std::size_t at = line.find(mark);
            // "the database system is starting up" only answers a client that was too early.
            const bool ours = at != std::string::npos && line.find("the database system is") == std::string::npos;
            found = ours ? line.substr(at + std::strlen(mark)) : found;
        }
    }
    return found;
}

void ServerProcess::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    if (thread_.joinable()) {
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof one);  // an eventfd takes it always
        thread_.join();
    }
    if (wake_ >= 0) {
        close(wake_);
        wake_ = -1;
    }
    remove_socket_folder(folders_);
}

}  // namespace kontor::embedded_pg
