// A proxy between libpq and a server's unix socket that can cut connections at a chosen moment.
#pragma once

#include <array>
#include <atomic>
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace kontor::test {

enum class Cut {
    Never,
    BeforeCommit,  // what contains COMMIT is not forwarded any more
    AfterCommit,   // COMMIT reaches the server, its answer does not reach the client
};

// One client at a time. Thread: cut() may be called from any.
class CuttingProxy {
 public:
    CuttingProxy(const std::string& server_folder, const std::string& folder) : folder_(folder) {
        server_ = address(server_folder + "/.s.PGSQL.5432");
        const sockaddr_un own = address(folder + "/.s.PGSQL.5432");
        listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (bind(listener_, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0 || listen(listener_, 8) != 0) {
            throw std::runtime_error("cannot listen in " + folder);
        }
        thread_ = std::thread([this] { serve(); });
    }
    ~CuttingProxy() {
        stopping_ = true;
        shutdown(listener_, SHUT_RDWR);
        thread_.join();
        close(listener_);
    }
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    void cut(Cut when) { cut_ = when; }
    std::string target(const std::string& database) const {
        return "host=" + folder_ + " port=5432 user=kontor dbname=" + database;
    }

 private:
    static sockaddr_un address(const std::string& path) {
        sockaddr_un made{};
        made.sun_family = AF_UNIX;
        std::strncpy(made.sun_path, path.c_str(), sizeof made.sun_path - 1);
        return made;
    }
    void serve() {
        while (!stopping_) {
            const int client = accept(listener_, nullptr, nullptr);
            if (client < 0) {
                continue;
            }
            const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (connect(server, reinterpret_cast<const sockaddr*>(&server_), sizeof server_) == 0) {
                pass_on(client, server);
            }
            close(server);
            close(client);
        }
    }
    // Bytes both ways until one side or the cut ends it.
    void pass_on(int client, int server) {
        std::array<pollfd, 2> ends{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
        std::array<char, 65536> buffer{};
        while (!stopping_) {
            if (poll(ends.data(), ends.size(), 50) <= 0) {
                continue;
            }
            if ((ends[0].revents & (POLLIN | POLLHUP)) != 0) {
                const ssize_t got = read(client, buffer.data(), buffer.size());
                const std::string_view bytes(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
                const bool commits = bytes.find("commit") != std::string_view::npos;
                const Cut when = cut_;
                if (got <= 0 || (commits && when == Cut::BeforeCommit)) {
                    return;
                }
                if (write(server, bytes.data(), bytes.size()) != got) {
                    return;
                }
                if (commits && when == Cut::AfterCommit) {
                    [[maybe_unused]] const ssize_t answered = read(server, buffer.data(), buffer.size());  // it was reached
                    return;
                }
            }
            if ((ends[1].revents & (POLLIN | POLLHUP)) != 0) {
                const ssize_t got = read(server, buffer.data(), buffer.size());
                if (got <= 0 || write(client, buffer.data(), static_cast<std::size_t>(got)) != got) {
                    return;
                }
            }
        }
    }

    std::string folder_;
    sockaddr_un server_{};
    int listener_ = -1;
    std::atomic<bool> stopping_{false};
    std::atomic<Cut> cut_{Cut::Never};
    std::thread thread_;
};

}  // namespace kontor::test
