// Reads query parameters and body members and collects every fault, so that one answer names them
// all. Why: unknown names are refused everywhere alike: a filter with a typing error must not read
// as "no filter". Use: take what the route knows, then ask refusal(); its answer, if any, is the
// route's answer. Thread: any; lives for one request.
#pragma once

#include "base/json.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http {

// A parameter of a named read query; nothing: not filtered.
using Parameter = std::optional<std::string>;

class QueryInput {
  public:
    explicit QueryInput(const Request& request) : request_(request) {}

    Parameter name(std::string_view parameter);
    Parameter country(std::string_view parameter);
    Parameter id(std::string_view parameter);
    Parameter number(std::string_view parameter, std::int64_t least, std::int64_t most);
    Parameter time(std::string_view parameter);
    // A time, or a day (YYYY-MM-DD), which means its end in UTC.
    Parameter time_or_day(std::string_view parameter);
    Parameter period(std::string_view parameter);  // YYYY-MM
    Parameter text(std::string_view parameter, std::size_t bytes_max = 200);
    Parameter one_of(std::string_view parameter, std::initializer_list<std::string_view> values);
    Parameter limit() { return number("limit", 1, 1000); }
    Parameter cursor();
    // Of a list whose place is several numbers, "17.4711.3".
    Parameter cursor_of(std::size_t numbers);

    // 400 with what did not fit and what the route does not know.
    std::optional<Response> refusal() const;

  private:
    const std::string* find(std::string_view parameter);
    void fault(std::string_view parameter, std::string message);

    const Request& request_;
    std::set<std::string, std::less<>> known_;
    std::vector<ErrorDetail> faults_;
};

enum class Need { Required, Optional };

class BodyInput {
  public:
    // An empty body reads as {}. Requires: its media type was checked.
    explicit BodyInput(const Request& request);

    std::string name(std::string_view member, Need need);
    std::string country(std::string_view member);
    std::string text(std::string_view member, Need need, std::size_t bytes_max = 200);
    std::int64_t number(
        std::string_view member, std::int64_t least, std::int64_t most, std::int64_t otherwise
    );
    std::optional<Instant> time(std::string_view member);
    std::string one_of(
        std::string_view member,
        std::initializer_list<std::string_view> values,
        std::string_view otherwise
    );
    bool flag(std::string_view member);    // false when absent
    // Faults when it is absent: where null has a meaning of its own.
    void require(std::string_view member);
    std::vector<std::int64_t> ids(std::string_view member, std::size_t most);
    Json object(std::string_view member);  // {} when absent
    Json any(std::string_view member);     // null when absent
    void fault(std::string_view member, std::string message);

    // 400 when it is no JSON object; 422 with what did not fit and what the route does not know.
    std::optional<Response> refusal() const;

  private:
    const Json* find(std::string_view member);

    Json body_;
    std::optional<Response> unreadable_;
    std::set<std::string, std::less<>> known_;
    std::vector<ErrorDetail> faults_;
};

// PostgreSQL stores no U+0000: the pointer to the first text or key below `value` that holds one.
std::optional<std::string> find_nul(const Json& value, const std::string& pointer);

// The Idempotency-Key with the fingerprint of this request. Requires: check_idempotency_key let it
// pass.
// A mutation whose body has no member `reason` may say why in this field.
inline constexpr std::string_view reason_field = "Kontor-Reason";

// The Idempotency-Key, which is the caller's own, with the fingerprint of this request. Requires:
// check_idempotency_key let it pass.
engine::IdempotencyKey idempotency(const Request& request);
// 400 unless the key is absent or 1 to 255 printable ASCII characters.
std::optional<Response> check_idempotency_key(const Request& request);

// 415 unless the body's media type is one that the route takes (UTF-8, no coding). Needs the head
// alone, so that a body nobody wants is never read.
std::optional<Response> check_body_type(const Fields& fields, bool has_body, BodyType type);

}  // namespace kontor::http
