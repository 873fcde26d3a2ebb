#include "live/priority.hpp"

#include <sys/resource.h>
#include <unistd.h>

namespace kontor::live {
namespace {

// Training is at 5 (exec/thread_pool_executor.cpp), and runs in long turns.
constexpr int niceness = 2;

}  // namespace

void yield_to_answers() {
    // On Linux this is the thread's own niceness.
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), getpriority(PRIO_PROCESS, 0) + niceness);
}

}  // namespace kontor::live
