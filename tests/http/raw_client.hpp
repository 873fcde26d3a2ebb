// A client that sends exactly the bytes it is given, over a real socket. Every wait goes through
// poll with a deadline.
#pragma once

#include "http/message.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http_test {

struct Answer {
    int status = 0;  // 0: none came
    http::Fields fields;
    std::string body;
    std::string_view field(std::string_view name) const { return http::field(fields, name); }
};

class RawClient {
  public:
    explicit RawClient(std::uint16_t port, int receive_buffer_bytes = 0);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool connected() const { return socket_ >= 0; }
    bool send(std::string_view bytes);
    // The next answer, its body by Content-Length (`head_only`: none follows).
    Answer answer(bool head_only = false);
    // True when the server closes within the time; what it sent before is in `rest()`.
    bool closed_within(std::chrono::milliseconds wait);
    // Reads until `text` has come; false at the deadline or the end.
    bool read_until(
        std::string_view text, std::chrono::milliseconds wait = std::chrono::seconds(10)
    );
    const std::string& rest() const { return buffer_; }
    void drop_rest() { buffer_.clear(); }
    int socket() const { return socket_; }

  private:
    // False at the deadline, the end or an error.
    bool read_more(std::chrono::steady_clock::time_point deadline);

    int socket_ = -1;
    bool ended_ = false;
    std::string buffer_;
};

// A request with Host and, unless `token` is empty, its bearer token.
std::string request_text(
    std::string_view method,
    std::string_view target,
    std::string_view token,
    std::string_view body = {},
    std::string_view content_type = "application/json",
    std::string_view more_fields = {}
);

}  // namespace kontor::http_test
