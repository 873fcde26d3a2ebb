#include "embedded_pg/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kontor::embedded_pg {
namespace fs = std::filesystem;
namespace {

constexpr int exit_cannot_become = 125;
constexpr int exit_cannot_execute = 127;
constexpr int entered_handle = 9;  // the number in entered_name

// Arguments and environment, built before fork(): between fork and exec only async-signal-safe calls are allowed.
struct Image {
    std::vector<std::string> texts;
    std::vector<std::string> environment_texts;
    std::vector<char*> arguments;
    std::vector<char*> environment;
    std::string entered;
};

// The environment is written anew: PGDATA, PGPORT and their like must not reach the server.
Image image_of(const Program& program) {
    Image image;
    image.texts.push_back(program.file.string());
    image.texts.insert(image.texts.end(), program.arguments.begin(), program.arguments.end());
    image.environment_texts = {"LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin", "HOME=/"};
    for (std::string& text : image.texts) {
        image.arguments.push_back(text.data());
    }
    for (std::string& text : image.environment_texts) {
        image.environment.push_back(text.data());
    }
    image.arguments.push_back(nullptr);
    image.environment.push_back(nullptr);
    image.entered = program.entered.string();
    return image;
}

// Raw system calls: the library's wrappers speak to the other threads, which do not exist after fork().
bool become(const ServerAccount& account) {
    if (!account.drop) {
        return true;
    }
    return syscall(SYS_setgroups, 0, nullptr) == 0 && syscall(SYS_setgid, account.group) == 0 &&
           syscall(SYS_setuid, account.user) == 0;
}

void reset_signals() {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGCHLD, SIGUSR1, SIGUSR2}) {
        ::signal(signal, SIG_DFL);
    }
}

[[noreturn]] void become_program(const Image& image, const ServerAccount& account, int output, int death_signal, pid_t parent) {
    reset_signals();
    setsid();  // a Ctrl-C on the terminal is the daemon's: it stops the server in its own order
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (!image.entered.empty()) {
        const int folder = open(image.entered.c_str(), O_PATH | O_DIRECTORY);
        if (folder < 0 || dup2(folder, entered_handle) != entered_handle) {
            _exit(exit_cannot_become);
        }
    }
    if (!become(account) || chdir("/") != 0) {
        _exit(exit_cannot_become);
    }
    if (death_signal != 0) {
        prctl(PR_SET_PDEATHSIG, death_signal);  // after the change of user, which clears it
        if (getppid() != parent) {
            _exit(exit_cannot_become);  // the parent died in between
        }
    }
    execve(image.arguments.front(), image.arguments.data(), image.environment.data());
    _exit(exit_cannot_execute);
}

int status_of(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

Error system_error(const std::string& what) {
    return unavailable("embedded_pg", what + ": " + std::strerror(errno));
}

}  // namespace

Result<Finished> run_program(const Program& program) {
    const Image image = image_of(program);
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        return system_error("cannot make a pipe");
    }
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        become_program(image, program.account, ends[1], SIGKILL, parent);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return system_error("cannot start " + program.file.string());
    }
    Finished finished;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t got = read(ends[0], buffer.data(), buffer.size());
        if (got > 0) {
            finished.output.append(buffer.data(), static_cast<std::size_t>(got));
        } else if (got == 0 || errno != EINTR) {
            break;
        }
    }
    close(ends[0]);
    int raw = 0;
    while (waitpid(child, &raw, 0) < 0 && errno == EINTR) {
    }
    finished.status = status_of(raw);
    if (finished.status == exit_cannot_execute && finished.output.empty()) {
        return invalid("embedded_pg", "cannot execute " + program.file.string());
    }
    return finished;
}

Result<pid_t> start_program(const Program& program, const fs::path& log, int parent_death_signal) {
    const Image image = image_of(program);
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (output < 0) {
        return system_error("cannot write " + log.string());
    }
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        become_program(image, program.account, output, parent_death_signal, parent);
    }
    const int error = errno;
    close(output);
    if (child < 0) {
        errno = error;
        return system_error("cannot start " + program.file.string());
    }
    return child;
}

std::string why_unusable(const fs::path& folder, const ServerAccount& account) {
    std::vector<std::string> chain;  // every folder on the way, built before fork()
    fs::path walked;
    for (const fs::path& part : fs::absolute(folder).lexically_normal()) {
        walked /= part;
        chain.push_back(walked.string());
    }
    const pid_t child = fork();
    if (child == 0) {
        if (!become(account)) {
            _exit(255);
        }
        for (std::size_t i = 0; i < chain.size(); ++i) {
            const int needed = i + 1 == chain.size() ? R_OK | W_OK | X_OK : X_OK;
            if (access(chain[i].c_str(), needed) != 0) {
                _exit(static_cast<int>(i < 250 ? i + 1 : 251));
            }
        }
        _exit(0);
    }
    int raw = 0;
    while (child > 0 && waitpid(child, &raw, 0) < 0 && errno == EINTR) {
    }
    const std::size_t status = child > 0 ? static_cast<std::size_t>(status_of(raw)) : 255;
    if (status == 0) {
        return {};
    }
    const std::string who = account.drop ? "the account '" + account.name + "'" : "this user";
    if (status > chain.size()) {
        return "cannot change to " + who;
    }
    const std::string& blocked = chain[status - 1];
    if (status == chain.size()) {
        return who + " may not write in " + blocked;
    }
    return who + ", under which PostgreSQL runs because it refuses root, may not enter " + blocked;
}

}  // namespace kontor::embedded_pg
