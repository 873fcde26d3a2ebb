#include "tasks/package/sandbox.hpp"

#include <errno.h>
#include <seccomp.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <system_error>

namespace kontor::tasks::package {
namespace {

// Memory, threads of this process, time, what is open already, and the end.
constexpr std::array allowed{
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(newfstatat),
    SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk),
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sysinfo), SCMP_SYS(getrusage), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall)};

}  // namespace

std::string enter_sandbox() {
    const std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release);
    int fault = filter == nullptr ? -ENOMEM : 0;
    for (const int call : allowed) {
        fault = fault != 0 ? fault : seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
    }
    // Signals to itself alone: abort() sends one.
    const auto itself = static_cast<scmp_datum_t>(::getpid());
    fault = fault != 0 ? fault : seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, itself));
    fault = fault != 0 ? fault : seccomp_load(filter.get());
    return fault == 0 ? std::string() : std::generic_category().message(-fault);
}

}  // namespace kontor::tasks::package
