// Reads a request's head before the HTTP library sees it and refuses everything that two readers
// could frame in two ways. Why: the library accepts several ambiguous heads (Transfer-Encoding
// other than chunked, missing or repeated Host, folded lines), and what one hop takes for a body
// another takes for the next request. Thread: any; pure.
#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace kontor::http {

struct HeadLimits {
    std::size_t bytes_max = 8 * 1024;  // request line and fields together
    std::size_t fields_max = 100;      // a browser sends about 15
    std::size_t target_bytes_max = 4 * 1024;
    std::uint64_t body_bytes_max = 1024 * 1024;
    // Of a route that takes its body as a stream. Which route it is shows later: until then the larger
    // of the two counts.
    std::uint64_t stream_bytes_max = 0;
};

// Why a head is refused. The connection ends after the answer: nothing behind such a head can be
// trusted.
struct HeadFault {
    int status = 400;
    std::string detail;
};

struct Head {
    Method method = Method::Get;
    std::string target;
    bool version_1_0 = false;
    Fields fields;
    bool chunked = false;
    std::uint64_t content_length = 0;
    bool keep_alive = true;
    bool expects_continue = false;

    bool has_body() const { return chunked || content_length > 0; }
};

// Ensures: a length when the head is complete (the blank line included), nothing when more bytes
// are needed, a fault as soon as the bytes so far can no longer become an acceptable head.
std::variant<std::monostate, std::size_t, HeadFault> find_head(
    std::string_view bytes, const HeadLimits& limits
);

// Requires: `head` is what find_head measured.
std::variant<Head, HeadFault> check_head(std::string_view head, const HeadLimits& limits);

}  // namespace kontor::http
