#include "embedded_pg/leftovers.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <string>
#include <system_error>

#include <spdlog/spdlog.h>

namespace kontor::embedded_pg {
namespace fs = std::filesystem;
namespace {

// Between two looks at processes that are not children of ours and cannot be waited for.
constexpr int look_again_ms = 20;

// The postmaster's process as its lock file tells; 0 when there is none.
pid_t postmaster_of(const fs::path& data) {
    std::ifstream file(data / "postmaster.pid");
    long long pid = 0;
    return file >> pid ? static_cast<pid_t>(pid) : 0;
}

// The working directory tells; where the kernel does not show it (root in a container, another user's process), the
// postmaster's arguments do, and its children end soon after it.
bool works_in(const fs::path& process, const fs::path& data) {
    std::ifstream file(process / "cmdline", std::ios::binary);
    const std::string line{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::string program = fs::path(line.substr(0, line.find_first_of(std::string("\0:", 2)))).filename().string();
    if (program != "postgres") {
        return false;
    }
    std::error_code hidden;
    const fs::path folder = fs::read_symlink(process / "cwd", hidden);
    return hidden ? line.find(std::string("-D\0", 3) + data.string() + '\0') != std::string::npos : folder == data;
}

bool gone_within(const fs::path& data, Duration patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!processes_in(data).empty()) {
        if (std::chrono::steady_clock::now() >= until) {
            return false;
        }
        poll(nullptr, 0, look_again_ms);
    }
    return true;
}

void signal_all(const std::vector<pid_t>& processes, int signal) {
    for (const pid_t process : processes) {
        kill(process, signal);
    }
}

}  // namespace

std::vector<pid_t> processes_in(const fs::path& data) {
    std::vector<pid_t> found;
    std::error_code error;
    const fs::path real = fs::canonical(data, error);
    if (error) {
        return found;
    }
    for (const auto& entry : fs::directory_iterator("/proc", error)) {
        const std::string name = entry.path().filename().string();
        pid_t pid = 0;
        const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (wrong != std::errc() || end != name.data() + name.size()) {
            continue;
        }
        if (works_in(entry.path(), real)) {
            found.push_back(pid);
        }
    }
    return found;
}

Result<void> clear_leftovers(const fs::path& data, Duration patience) {
    std::vector<pid_t> running = processes_in(data);
    if (!running.empty()) {
        const pid_t postmaster = postmaster_of(data);
        const bool led = std::find(running.begin(), running.end(), postmaster) != running.end();
        spdlog::info("embedded PostgreSQL: stopping the server that an earlier daemon left running (pid {})", postmaster);
        if (led) {
            kill(postmaster, SIGINT);
        }
        // Without its postmaster a server process ends by itself within a moment.
        if (!gone_within(data, patience)) {
            signal_all(processes_in(data), SIGQUIT);
        }
        if (!gone_within(data, std::chrono::seconds(10))) {
            signal_all(processes_in(data), SIGKILL);
        }
        if (!gone_within(data, std::chrono::seconds(5))) {
            return unavailable("embedded_pg", "a PostgreSQL server of an earlier start does not stop in " + data.string());
        }
    }
    // Nobody works in the folder now. The file may still name a number that another program carries since a reboot,
    // which PostgreSQL would take for a running server.
    const pid_t named = postmaster_of(data);
    if (named > 0 && (kill(named, 0) == 0 || errno == EPERM)) {
        std::error_code ignored;
        fs::remove(data / "postmaster.pid", ignored);
    }
    return {};
}

}  // namespace kontor::embedded_pg
