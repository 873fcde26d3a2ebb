#include "exec/crash_file.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <mutex>
#include <sstream>

#include "base/check.hpp"

namespace kontor::exec {
namespace {

// More than all cores and slots that a configuration may ask for.
constexpr int places_max = 8192;
constexpr std::array<int, 5> fatal_signals{SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
constexpr std::array<const char*, 5> signal_words{
    "SIGSEGV (it reached for memory that is not there)", "SIGABRT (abort, or an exception that nobody caught)",
    "SIGBUS (it reached for memory that cannot be had)", "SIGFPE (a division by zero, or the like)",
    "SIGILL (an instruction that the processor does not have)"
};
constexpr std::size_t thread_name_bytes = 16;

struct Place {
    std::atomic<std::int64_t> task{0};  // 0: nothing runs here
    std::atomic<int> attempt{0};
};

// The handler may use nothing but these and system calls.
std::array<Place, places_max> places;
thread_local int own_place = -1;
std::array<struct sigaction, fatal_signals.size()> actions_before;
volatile sig_atomic_t crash_file = -1;
volatile sig_atomic_t watching_process = -1;

std::mutex taken_mutex;
std::array<bool, places_max> taken{};

// Of a thread that a worker has started: "kontor-cpu-3" was the worker's name. -1: of nobody's.
int place_by_name() {
    std::array<char, thread_name_bytes> name{};
    if (prctl(PR_GET_NAME, name.data()) != 0) {
        return -1;
    }
    std::size_t at = 0;
    for (const char* prefix : {"kontor-cpu-", "kontor-io-"}) {
        const std::size_t length = std::strlen(prefix);
        at = std::strncmp(name.data(), prefix, length) == 0 ? length : at;
    }
    int number = 0;
    const std::size_t first = at;
    for (; at > 0 && at < name.size() && name[at] >= '0' && name[at] <= '9'; ++at) {
        number = number * 10 + (name[at] - '0');
    }
    return at > first && number < places_max ? number : -1;
}

char* write_number(char* at, std::int64_t value) {
    std::array<char, 20> digits{};
    std::size_t count = 0;
    do {
        digits[count++] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (count > 0) {
        *at++ = digits[--count];
    }
    return at;
}

void note_crash(int signal) {
    const int number = own_place >= 0 ? own_place : place_by_name();
    if (number < 0) {
        return;
    }
    const Place& place = places[static_cast<std::size_t>(number)];
    const std::int64_t task = place.task.load();
    if (task <= 0) {
        return;
    }
    std::array<char, 64> line{};
    char* end = write_number(line.data(), task);
    *end++ = ' ';
    end = write_number(end, place.attempt.load());
    *end++ = ' ';
    end = write_number(end, signal);
    *end++ = '\n';
    // Nothing can be done about a write that fails: the attempt then counts as lost.
    [[maybe_unused]] const ssize_t written = write(crash_file, line.data(), static_cast<std::size_t>(end - line.data()));
}

void on_fatal_signal(int signal, siginfo_t* info, void* /*context*/) {
    const int error = errno;
    const bool sent = info->si_code <= 0;  // by a process: kill, raise, abort
    const pid_t self = getpid();
    // A child between fork and exec still has this handler.
    if (self == watching_process && !(sent && info->si_pid != self)) {
        note_crash(signal);
    }
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
        if (fatal_signals[i] == signal) {
            sigaction(signal, &actions_before[i], nullptr);
        }
    }
    errno = error;
    if (sent) {
        raise(signal);  // comes when this handler returns; what the processor found comes again by itself
    }
}

const char* words_for(int signal) {
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
        if (fatal_signals[i] == signal) {
            return signal_words[i];
        }
    }
    return nullptr;
}

Error fault(const std::string& what, const std::string& file) {
    return invalid("crash file", "cannot " + what + " " + file + ": " + std::strerror(errno));
}

// The newest lines of the file that say something.
std::vector<std::string> noted_lines(const std::string& file) {
    std::vector<std::string> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace

Result<std::vector<ports::Crash>> watch_for_crashes(const std::string& file) {
    std::vector<std::string> lines = noted_lines(file);
    if (lines.size() > crashes_kept_max) {
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(crashes_kept_max));
        const std::string shorter = file + ".new";
        std::ofstream out(shorter, std::ios::trunc);
        for (const std::string& line : lines) {
            out << line << '\n';
        }
        out.close();
        if (!out || std::rename(shorter.c_str(), file.c_str()) != 0) {
            return fault("shorten", file);
        }
    }
    const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (opened < 0) {
        return fault("write", file);
    }
    const bool again = crash_file >= 0;
    if (again) {
        close(crash_file);
    }
    crash_file = opened;
    watching_process = getpid();
    struct sigaction action {};
    action.sa_sigaction = on_fatal_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
        sigaction(fatal_signals[i], &action, again ? nullptr : &actions_before[i]);
    }
    std::vector<ports::Crash> crashes;
    for (const std::string& line : lines) {
        std::istringstream text(line);
        ports::Crash crash;
        int signal = 0;
        // A line that the process could not end says nothing.
        if (text >> crash.key.task >> crash.key.attempt >> signal && words_for(signal) != nullptr) {
            crash.how = words_for(signal);
            crashes.push_back(std::move(crash));
        }
    }
    return crashes;
}

struct WorkerPlace::Stack {
    std::array<char, 65536> bytes;
    stack_t before{};
};

WorkerPlace::WorkerPlace(const std::string& pool) : stack_(std::make_unique<Stack>()) {
    {
        const std::lock_guard lock(taken_mutex);
        while (number_ < places_max && taken[static_cast<std::size_t>(number_)]) {
            ++number_;
        }
        KONTOR_CHECK(number_ < places_max);
        taken[static_cast<std::size_t>(number_)] = true;
    }
    own_place = number_;
    const std::string name = "kontor-" + pool + "-" + std::to_string(number_);
    KONTOR_CHECK(name.size() < thread_name_bytes);
    pthread_setname_np(pthread_self(), name.c_str());
    stack_t stack{};
    stack.ss_sp = stack_->bytes.data();
    stack.ss_size = stack_->bytes.size();
    sigaltstack(&stack, &stack_->before);
}

WorkerPlace::~WorkerPlace() {
    end();
    sigaltstack(&stack_->before, nullptr);
    own_place = -1;
    const std::lock_guard lock(taken_mutex);
    taken[static_cast<std::size_t>(number_)] = false;
}

void WorkerPlace::begin(ports::AttemptKey key) noexcept {
    Place& place = places[static_cast<std::size_t>(number_)];
    place.attempt.store(key.attempt);
    place.task.store(key.task);
}

void WorkerPlace::end() noexcept { places[static_cast<std::size_t>(number_)].task.store(0); }

}  // namespace kontor::exec
