// JSON values as text. Boost.JSON's own serialiser writes 0.2 as 2E-1 and 1.0 as 1E0: hard on readers, and jsonb, which
// keeps no exponents, gives 1E0 back as a whole number.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/check.hpp"
#include "base/json.hpp"

namespace kontor {
namespace {

enum class KeyOrder { AsTheyStand, Sorted };

// Whole decimal numbers up to here are written out: beyond it no integer type holds them, so none is mistaken for one.
constexpr double whole_max = 18446744073709551616.0;
// Below it zeros before the first digit tell less than an exponent.
constexpr double fixed_min = 1e-6;

void write_double(double value, std::string& out) {
    if (!std::isfinite(value)) {
        out += "null";  // JSON has no word for it
        return;
    }
    std::array<char, 40> digits{};
    const double size = std::abs(value);
    const bool fixed = size <= whole_max && (size >= fixed_min || size == 0);
    const auto written = fixed ? std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed)
                               : std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::scientific);
    KONTOR_CHECK(written.ec == std::errc());
    out.append(digits.data(), written.ptr);
    if (fixed && std::trunc(value) == value) {
        out += ".0";
    }
}

template <class Integer>
void write_integer(Integer value, std::string& out) {
    std::array<char, 24> digits{};
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

void write_escaped(unsigned char c, std::string& out) {
    static constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: out += {'\\', 'u', '0', '0', hex[c >> 4U], hex[c & 0xFU]}; return;
    }
}

void write_string(std::string_view text, std::string& out) {
    out.push_back('"');
    std::size_t plain = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (c < 0x20 || c == '"' || c == '\\') {
            out += text.substr(plain, at - plain);
            write_escaped(c, out);
            plain = at + 1;
        }
    }
    out += text.substr(plain);
    out.push_back('"');
}

void write(const Json& value, KeyOrder order, std::string& out);

void write_object(const JsonObject& object, KeyOrder order, std::string& out) {
    std::vector<const boost::json::key_value_pair*> members;
    members.reserve(object.size());
    for (const auto& entry : object) {
        members.push_back(&entry);
    }
    if (order == KeyOrder::Sorted) {
        std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
    }
    char before = '{';
    for (const auto* entry : members) {
        out.push_back(before);
        before = ',';
        write_string(entry->key(), out);
        out.push_back(':');
        write(entry->value(), order, out);
    }
    out += members.empty() ? "{}" : "}";
}

void write_array(const JsonArray& array, KeyOrder order, std::string& out) {
    char before = '[';
    for (const Json& item : array) {
        out.push_back(before);
        before = ',';
        write(item, order, out);
    }
    out += array.empty() ? "[]" : "]";
}

void write(const Json& value, KeyOrder order, std::string& out) {
    switch (value.kind()) {
        case boost::json::kind::null: out += "null"; return;
        case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
        case boost::json::kind::int64: write_integer(value.get_int64(), out); return;
        case boost::json::kind::uint64: write_integer(value.get_uint64(), out); return;
        case boost::json::kind::double_: write_double(value.get_double(), out); return;
        case boost::json::kind::string: write_string(value.get_string(), out); return;
        case boost::json::kind::array: write_array(value.get_array(), order, out); return;
        case boost::json::kind::object: write_object(value.get_object(), order, out); return;
    }
    KONTOR_UNREACHABLE();
}

}  // namespace

std::string to_text(const Json& value) {
    std::string out;
    write(value, KeyOrder::AsTheyStand, out);
    return out;
}

std::string to_canonical_text(const Json& value) {
    std::string out;
    write(value, KeyOrder::Sorted, out);
    return out;
}

}  // namespace kontor
