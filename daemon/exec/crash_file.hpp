// Which attempt took the process down: a signal handler writes it into a small file, and the next process reads it.
//
// Tasks run on threads of the daemon, so one that crashes takes everything down, also attempts that only ran beside it. With
// the file the engine knows whose doing it was. Threads that a task starts (OpenMP's, say) inherit the name of the thread that
// started them, and the name tells whose they are.
// Not seen: SIGKILL, which is also how the system ends a process for want of memory, and a stack that overflows on a thread
// that a task has started: it has no other stack for the handler.
// Thread: any. Owner: the process, for signal handlers are its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ports/executor.hpp"

namespace kontor::exec {

// The file keeps this many: far more than one process leaves, and an attempt is only ever looked up once.
inline constexpr std::size_t crashes_kept_max = 1000;

// From now on a crash of a worker thread is noted in `file`. SIGSEGV, SIGABRT (and so std::terminate), SIGBUS, SIGFPE, SIGILL;
// the process then dies as it would have without. Signals that another process has sent are nobody's doing.
// Ensures: returns what earlier processes noted.
// Errors: Invalid when the file cannot be read or written.
Result<std::vector<ports::Crash>> watch_for_crashes(const std::string& file);

// A worker thread's place among all of them, where it says what it runs. Lives on that thread, as long as the thread works.
class WorkerPlace {
 public:
    // Names the thread "kontor-<pool>-<number>" and gives it a stack on which the handler can run.
    explicit WorkerPlace(const std::string& pool);
    ~WorkerPlace();
    WorkerPlace(const WorkerPlace&) = delete;
    WorkerPlace& operator=(const WorkerPlace&) = delete;

    void begin(ports::AttemptKey key) noexcept;
    void end() noexcept;

 private:
    int number_ = 0;
    struct Stack;
    std::unique_ptr<Stack> stack_;
};

}  // namespace kontor::exec
