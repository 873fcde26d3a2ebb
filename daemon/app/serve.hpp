// `kontor serve`: the daemon until a signal.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "app/daemon.hpp"

namespace kontor::app {

// Signals as values. Blocks SIGINT and SIGTERM in this thread and in every thread made later; ignores SIGPIPE and SIGXFSZ.
class Signals {
 public:
    Signals();
    // Waits for a signal or `wait`; true once one has arrived. The second signal ends the process at once.
    bool wait(Duration wait);
    // From any thread: as if a signal had arrived.
    static void raise();

 private:
    std::atomic<bool> arrived_{false};
};

// Starts, leads, calls `work` while leading, stops in order. Returns the exit code: work's, 1 when it could not start, 70 when it
// was deposed.
int run_daemon(
    const Overrides& overrides, const std::string& version, const std::function<int(Daemon&, Signals&)>& work
);

int serve(const Overrides& overrides, const std::string& version);

}  // namespace kontor::app
