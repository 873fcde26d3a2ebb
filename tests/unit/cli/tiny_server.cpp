#include "unit/cli/tiny_server.hpp"

#include "base/check.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kontor::cli {

TinyServer::TinyServer(std::function<CannedReply(const SeenRequest&)> handler)
    : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    KONTOR_CHECK(listener_ >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    KONTOR_CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) == 0);
    KONTOR_CHECK(::listen(listener_, 16) == 0);
    KONTOR_CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

TinyServer::~TinyServer() {
    // Wakes the accept below.
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

std::vector<SeenRequest> TinyServer::seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
}

void TinyServer::serve() {
    for (int connection = ::accept(listener_, nullptr, nullptr); connection >= 0;
         connection = ::accept(listener_, nullptr, nullptr)) {
        answer(connection);
        ::close(connection);
    }
}

void TinyServer::answer(int connection) {
    std::string text;
    std::array<char, 4096> buffer{};
    std::size_t head_end = std::string::npos;
    std::size_t body_size = 0;
    while (head_end == std::string::npos || text.size() < head_end + 4 + body_size) {
        const ssize_t count = ::recv(connection, buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            return;
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
        head_end = text.find("\r\n\r\n");
        if (const std::size_t at = text.find("Content-Length: ");
            at < head_end && head_end != std::string::npos) {
            body_size = static_cast<std::size_t>(std::atoll(text.c_str() + at + 16));
        }
    }
    SeenRequest request;
    const std::size_t first = text.find(' ');
    const std::size_t second = text.find(' ', first + 1);
    request.method = text.substr(0, first);
    request.path = text.substr(first + 1, second - first - 1);
    request.head = text.substr(0, head_end + 2);
    request.body = text.substr(head_end + 4);
    {
        const std::lock_guard lock(mutex_);
        seen_.push_back(request);
    }
    const CannedReply reply = handler_(request);
    const std::string answer = "HTTP/1.1 " + std::to_string(reply.status) +
                               " X\r\nContent-Type: application/json\r\nContent-Length: " +
                               std::to_string(reply.body.size()) + "\r\nConnection: close\r\n\r\n" +
                               reply.body;
    std::size_t sent = 0;
    while (sent < answer.size()) {
        const ssize_t count =
            ::send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) {
            return;
        }
        sent += static_cast<std::size_t>(count);
    }
}

}  // namespace kontor::cli
