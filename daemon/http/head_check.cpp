#include "http/head_check.hpp"

#include <algorithm>
#include <charconv>

namespace kontor::http {

namespace {

HeadFault bad(std::string detail) { return {400, std::move(detail)}; }

// tchar of RFC 9110.
bool is_token_char(char c) {
    return is_alnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_value_char(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

// host[:port]: letters, digits, dots, hyphens, underscores, or an IPv6 literal in brackets.
bool is_host(std::string_view host) {
    if (host.empty() || host.size() > 255) {
        return false;
    }
    return std::all_of(host.begin(), host.end(), [](char c) {
        return is_alnum(c) || std::string_view(".-_:[]").find(c) != std::string_view::npos;
    });
}

std::optional<Method> method_named(std::string_view name) {
    for (const Method method :
         {Method::Get,
          Method::Head,
          Method::Post,
          Method::Put,
          Method::Patch,
          Method::Delete,
          Method::Options}) {
        if (to_string(method) == name) {
            return method;
        }
    }
    return std::nullopt;
}

std::optional<HeadFault> read_request_line(
    std::string_view line, const HeadLimits& limits, Head& head
) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last ||
        line.substr(first + 1, last - first - 1).find(' ') != std::string_view::npos) {
        return bad("The request line is not 'METHOD /path HTTP/1.1'.");
    }
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method)) {
        return bad("The method is not a token.");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        const bool other = version.size() == 8 && version.substr(0, 5) == "HTTP/" &&
                           is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
        return other ? HeadFault{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."}
                     : bad("The request line does not end in an HTTP version.");
    }
    const auto known = method_named(method);
    if (!known) {
        return HeadFault{501, "This method is not known here."};
    }
    if (target.size() > limits.target_bytes_max) {
        return HeadFault{414, "The target is longer than 4096 bytes."};
    }
    if (target.empty() || target.front() != '/') {
        return bad("The target must be a path that starts with '/'; no scheme, no host, no '*'.");
    }
    head.method = *known;
    head.target = std::string(target);
    head.version_1_0 = version == "HTTP/1.0";
    return std::nullopt;
}

std::optional<HeadFault> read_field(std::string_view line, Head& head) {
    if (line.front() == ' ' || line.front() == '\t') {
        return bad("A header field is folded over two lines.");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        return bad("A header line has no colon.");
    }
    const std::string_view name = line.substr(0, colon);
    if (!is_token(name)) {
        return bad(
            "A header field's name is empty or holds a space or another character that names "
            "cannot have."
        );
    }
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!std::all_of(value.begin(), value.end(), is_value_char)) {
        return bad("A header field's value holds a control character.");
    }
    head.fields.emplace_back(name, value);
    return std::nullopt;
}

// The values of every field of that name.
std::vector<std::string_view> values_of(const Head& head, std::string_view name) {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : head.fields) {
        if (equal_ignoring_case(key, name)) {
            values.push_back(value);
        }
    }
    return values;
}

std::optional<HeadFault> read_framing(const HeadLimits& limits, Head& head) {
    const auto encodings = values_of(head, "Transfer-Encoding");
    const auto lengths = values_of(head, "Content-Length");
    if (!encodings.empty() && !lengths.empty()) {
        return bad("Transfer-Encoding and Content-Length exclude each other.");
    }
    if (!encodings.empty()) {
        if (encodings.size() > 1 || !equal_ignoring_case(encodings.front(), "chunked")) {
            return bad("The only Transfer-Encoding accepted is exactly 'chunked'.");
        }
        if (head.version_1_0) {
            return bad("HTTP/1.0 has no Transfer-Encoding.");
        }
        head.chunked = true;
    }
    if (lengths.size() > 1) {
        return bad("Content-Length is given more than once.");
    }
    if (!lengths.empty()) {
        const std::string_view text = lengths.front();
        if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) {
            return bad("Content-Length must be digits alone.");
        }
        if (text.size() > 18) {
            return HeadFault{413, "The body is larger than this server takes."};
        }
        std::from_chars(text.data(), text.data() + text.size(), head.content_length);
    }
    const std::uint64_t most = std::max(limits.body_bytes_max, limits.stream_bytes_max);
    if (head.content_length > most) {
        return HeadFault{413, "The body is larger than " + std::to_string(most) + " bytes."};
    }
    return std::nullopt;
}

// True when a comma-separated list holds `token`.
bool lists(std::string_view list, std::string_view token) {
    while (true) {
        const std::size_t comma = list.find(',');
        if (equal_ignoring_case(trimmed(list.substr(0, comma)), token)) {
            return true;
        }
        if (comma == std::string_view::npos) {
            return false;
        }
        list.remove_prefix(comma + 1);
    }
}

std::optional<HeadFault> read_connection(Head& head) {
    const auto hosts = values_of(head, "Host");
    if (hosts.size() != 1) {
        return bad("Exactly one Host field is needed.");
    }
    if (!is_host(hosts.front())) {
        return bad("The Host field is not a host name with an optional port.");
    }
    head.keep_alive = !head.version_1_0;
    for (const std::string_view value : values_of(head, "Connection")) {
        if (lists(value, "close")) {
            head.keep_alive = false;
        }
    }
    const auto expectations = values_of(head, "Expect");
    if (!expectations.empty()) {
        if (expectations.size() > 1 || !equal_ignoring_case(expectations.front(), "100-continue")) {
            return HeadFault{417, "The only expectation met here is 100-continue."};
        }
        head.expects_continue = !head.version_1_0;
    }
    for (const std::string_view once :
         {"Authorization",
          "Content-Type",
          "Content-Encoding",
          "Idempotency-Key",
          "Last-Event-ID"}) {
        if (values_of(head, once).size() > 1) {
            return bad(std::string(once) + " is given more than once.");
        }
    }
    return std::nullopt;
}

}  // namespace

std::variant<std::monostate, std::size_t, HeadFault> find_head(
    std::string_view bytes, const HeadLimits& limits
) {
    const std::size_t seen = std::min(bytes.size(), limits.bytes_max);
    for (std::size_t at = 0; at < seen; ++at) {
        const char c = bytes[at];
        if (c == '\0') {
            return bad("The head holds a NUL byte.");
        }
        if (c == '\r' && at + 1 < bytes.size() && bytes[at + 1] != '\n') {
            return bad("The head holds a carriage return that ends no line.");
        }
        if (c == '\n') {
            if (at == 0 || bytes[at - 1] != '\r') {
                return bad("Every line must end in CR LF.");
            }
            if (at == 1) {
                return bad("The request starts with an empty line.");
            }
            if (at >= 3 && bytes[at - 2] == '\n') {
                return at + 1;
            }
        }
    }
    if (bytes.size() >= limits.bytes_max) {
        const bool long_line =
            bytes.substr(0, limits.bytes_max).find('\n') == std::string_view::npos;
        return long_line ? HeadFault{414, "The request line is longer than this server takes."}
                         : HeadFault{
                               431,
                               "The header is larger than " + std::to_string(limits.bytes_max) +
                                   " bytes."};
    }
    return std::monostate{};
}

std::variant<Head, HeadFault> check_head(std::string_view bytes, const HeadLimits& limits) {
    Head head;
    std::size_t end = bytes.find("\r\n");
    if (end == std::string_view::npos) {
        return bad("The head is incomplete.");
    }
    if (auto fault = read_request_line(bytes.substr(0, end), limits, head)) {
        return *fault;
    }
    bytes.remove_prefix(end + 2);
    for (end = bytes.find("\r\n"); end != 0 && end != std::string_view::npos;
         end = bytes.find("\r\n")) {
        if (head.fields.size() == limits.fields_max) {
            return HeadFault{
                431,
                "There are more than " + std::to_string(limits.fields_max) + " header fields."};
        }
        if (auto fault = read_field(bytes.substr(0, end), head)) {
            return *fault;
        }
        bytes.remove_prefix(end + 2);
    }
    if (auto fault = read_connection(head)) {
        return *fault;
    }
    if (auto fault = read_framing(limits, head)) {
        return *fault;
    }
    return head;
}

}  // namespace kontor::http
