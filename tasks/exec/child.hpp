// One child process in a process group of its own: started, read from, stopped. Never a shell.
// Thread: one at a time; the child is killed should the starting thread die. Owner: whoever starts it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::tasks::exec {

struct ChildLimits {
    std::int64_t memory_bytes = 0;  // of address space; 0: as the daemon
    std::int64_t cpu_seconds = 0;
    std::int64_t file_bytes = 0;  // of any one file it writes
};

struct ChildSpec {
    std::string program;  // found through PATH of `environment` when it has no slash
    std::vector<std::string> arguments;
    std::vector<std::string> environment;  // "NAME=value", and nothing else
    std::string folder;                    // where it starts
    std::string_view input;                // on its standard input; outlives the child
    ChildLimits limits;
    std::chrono::microseconds timeout = std::chrono::microseconds::max();
    std::chrono::microseconds grace = std::chrono::seconds(10);  // from SIGTERM to SIGKILL
};

struct ChildEnd {
    enum class How {
        NotStarted,  // `error` is the errno of exec
        Exited,      // `code` is its status
        Signalled,   // `code` is the signal
    };
    How how = How::NotStarted;
    int code = 0;
    int error = 0;
    bool timed_out = false;
    bool stopped = false;
};

// Runs the child to its end. Whatever it left running in its group is killed.
// `out` and `err` get what it prints as it comes. Throws TaskFailure(Transient) when the system has no process or pipe.
ChildEnd run_child(
    const ChildSpec& spec, const std::stop_token& stop, const std::function<void(std::string_view)>& out,
    const std::function<void(std::string_view)>& err
);

}  // namespace kontor::tasks::exec
