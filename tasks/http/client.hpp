// One HTTP(S) request at a time, with bounds on everything, over libcurl. Redirects are never followed and no proxy is
// used: the address that is checked is the one that is connected to.
// Thread: one at a time; keep-alive connections are kept between requests. Owner: whoever makes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kontor::tasks::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method = "GET";
    std::string url;  // http or https
    Headers headers{};
    std::string body{};
    std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
    std::chrono::milliseconds timeout = std::chrono::seconds(30);  // of the whole; 0: none, for streams
    std::size_t answer_bytes_max = 1024U * 1024;                   // of the body
    // False: loopback, private, link-local and reserved addresses are refused when they are connected to.
    bool allow_private = false;
    // When set, the body goes here piece by piece and not into the answer; false ends the request. No limit then.
    std::function<bool(std::string_view)> on_body{};
};

struct Answer {
    int status = 0;
    Headers headers;  // names in lower case
    std::string body;
    std::optional<std::chrono::seconds> retry_after;

    // The first of that name (lower case), or nothing.
    std::optional<std::string_view> header(std::string_view name) const;
};

struct NoAnswer {
    enum class Why {
        BadRequest,   // URL, method or header that cannot be sent
        Refused,      // the address is not allowed
        Unreachable,  // name, connection, TLS, or an answer that is no HTTP
        TimedOut,
        TooLarge,
        Stopped,
    };
    Why why = Why::Unreachable;
    std::string message;  // one sentence
};

class HttpClient {
 public:
    HttpClient();
    ~HttpClient();
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;

    // Never throws for what the network does. A stop ends it at once.
    std::variant<Answer, NoAnswer> send(const Request& request, const std::stop_token& stop = {});

 private:
    struct Handles;
    std::unique_ptr<Handles> handles_;
};

}  // namespace kontor::tasks::http
