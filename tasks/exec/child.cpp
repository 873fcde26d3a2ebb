#include "tasks/exec/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::exec {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void no_resources(const char* what) {
    throw sdk::TaskFailure(
        sdk::FailureClass::Transient, std::string("cannot start a program: ") + what + ": " + std::generic_category().message(errno)
    );
}

class Fd {
 public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Fd() { close(); }
    int get() const { return fd_; }
    void close() {
        if (fd_ >= 0) {
            ::close(std::exchange(fd_, -1));
        }
    }

 private:
    int fd_;
};

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            no_resources("pipe");
        }
        read = Fd(ends[0]);
        write = Fd(ends[1]);
    }
    Fd read;
    Fd write;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (const std::string& text : texts) {
        all.push_back(const_cast<char*>(text.c_str()));  // execve's signature is older than const
    }
    all.push_back(nullptr);
    return all;
}

// Everything the child needs between fork and exec, prepared before: after fork in a program with threads only
// async-signal-safe calls are allowed, and none of them may allocate.
struct Prepared {
    const char* program = nullptr;
    char* const* arguments = nullptr;
    char* const* environment = nullptr;
    const char* folder = nullptr;
    ChildLimits limits;
    pid_t parent = 0;
    int input = -1;
    int out = -1;
    int err = -1;
    int failed = -1;
};

void limit(int what, std::int64_t value) {
    if (value > 0) {
        const struct rlimit both {static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
        ::setrlimit(static_cast<__rlimit_resource_t>(what), &both);
    }
}

[[noreturn]] void become(const Prepared& p) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != p.parent) {
        ::_exit(127);  // the daemon died before the line above
    }
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) {
        ::sigaction(signal, &usual, nullptr);  // what the daemon ignores, the program need not
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    limit(RLIMIT_AS, p.limits.memory_bytes);
    limit(RLIMIT_CPU, p.limits.cpu_seconds);
    limit(RLIMIT_FSIZE, p.limits.file_bytes);
    const bool ready = ::dup2(p.input, 0) >= 0 && ::dup2(p.out, 1) >= 0 && ::dup2(p.err, 2) >= 0 && ::chdir(p.folder) == 0;
    if (ready) {
        // No database connection or key file of the daemon passes on, whoever opened it without O_CLOEXEC.
        ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        ::execve(p.program, p.arguments, p.environment);
    }
    const int error = errno;
    [[maybe_unused]] const ssize_t told = ::write(p.failed, &error, sizeof error);
    ::_exit(127);
}

std::string found_in_path(const std::string& program, const std::vector<std::string>& environment) {
    if (program.find('/') != std::string::npos) {
        return program;
    }
    const auto path = std::find_if(environment.begin(), environment.end(), [](const std::string& entry) { return entry.starts_with("PATH="); });
    std::string_view folders = path == environment.end() ? "/usr/bin:/bin" : std::string_view(*path).substr(5);
    while (!folders.empty()) {
        const std::size_t colon = std::min(folders.find(':'), folders.size());
        std::string candidate = std::string(folders.substr(0, colon)) + "/" + program;
        if (colon > 0 && ::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
        folders.remove_prefix(std::min(colon + 1, folders.size()));
    }
    return {};
}

class Child {
 public:
    explicit Child(pid_t pid) : pid_(pid), handle_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {
        if (handle_.get() < 0) {
            const int error = errno;
            end();
            errno = error;
            no_resources("pidfd_open");
        }
    }
    ~Child() {
        if (pid_ > 0) {
            end();
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int handle() const { return handle_.get(); }
    void signal_group(int signal) const { ::kill(-pid_, signal); }
    // Requires: it has ended, or shall. The group goes first: once the leader is reaped its number may belong to others.
    siginfo_t end() {
        siginfo_t info{};
        signal_group(SIGKILL);
        while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) != 0 && errno == EINTR) {
        }
        pid_ = 0;
        return info;
    }

 private:
    pid_t pid_;
    Fd handle_;
};

// In memory, where no disk sees it; a pipe would have to be filled while the child is listened to.
Fd input_of(std::string_view bytes) {
    if (bytes.empty()) {
        return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    Fd file(::memfd_create("input", MFD_CLOEXEC));
    while (file.get() >= 0 && !bytes.empty()) {
        const ssize_t put = ::write(file.get(), bytes.data(), bytes.size());
        if (put < 0 && errno != EINTR) {
            return Fd();
        }
        bytes.remove_prefix(put > 0 ? static_cast<std::size_t>(put) : 0);
    }
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

// False at the end of the stream.
bool pass_on(int fd, const std::function<void(std::string_view)>& take) {
    std::array<char, 65536> buffer{};
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got > 0) {
        take({buffer.data(), static_cast<std::size_t>(got)});
        return true;
    }
    return got < 0 && (errno == EINTR || errno == EAGAIN);
}

// What is in the pipe when the child has ended. A grandchild that still writes is not waited for.
void drain(int fd, const std::function<void(std::string_view)>& take) {
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
    constexpr int pipe_fills_max = 64;
    for (int i = 0; i < pipe_fills_max; ++i) {
        std::array<char, 65536> buffer{};
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got <= 0) {
            return;
        }
        take({buffer.data(), static_cast<std::size_t>(got)});
    }
}

int wait_ms(Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

// What a running child is watched with.
struct Watch {
    const ChildSpec& spec;
    const std::stop_token& stop;
    const std::function<void(std::string_view)>& out;
    const std::function<void(std::string_view)>& err;
    int wake = -1;  // readable once a stop was asked for
};

// Passes on what it prints until the child has ended; asks it to end, and then ends it, when it must.
void watch(const Watch& w, const Child& child, int out, int err, ChildEnd& end) {
    const bool bounded = w.spec.timeout < std::chrono::hours(24 * 365);
    const auto deadline = bounded ? Clock::now() + w.spec.timeout : Clock::time_point::max();
    std::optional<Clock::time_point> kill_at;
    std::array<pollfd, 4> fds{{{child.handle(), POLLIN, 0}, {w.wake, POLLIN, 0}, {out, POLLIN, 0}, {err, POLLIN, 0}}};
    for (;;) {
        const auto next = kill_at.value_or(deadline);
        const int ready = ::poll(fds.data(), fds.size(), next == Clock::time_point::max() ? -1 : wait_ms(next));
        if (ready < 0 && errno != EINTR) {
            no_resources("poll");
        }
        for (const std::size_t i : {2U, 3U}) {
            if (ready > 0 && fds.at(i).revents != 0 && !pass_on(fds.at(i).fd, i == 2 ? w.out : w.err)) {
                fds.at(i).fd = -1;
            }
        }
        if (ready > 0 && fds[0].revents != 0) {
            return;
        }
        const auto now = Clock::now();
        if (!kill_at && (w.stop.stop_requested() || now >= deadline)) {
            end.stopped = w.stop.stop_requested();
            end.timed_out = !end.stopped;
            child.signal_group(SIGTERM);
            kill_at = now + w.spec.grace;
            fds[1].fd = -1;
        } else if (kill_at && now >= *kill_at) {
            child.signal_group(SIGKILL);
            kill_at = Clock::time_point::max();
        }
    }
}

}  // namespace

ChildEnd run_child(
    const ChildSpec& spec, const std::stop_token& stop, const std::function<void(std::string_view)>& out,
    const std::function<void(std::string_view)>& err
) {
    ChildEnd end;
    const std::string program = found_in_path(spec.program, spec.environment);
    if (program.empty()) {
        end.error = ENOENT;
        return end;
    }
    std::vector<std::string> arguments{spec.program};
    arguments.insert(arguments.end(), spec.arguments.begin(), spec.arguments.end());
    const std::vector<char*> argv = pointers(arguments);
    const std::vector<char*> envp = pointers(spec.environment);
    const Fd input = input_of(spec.input);
    const Fd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (input.get() < 0 || wake.get() < 0) {
        no_resources("open");
    }
    Pipe out_pipe;
    Pipe err_pipe;
    Pipe failed;
    const Prepared prepared{
        program.c_str(), argv.data(), envp.data(), spec.folder.c_str(), spec.limits, ::getpid(), input.get(), out_pipe.write.get(),
        err_pipe.write.get(), failed.write.get()};
    const pid_t pid = ::fork();
    if (pid < 0) {
        no_resources("fork");
    }
    if (pid == 0) {
        become(prepared);
    }
    ::setpgid(pid, pid);  // whichever of the two comes first: a signal to the group must find it
    Child child(pid);
    out_pipe.write.close();
    err_pipe.write.close();
    failed.write.close();
    // The pipe closes without a byte when exec has succeeded.
    if (::read(failed.read.get(), &end.error, sizeof end.error) == sizeof end.error) {
        child.end();
        return end;
    }
    const std::stop_callback on_stop(stop, [&wake] {
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t told = ::write(wake.get(), &one, sizeof one);
    });
    watch({spec, stop, out, err, wake.get()}, child, out_pipe.read.get(), err_pipe.read.get(), end);
    const siginfo_t info = child.end();
    drain(out_pipe.read.get(), out);
    drain(err_pipe.read.get(), err);
    end.how = info.si_code == CLD_EXITED ? ChildEnd::How::Exited : ChildEnd::How::Signalled;
    end.code = info.si_status;
    return end;
}

}  // namespace kontor::tasks::exec
