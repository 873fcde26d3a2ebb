#include "core/expr/value.hpp"

#include <cmath>
#include <utility>

namespace kontor::core::expr {
namespace {

template <class Integer>
std::partial_ordering compare_to_double(Integer a, double b) {
    // 2^63 or 2^64, exact as a double: beyond it a cast would be undefined.
    constexpr double above = sizeof(Integer) == 8 && std::is_signed_v<Integer> ? 0x1p63 : 0x1p64;
    constexpr double below = std::is_signed_v<Integer> ? -0x1p63 : 0.0;
    if (std::isnan(b)) {
        return std::partial_ordering::unordered;
    }
    if (b >= above) {
        return std::partial_ordering::less;
    }
    if (b < below) {
        return std::partial_ordering::greater;
    }
    const auto whole = static_cast<Integer>(b);
    if (a != whole) {
        return a < whole ? std::partial_ordering::less : std::partial_ordering::greater;
    }
    return 0.0 <=> (b - std::trunc(b));
}

std::partial_ordering compare_integer(const Json& a, const Json& b) {
    if (a.is_uint64() && b.is_uint64()) {
        return a.get_uint64() <=> b.get_uint64();
    }
    if (a.is_int64() && b.is_int64()) {
        return a.get_int64() <=> b.get_int64();
    }
    if (a.is_int64()) {
        return std::cmp_less(a.get_int64(), b.get_uint64())      ? std::partial_ordering::less
               : std::cmp_equal(a.get_int64(), b.get_uint64()) ? std::partial_ordering::equivalent
                                                               : std::partial_ordering::greater;
    }
    return 0 <=> compare_integer(b, a);
}

}  // namespace

Failure Budget::exhausted() {
    return {"the expression builds more than " + std::to_string(built_bytes_max / 1024 / 1024) + " MiB"};
}

std::size_t size_of(const Json& json) {
    std::size_t size = sizeof(Json);
    if (json.is_string()) {
        size += json.get_string().size();
    } else if (const auto* list = json.if_array()) {
        for (const Json& item : *list) {
            size += size_of(item);
        }
    } else if (const auto* map = json.if_object()) {
        for (const auto& entry : *map) {
            size += entry.key().size() + sizeof(Json) + size_of(entry.value());
        }
    }
    return size;
}

std::string_view type_name(const Json& json) {
    switch (json.kind()) {
        case boost::json::kind::null: return "null";
        case boost::json::kind::bool_: return "a boolean";
        case boost::json::kind::int64: return "a whole number";
        case boost::json::kind::uint64: return "a whole number";
        case boost::json::kind::double_: return "a decimal number";
        case boost::json::kind::string: return "a text";
        case boost::json::kind::array: return "a list";
        case boost::json::kind::object: return "a map";
    }
    KONTOR_UNREACHABLE();
}

std::partial_ordering compare_numbers(const Json& a, const Json& b) {
    if (a.is_double() && b.is_double()) {
        return a.get_double() <=> b.get_double();
    }
    if (a.is_double()) {
        return 0 <=> compare_numbers(b, a);
    }
    if (!b.is_double()) {
        return compare_integer(a, b);
    }
    return a.is_int64() ? compare_to_double(a.get_int64(), b.get_double())
                        : compare_to_double(a.get_uint64(), b.get_double());
}

bool equal(const Json& a, const Json& b) {
    if (is_number(a) && is_number(b)) {
        return compare_numbers(a, b) == std::partial_ordering::equivalent;
    }
    if (a.kind() != b.kind()) {
        return false;
    }
    if (const auto* list = a.if_array()) {
        const auto& other = b.get_array();
        if (list->size() != other.size()) {
            return false;
        }
        for (std::size_t i = 0; i < list->size(); ++i) {
            if (!equal((*list)[i], other[i])) {
                return false;
            }
        }
        return true;
    }
    if (const auto* map = a.if_object()) {
        const auto& other = b.get_object();
        if (map->size() != other.size()) {
            return false;
        }
        for (const auto& entry : *map) {
            const Json* found = other.if_contains(entry.key());
            if (found == nullptr || !equal(entry.value(), *found)) {
                return false;
            }
        }
        return true;
    }
    return a == b;
}

std::string display(const Json& json) {
    return json.is_string() ? std::string(json.get_string()) : to_text(json);
}

}  // namespace kontor::core::expr
