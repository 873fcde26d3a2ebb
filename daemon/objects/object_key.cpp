#include "objects/object_key.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "base/sha256.hpp"

namespace kontor::objects {
namespace {

using sdk::FailureClass;
using sdk::TaskFailure;

constexpr std::size_t readable_part_max = 60;
constexpr std::size_t hash_part = 16;

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool is_segment(std::string_view text) {
    return !text.empty() && text.size() <= segment_bytes_max && text.front() != '.' &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_plain(c) || c == '.'; });
}

// Dots separate the parts of a file name, so none may stand inside one.
std::string part(std::string_view text) {
    const bool fits = !text.empty() && text.size() <= readable_part_max && std::all_of(text.begin(), text.end(), is_plain);
    if (fits) {
        return std::string(text);
    }
    std::string replaced(text.substr(0, readable_part_max));
    std::replace_if(replaced.begin(), replaced.end(), [](char c) { return !is_plain(c); }, '_');
    return replaced + "-" + sha256_hex(text).substr(0, hash_part);
}

std::string stem(const sdk::TaskIdentity& identity, std::string_view scope, std::string_view country) {
    std::string key = std::string(scope) + "/" + part(identity.workflow) + "/" + std::to_string(identity.run) + "/" +
                      std::string(country) + "/" + part(identity.task) + ".";
    if (!identity.item.empty()) {
        key += part(identity.item) + ".";
    }
    return key;
}

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw TaskFailure(FailureClass::Config, "'" + storable(text.substr(0, 200)) + "' is no object key: " + why);
}

}  // namespace

bool is_country(std::string_view text) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return text == "all" || (text.size() == 2 && capital(text[0]) && capital(text[1]));
}

ObjectKey parse_key(std::string_view text) {
    std::array<std::string_view, 5> segments;
    std::size_t count = 0;
    std::size_t from = 0;
    for (;;) {
        const std::size_t slash = text.find('/', from);
        const std::string_view segment = text.substr(from, slash == std::string_view::npos ? slash : slash - from);
        if (count == segments.size()) {
            refuse(text, "it has more than five segments (scope/workflow/run/country/file)");
        }
        if (!is_segment(segment)) {
            refuse(
                text, "a segment is letters, digits, '.', '_' and '-', is neither empty nor starts with a dot, and has at most " +
                          std::to_string(segment_bytes_max) + " bytes"
            );
        }
        segments.at(count++) = segment;
        if (slash == std::string_view::npos) {
            break;
        }
        from = slash + 1;
    }
    if (count != segments.size()) {
        refuse(text, "it has fewer than five segments (scope/workflow/run/country/file)");
    }
    if (segments[0].size() > scope_bytes_max) {
        refuse(text, "its scope is longer than " + std::to_string(scope_bytes_max) + " bytes");
    }
    if (!is_country(segments[3])) {
        refuse(text, "its country is neither two capital letters nor 'all'");
    }
    return {std::string(text), std::string(segments[0]), std::string(segments[3])};
}

ObjectKey make_key(const sdk::TaskIdentity& identity, std::string_view scope, std::string_view country, std::string_view name) {
    if (!is_country(country)) {
        throw TaskFailure(
            FailureClass::Data, "'" + storable(country.substr(0, 40)) +
                                    "' is no country: an object belongs to two capital letters (DE) or to 'all'"
        );
    }
    if (!is_segment(scope) || !is_segment(name)) {
        refuse(
            std::string(scope) + "/.../" + std::string(name),
            "scope and name are letters, digits, '.', '_' and '-', and neither empty nor start with a dot"
        );
    }
    return parse_key(stem(identity, scope, country) + std::to_string(identity.attempt) + "." + std::string(name));
}

ObjectKey checkpoint_key(const sdk::TaskIdentity& identity) {
    const bool of_one = is_country(identity.country);
    const std::string whose = of_one || identity.country.empty() ? "" : part(identity.country) + ".";
    return parse_key(stem(identity, "checkpoint", of_one ? identity.country : "all") + whose + "state");
}

}  // namespace kontor::objects
