#include "tasks/http/client.hpp"

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <new>

#include "tasks/http/address.hpp"

namespace kontor::tasks::http {
namespace {

constexpr std::size_t headers_bytes_max = 64U * 1024;

struct Exchange {
    const Request& request;
    Answer answer{};
    std::size_t header_bytes = 0;
    bool refused = false;    // an address was not allowed
    bool too_large = false;
    bool ended_by_reader = false;
};

bool may_connect(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &address, sizeof in);
        Ipv4 bytes{};
        std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
        return is_public(bytes);
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, &address, sizeof in);
        Ipv6 bytes{};
        std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
        return is_public(bytes);
    }
    return false;
}

// Called with the very address that is connected to next: a name that resolves differently the second time gains nothing.
curl_socket_t open_socket(void* user, curlsocktype /*purpose*/, curl_sockaddr* address) {
    auto& exchange = *static_cast<Exchange*>(user);
    if (!exchange.request.allow_private && !may_connect(address->addr)) {
        exchange.refused = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const std::size_t all = size * count;
    if (exchange.request.on_body) {
        exchange.ended_by_reader = !exchange.request.on_body({bytes, all});
        return exchange.ended_by_reader ? 0 : all;
    }
    if (exchange.answer.body.size() + all > exchange.request.answer_bytes_max) {
        exchange.too_large = true;
        return 0;
    }
    exchange.answer.body.append(bytes, all);
    return all;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t\r\n");
    const std::size_t to = text.find_last_not_of(" \t\r\n");
    return from == std::string_view::npos ? std::string_view() : text.substr(from, to - from + 1);
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const std::string_view line(bytes, size * count);
    if (line.starts_with("HTTP/")) {
        exchange.answer.headers.clear();  // of an interim answer such as 100
    }
    exchange.header_bytes += line.size();
    if (exchange.header_bytes > headers_bytes_max) {
        exchange.too_large = true;
        return 0;
    }
    if (const std::size_t colon = line.find(':'); colon != std::string_view::npos && !line.starts_with("HTTP/")) {
        std::string name(trimmed(line.substr(0, colon)));
        std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        exchange.answer.headers.emplace_back(std::move(name), std::string(trimmed(line.substr(colon + 1))));
    }
    return line.size();
}

bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
    });
}

// What would let a value smuggle in another header or request. Empty when all is well.
std::string fault_of(const Request& request) {
    if (!is_token(request.method)) {
        return "the method is no HTTP method";
    }
    if (request.url.find_first_of(std::string_view(" \t\r\n\0", 5)) != std::string::npos) {
        return "the URL holds a space or a control character";
    }
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name)) {
            return "'" + name + "' is no name of a header";
        }
        if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
            return "the header " + name + " holds a line break";
        }
    }
    return {};
}

void initialise_once() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

std::optional<std::string_view> Answer::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) { return header.first == name; });
    return found == headers.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

struct HttpClient::Handles {
    Handles() {
        initialise_once();
        easy = curl_easy_init();
        multi = curl_multi_init();
        if (easy == nullptr || multi == nullptr) {
            throw std::bad_alloc();
        }
    }
    ~Handles() {
        curl_easy_cleanup(easy);
        curl_multi_cleanup(multi);
    }
    Handles(const Handles&) = delete;
    Handles& operator=(const Handles&) = delete;

    void prepare(Exchange& exchange);
    // nullopt: stopped.
    std::optional<CURLcode> perform(const std::stop_token& stop);

    CURL* easy = nullptr;
    CURLM* multi = nullptr;
    std::array<char, CURL_ERROR_SIZE> error{};
    bool may_hold_private = false;  // a kept connection could lead where the next request may not go
};

HttpClient::HttpClient() : handles_(std::make_unique<Handles>()) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

void HttpClient::Handles::prepare(Exchange& exchange) {
    const Request& request = exchange.request;
    curl_easy_reset(easy);
    error.fill('\0');
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error.data());
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &exchange);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, !request.allow_private && may_hold_private ? 1L : 0L);
    may_hold_private = may_hold_private || request.allow_private;
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &exchange);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "kontor");
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "HEAD") {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
    }
}

std::optional<CURLcode> HttpClient::Handles::perform(const std::stop_token& stop) {
    curl_multi_add_handle(multi, easy);
    // curl_multi_wakeup is the one call that other threads may make.
    const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi); });
    std::optional<CURLcode> result;
    int running = 1;
    while (!result && !stop.stop_requested()) {
        if (curl_multi_perform(multi, &running) != CURLM_OK) {
            result = CURLE_FAILED_INIT;
            break;
        }
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
            if (message->msg == CURLMSG_DONE) {
                result = message->data.result;
            }
        }
        if (!result) {
            curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
        }
    }
    curl_multi_remove_handle(multi, easy);
    return result;
}

std::variant<Answer, NoAnswer> HttpClient::send(const Request& request, const std::stop_token& stop) {
    using Why = NoAnswer::Why;
    if (std::string fault = fault_of(request); !fault.empty()) {
        return NoAnswer{Why::BadRequest, std::move(fault)};
    }
    Exchange exchange{request};
    handles_->prepare(exchange);
    curl_slist* lines = nullptr;
    for (const auto& [name, value] : request.headers) {
        lines = curl_slist_append(lines, (value.empty() ? name + ";" : name + ": " + value).c_str());
    }
    // Waiting for "100 Continue" costs a second with servers that do not know it.
    lines = curl_slist_append(lines, "Expect:");
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> owned(lines, curl_slist_free_all);
    curl_easy_setopt(handles_->easy, CURLOPT_HTTPHEADER, lines);

    const std::optional<CURLcode> result = handles_->perform(stop);
    if (!result) {
        return NoAnswer{Why::Stopped, "the request was stopped"};
    }
    long status = 0;
    curl_easy_getinfo(handles_->easy, CURLINFO_RESPONSE_CODE, &status);
    exchange.answer.status = static_cast<int>(status);
    if (*result == CURLE_OK || exchange.ended_by_reader) {
        curl_off_t seconds = 0;
        curl_easy_getinfo(handles_->easy, CURLINFO_RETRY_AFTER, &seconds);
        if (seconds > 0) {
            exchange.answer.retry_after = std::chrono::seconds(seconds);
        }
        return std::move(exchange.answer);
    }
    const std::string said = handles_->error[0] != '\0' ? handles_->error.data() : curl_easy_strerror(*result);
    if (exchange.too_large) {
        return NoAnswer{Why::TooLarge, "the answer is larger than " + std::to_string(request.answer_bytes_max) + " bytes"};
    }
    if (exchange.refused) {
        return NoAnswer{Why::Refused, "the address is not a public one"};
    }
    switch (*result) {
        case CURLE_OPERATION_TIMEDOUT: return NoAnswer{Why::TimedOut, said};
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL: return NoAnswer{Why::BadRequest, "the URL cannot be used: " + said};
        default: return NoAnswer{Why::Unreachable, said};  // libcurl has a hundred more, all of the network
    }
}

}  // namespace kontor::tasks::http
