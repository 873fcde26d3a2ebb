#include "core/dag/differences.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace kontor::core::dag {
namespace {

constexpr std::size_t value_bytes_max = 120;

bool takes_a_name_for_a_list(std::string_view member) {
    static constexpr std::array<std::string_view, 3> members{"after", "per", "must"};
    return std::ranges::find(members, member) != members.end();
}

// As one of two values that are to be compared.
Json normal(std::string_view member, const Json& value) {
    return value.is_string() && takes_a_name_for_a_list(member) ? Json(JsonArray{value}) : value;
}

void compare(const std::string& path, const Json& before, const Json& after, std::vector<Difference>& found) {
    if (before == after) {
        return;
    }
    if (!before.is_object() || !after.is_object()) {
        found.push_back({path, before, after});
        return;
    }
    const auto inner = [&](std::string_view name) { return (path.empty() ? "" : path + ".") + std::string(name); };
    for (const auto& entry : before.get_object()) {
        if (const Json* now = after.get_object().if_contains(entry.key())) {
            compare(inner(entry.key()), normal(entry.key(), entry.value()), normal(entry.key(), *now), found);
        } else {
            found.push_back({inner(entry.key()), entry.value(), nullptr, false, true});
        }
    }
    for (const auto& entry : after.get_object()) {
        if (!before.get_object().contains(entry.key())) {
            found.push_back({inner(entry.key()), nullptr, entry.value(), true, false});
        }
    }
}

std::string shown(const Json& value) {
    std::string text = value.is_string() ? std::string(value.get_string()) : to_text(value);
    if (text.size() > value_bytes_max) {
        std::size_t end = value_bytes_max;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
            --end;  // not within a character
        }
        text = text.substr(0, end) + "...";
    }
    return text;
}

}  // namespace

std::vector<Difference> differences(const Json& before, const Json& after) {
    std::vector<Difference> found;
    compare("", before, after, found);
    return found;
}

std::string sentence(const Difference& difference) {
    if (difference.added || difference.removed) {
        const Json& value = difference.added ? difference.after : difference.before;
        const std::string what = difference.added ? " is new" : " is gone";
        return difference.path + what + (value.is_object() ? "" : ": " + shown(value));
    }
    return difference.path + ": " + shown(difference.before) + " -> " + shown(difference.after);
}

}  // namespace kontor::core::dag
