#include "tasks/warehouse/server_error.hpp"

#include <algorithm>
#include <array>

namespace kontor::tasks::warehouse {
namespace {

using sdk::FailureClass;

struct Rule {
    std::string_view prefix;
    FailureClass kind;
};
// The first prefix that fits decides; what fits none is taken for a passing trouble of the server.
constexpr std::array rules{
    Rule{"08", FailureClass::Transient},     // connection lost or refused
    Rule{"0A", FailureClass::Config},        // the server cannot do what the query asks
    Rule{"21", FailureClass::Data},          // a subquery gave several rows
    Rule{"22", FailureClass::Data},          // a value that does not convert, a division by zero
    Rule{"25", FailureClass::Config},        // the query writes; extraction is read-only
    Rule{"28", FailureClass::Config},        // wrong user or password
    Rule{"3D", FailureClass::Config},        // no such database
    Rule{"3F", FailureClass::Config},        // no such schema
    Rule{"40", FailureClass::Transient},     // serialization failure, deadlock
    Rule{"42", FailureClass::Config},        // syntax, unknown table or column, no privilege
    Rule{"53", FailureClass::Transient},     // too many connections, out of memory, disk full over there
    Rule{"54", FailureClass::Config},        // a query beyond the server's limits
    Rule{"55", FailureClass::Transient},     // an object is in use
    Rule{"57", FailureClass::Transient},     // shutting down, starting up, cancelled by its operator
    Rule{"P0", FailureClass::Data},          // a function of the warehouse raised it
};

bool is_code_character(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

// Where "XXXXX: " begins, or npos.
std::size_t find_code(std::string_view text) {
    for (std::size_t at = 0; at + 6 < text.size(); ++at) {
        const bool starts_word = at == 0 || text[at - 1] == ' ';
        const bool is_code = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                                         text.begin() + static_cast<std::ptrdiff_t>(at) + 5, is_code_character);
        const bool has_digit = std::any_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                                           text.begin() + static_cast<std::ptrdiff_t>(at) + 5,
                                           [](char c) { return c >= '0' && c <= '9'; });
        // Severities such as "FATAL" are five capitals too, but hold no digit.
        if (starts_word && is_code && has_digit && text[at + 5] == ':' && text[at + 6] == ' ') {
            return at;
        }
    }
    return std::string_view::npos;
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

FailureClass failure_class_of(std::string_view sqlstate) {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) {
        return sqlstate.starts_with(rule.prefix);
    });
    return found == rules.end() ? FailureClass::Transient : found->kind;
}

std::string sqlstate_within(std::string_view connection_error) {
    const std::size_t at = find_code(connection_error);
    return at == std::string_view::npos ? std::string() : std::string(connection_error.substr(at, 5));
}

std::string sentence_within(std::string_view connection_error) {
    const std::size_t code = find_code(connection_error);
    std::string_view rest = code == std::string_view::npos ? connection_error : connection_error.substr(code + 7);
    rest = rest.substr(0, rest.find('\n'));
    return std::string(rest);
}

std::size_t byte_of_character(std::string_view text, int position) {
    int seen = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!continues_character(text[at]) && ++seen == position) {
            return at;
        }
    }
    return text.size();
}

std::string place_of(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t newline = before.rfind('\n');
    const std::string_view within = newline == std::string_view::npos ? before : before.substr(newline + 1);
    const auto column = 1 + std::count_if(within.begin(), within.end(), [](char c) { return !continues_character(c); });
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace kontor::tasks::warehouse
