#include "app/serve.hpp"

#include <pthread.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

#include "app/log.hpp"
#include "app/secrets.hpp"

namespace kontor::app {
namespace {

constexpr int exit_software = 70;  // sysexits.h: EX_SOFTWARE
constexpr Duration stop_grace = std::chrono::seconds(20);

sigset_t stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

int complain(const Error& error) {
    std::fprintf(stderr, "kontor: %s\n", for_log(describe(error)).c_str());
    return 1;
}

}  // namespace

Signals::Signals() {
    const sigset_t set = stop_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);  // a file past its limit is an error of the write, not the end of the daemon
}

bool Signals::wait(Duration wait) {
    const sigset_t set = stop_signals();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait);
    const timespec limit{seconds.count(), std::chrono::duration_cast<std::chrono::nanoseconds>(wait - seconds).count()};
    if (sigtimedwait(&set, nullptr, &limit) > 0) {
        if (arrived_) {
            _exit(exit_software);
        }
        arrived_ = true;
    }
    return arrived_;
}

void Signals::raise() { kill(getpid(), SIGTERM); }

int run_daemon(
    const Overrides& overrides, const std::string& version, const std::function<int(Daemon&, Signals&)>& work
) {
    Signals signals;
    Result<Config> config = load_config(overrides);
    if (!config) {
        return complain(config.error());
    }
    hide_in_log(exec::Redaction(secrets_of(*config)));
    set_up_logging(config->log_level);
    std::atomic<bool> failed{false};
    Daemon::Events events;
    events.fatal = [&failed](const Error& error) {
        spdlog::critical("{}", describe(error));
        failed = true;
        Signals::raise();
    };
    events.stopping = [&signals](Duration wait) { return signals.wait(wait); };
    Result<std::unique_ptr<Daemon>> daemon = Daemon::start(std::move(*config), version, std::move(events));
    if (!daemon) {
        return complain(daemon.error());
    }
    spdlog::info("kontor {} answers on {}", version, (*daemon)->url());
    int code = 0;
    if (const Result<void> leading = (*daemon)->lead(); leading) {
        code = work(**daemon, signals);
    } else if (leading.error().kind != ErrorKind::Cancelled) {
        code = complain(leading.error());
    }
    spdlog::info("stopping: running tasks have {} to end; a second signal ends the process at once", to_text(stop_grace));
    std::atomic<bool> stopped{false};
    std::thread watcher([&] {
        while (!stopped) {
            signals.wait(std::chrono::milliseconds(100));
        }
    });
    (*daemon)->stop(stop_grace);
    stopped = true;
    watcher.join();
    daemon->reset();
    spdlog::info("stopped");
    return failed ? exit_software : code;
}

int serve(const Overrides& overrides, const std::string& version) {
    return run_daemon(overrides, version, [](Daemon& daemon, Signals& signals) {
        // The token itself stays out of the log.
        spdlog::info("dashboard: {}/ with the token in {}/token", daemon.url(), daemon.config().data_folder);
        while (!signals.wait(std::chrono::seconds(1))) {
        }
        return 0;
    });
}

}  // namespace kontor::app
