// A real HTTP server on a free port of 127.0.0.1, for tests of clients: one request per connection, answered by a function.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace kontor::test {

class SmallHttpServer {
 public:
    // Gets the whole request as text, gives the whole answer as text. An empty answer: the connection stays open and
    // silent until the client or the server goes.
    using Answer = std::function<std::string(const std::string& request)>;

    explicit SmallHttpServer(Answer answer) : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), quit_(::eventfd(0, EFD_CLOEXEC)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), size) != 0 || ::listen(listener_, 16) != 0 ||
            ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
            throw std::runtime_error("cannot listen on 127.0.0.1");
        }
        port_ = ntohs(at.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~SmallHttpServer() {
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t told = ::write(quit_, &one, sizeof one);
        thread_.join();
        for (const int fd : open_) {
            ::close(fd);
        }
        ::close(listener_);
        ::close(quit_);
    }
    SmallHttpServer(const SmallHttpServer&) = delete;
    SmallHttpServer& operator=(const SmallHttpServer&) = delete;

    int port() const { return port_; }
    std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
    std::vector<std::string> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }
    // Connections so far, also those on which no request came.
    int connections() const { return connections_; }

    static std::string answer(int status, const std::string& body, const std::string& headers = "") {
        return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n" +
               headers + "\r\n" + body;
    }

 private:
    bool wait_readable(int fd) {
        std::array<pollfd, 2> fds{{{quit_, POLLIN, 0}, {fd, POLLIN, 0}}};
        return ::poll(fds.data(), fds.size(), -1) > 0 && fds[0].revents == 0;
    }
    void serve() {
        while (wait_readable(listener_)) {
            const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) {
                continue;
            }
            ++connections_;
            const std::string reply = converse(fd);
            if (reply.empty()) {
                open_.push_back(fd);
            } else {
                ::close(fd);
            }
        }
    }
    std::string converse(int fd) {
        std::string request;
        while (!is_whole(request)) {
            std::array<char, 4096> buffer{};
            const ssize_t got = wait_readable(fd) ? ::read(fd, buffer.data(), buffer.size()) : 0;
            if (got <= 0) {
                return "gone";
            }
            request.append(buffer.data(), static_cast<std::size_t>(got));
        }
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
        }
        const std::string reply = answer_(request);
        std::string_view rest = reply;
        while (!rest.empty()) {
            const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                break;
            }
            rest.remove_prefix(static_cast<std::size_t>(sent));
        }
        return reply;
    }
    static bool is_whole(const std::string& request) {
        const std::size_t end = request.find("\r\n\r\n");
        if (end == std::string::npos) {
            return false;
        }
        const std::size_t length = request.find("Content-Length: ");
        const std::size_t body = length < end ? std::stoul(request.substr(length + 16)) : 0;
        return request.size() >= end + 4 + body;
    }

    const Answer answer_;
    const int listener_;
    const int quit_;
    int port_ = 0;
    std::atomic<int> connections_{0};
    std::mutex mutex_;
    std::vector<std::string> requests_;
    std::vector<int> open_;
    std::thread thread_;
};

}  // namespace kontor::test
