#include "http/router.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace kontor::http {

namespace {

bool fits(std::string_view parameter, std::string_view value) {
    if (parameter == "id") {
        return is_id(value);
    }
    if (parameter == "country") {
        return is_country(value);
    }
    if (parameter == "period") {
        return core::filing::is_period(value);
    }
    if (parameter == "correlation" || parameter == "pool") {  // which names a pool may have the engine says
        return is_plain_text(value, correlation_bytes_max);
    }
    return is_name(value);
}

// The path's parameters when the pattern matches.
std::optional<std::map<std::string, std::string, std::less<>>> match_pattern(
    std::string_view pattern, const std::vector<std::string>& segments
) {
    std::map<std::string, std::string, std::less<>> parameters;
    std::size_t index = 0;
    pattern.remove_prefix(1);
    while (!pattern.empty()) {
        const std::string_view part = pattern.substr(0, pattern.find('/'));
        pattern.remove_prefix(std::min(pattern.size(), part.size() + 1));
        if (index == segments.size()) {
            return std::nullopt;
        }
        const std::string& segment = segments[index++];
        if (part.front() == '{') {
            const std::string_view name = part.substr(1, part.size() - 2);
            if (!fits(name, segment)) {
                return std::nullopt;
            }
            parameters.emplace(name, segment);
        } else if (part != segment) {
            return std::nullopt;
        }
    }
    return index == segments.size() ? std::optional(std::move(parameters)) : std::nullopt;
}

}  // namespace

std::int64_t Call::id(std::string_view name) const {
    const std::string& digits = text(name);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    KONTOR_CHECK(error == std::errc{} && end == digits.data() + digits.size());
    return value;
}

std::string name_of(const Route& route) {
    return std::string(to_string(route.method)) + " " + std::string(route.pattern);
}

Match match(Method method, const std::vector<std::string>& segments) {
    Match result;
    for (const Route& route : routes()) {
        auto parameters = match_pattern(route.pattern, segments);
        if (!parameters) {
            continue;
        }
        if (route.method == method || (method == Method::Head && route.method == Method::Get)) {
            result.route = &route;
            result.path = std::move(*parameters);
            result.allowed.clear();
            return result;
        }
        result.allowed.push_back(route.method);
        if (route.method == Method::Get) {
            result.allowed.push_back(Method::Head);
        }
    }
    return result;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 100 && is_alnum(text.front()) &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_alnum(c) || c == '_' || c == '.' || c == '-';
           });
}

bool is_country(std::string_view text) {
    return text.size() == 2 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_id(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && is_digit(text.front()) && text.front() != '0' && error == std::errc{} &&
           end == text.data() + text.size();
}

bool is_plain_text(std::string_view text, std::size_t bytes_max) {
    return !text.empty() && text.size() <= bytes_max && is_valid_utf8(text) &&
           std::none_of(text.begin(), text.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte < 0x20 || byte == 0x7f;
           });
}

}  // namespace kontor::http
