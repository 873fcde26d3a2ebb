#include "http/raw_client.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kontor::http_test {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto patience = std::chrono::seconds(20);

int milliseconds_until(Clock::time_point deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    return left < 0 ? 0 : static_cast<int>(left) + 1;
}

}  // namespace

RawClient::RawClient(std::uint16_t port, int receive_buffer_bytes) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer_bytes > 0) {
        ::setsockopt(
            socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes
        );
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket_);
        socket_ = -1;
    }
}

RawClient::~RawClient() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawClient::read_more(Clock::time_point deadline) {
    if (ended_) {
        return false;
    }
    pollfd wanted{socket_, POLLIN, 0};
    if (::poll(&wanted, 1, milliseconds_until(deadline)) <= 0) {
        return false;
    }
    char bytes[16384];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) {
        ended_ = true;
        return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
}

bool RawClient::read_until(std::string_view text, std::chrono::milliseconds wait) {
    const auto deadline = Clock::now() + wait;
    while (buffer_.find(text) == std::string::npos) {
        if (!read_more(deadline)) {
            return false;
        }
    }
    return true;
}

bool RawClient::closed_within(std::chrono::milliseconds wait) {
    const auto deadline = Clock::now() + wait;
    while (read_more(deadline)) {
    }
    return ended_;
}

Answer RawClient::answer(bool head_only) {
    Answer answer;
    const auto deadline = Clock::now() + patience;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
        if (!read_more(deadline)) {
            return answer;
        }
    }
    std::string_view head = std::string_view(buffer_).substr(0, end + 2);
    std::from_chars(head.data() + 9, head.data() + 12, answer.status);
    head.remove_prefix(head.find("\r\n") + 2);
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(line.size() + 2);
        const std::size_t colon = line.find(':');
        answer.fields.emplace_back(line.substr(0, colon), http::trimmed(line.substr(colon + 1)));
    }
    buffer_.erase(0, end + 4);
    const std::string_view length = answer.field("Content-Length");
    std::size_t bytes = 0;
    std::from_chars(length.data(), length.data() + length.size(), bytes);
    if (!head_only) {
        while (buffer_.size() < bytes && read_more(deadline)) {
        }
        answer.body = buffer_.substr(0, bytes);
        buffer_.erase(0, answer.body.size());
    }
    return answer;
}

std::string request_text(
    std::string_view method,
    std::string_view target,
    std::string_view token,
    std::string_view body,
    std::string_view content_type,
    std::string_view more_fields
) {
    std::string text(method);
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    if (!token.empty()) {
        text.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    if (!body.empty()) {
        text.append("Content-Type: ").append(content_type);
        text.append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
    }
    return text.append(more_fields).append("\r\n").append(body);
}

}  // namespace kontor::http_test
