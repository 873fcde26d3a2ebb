#include "tasks/warehouse/placeholders.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <optional>
#include <set>

#include "tasks/warehouse/server_error.hpp"

namespace kontor::tasks::warehouse {
namespace {

using sdk::FailureClass;
using sdk::Json;
using sdk::TaskFailure;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return begins_name(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80U; }

std::string scalar_literal(const Json& value, const Quote& quote, std::string_view name) {
    if (value.is_null()) {
        return "NULL";
    }
    if (value.is_bool()) {
        return value.get_bool() ? "TRUE" : "FALSE";
    }
    if (value.is_number()) {
        const std::string number = boost::json::serialize(value);
        // `a -:n` with a negative number would otherwise read as the start of a comment.
        return number.starts_with('-') ? "(" + number + ")" : number;
    }
    if (value.is_string()) {
        return quote(std::string_view(value.get_string().data(), value.get_string().size()));
    }
    throw TaskFailure(FailureClass::Config, "with.params." + std::string(name) +
                                                " must be a text, a number, true or false, null, or a list of texts or numbers");
}

std::string literal(const Json& value, const Quote& quote, std::string_view name) {
    const auto* list = value.if_array();
    if (list == nullptr) {
        return scalar_literal(value, quote, name);
    }
    const bool numbers = !list->empty() && std::all_of(list->begin(), list->end(), [](const Json& v) { return v.is_number(); });
    const bool texts = std::all_of(list->begin(), list->end(), [](const Json& v) { return v.is_string(); });
    if (!numbers && !texts) {
        throw TaskFailure(FailureClass::Config,
                          "with.params." + std::string(name) + " must hold texts only or numbers only, as every list does");
    }
    std::string out = "ARRAY[";
    for (const Json& item : *list) {
        out += out.back() == '[' ? "" : ",";
        out += scalar_literal(item, quote, name);
    }
    return out + (numbers ? "]::numeric[]" : "]::text[]");
}

// Walks the SQL once and copies it, replacing as it goes.
class Binder {
 public:
    Binder(std::string_view source, const sdk::JsonObject& values, const Quote& quote)
        : source_(source), values_(values), quote_(quote) {}

    BoundQuery bind() {
        while (at_ < source_.size()) {
            step();
        }
        if (!has_statement_) {
            throw TaskFailure(FailureClass::Config, "the query is empty: write a SELECT");
        }
        if (end_) {
            bound_.sql.resize(*end_);
        }
        for (const auto& entry : values_) {
            if (!used_.contains(std::string(entry.key()))) {
                bound_.unused.emplace_back(entry.key());
            }
        }
        return std::move(bound_);
    }

 private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
    char previous() const { return at_ == 0 ? ' ' : source_[at_ - 1]; }

    void copy(std::size_t count) {
        count = std::min(count, source_.size() - at_);
        bound_.sql += source_.substr(at_, count);
        at_ += count;
    }

    [[noreturn]] void refuse(std::size_t at, const std::string& what) const {
        throw TaskFailure(FailureClass::Config, "the query cannot be read at " + place_of(source_, at) + ": " + what);
    }

    void step() {
        const char c = peek();
        if (c == '-' && peek(1) == '-') {
            copy(std::min(source_.find('\n', at_), source_.size()) - at_);
        } else if (c == '/' && peek(1) == '*') {
            block_comment();
        } else if (is_space(c)) {
            copy(1);
        } else if (c == ';') {
            if (!end_ && has_statement_) {
                end_ = bound_.sql.size();
            }
            copy(1);
        } else {
            if (end_) {
                refuse(at_, "a second statement begins here; a query is one statement");
            }
            has_statement_ = true;
            part_of_statement(c);
        }
    }

    void part_of_statement(char c) {
        if (c == '\'') {
            const char before = previous();
            const bool escapes = (before == 'e' || before == 'E') && (at_ < 2 || !is_name_part(source_[at_ - 2]));
            quoted('\'', escapes);
        } else if (c == '"') {
            quoted('"', false);
        } else if (c == '$' && !is_name_part(previous())) {
            dollar_quoted();
        } else if (c == ':' && (peek(1) == ':' || peek(1) == '=')) {
            copy(2);
        } else if (c == ':' && begins_name(peek(1)) && !is_name_part(previous()) && previous() != ']' && previous() != ')') {
            placeholder();
        } else {
            copy(1);
        }
    }

    void quoted(char quote, bool escapes) {
        const std::size_t start = at_;
        copy(1);
        while (at_ < source_.size()) {
            if (escapes && peek() == '\\') {
                copy(2);
            } else if (peek() == quote && peek(1) == quote) {
                copy(2);
            } else if (peek() == quote) {
                copy(1);
                return;
            } else {
                copy(1);
            }
        }
        refuse(start, "the quote that opens here is never closed");
    }

    void dollar_quoted() {
        std::size_t length = 1;
        while (is_name_part(peek(length))) {
            ++length;
        }
        if (peek(length) != '$' || is_digit(peek(1))) {
            copy(1);  // $1 and the like: the server says what it thinks of it
            return;
        }
        const std::string_view tag = source_.substr(at_, length + 1);
        const std::size_t close = source_.find(tag, at_ + tag.size());
        if (close == std::string_view::npos) {
            refuse(at_, "the quote " + std::string(tag) + " that opens here is never closed");
        }
        copy(close + tag.size() - at_);
    }

    void block_comment() {
        const std::size_t start = at_;
        int depth = 0;
        do {
            if (at_ >= source_.size()) {
                refuse(start, "the comment that opens here is never closed");
            }
            if (peek() == '/' && peek(1) == '*') {
                ++depth;
                copy(2);
            } else if (peek() == '*' && peek(1) == '/') {
                --depth;
                copy(2);
            } else {
                copy(1);
            }
        } while (depth > 0);
    }

    void placeholder() {
        std::size_t length = 1;
        while (is_name_part(peek(length))) {
            ++length;
        }
        const std::string_view name = source_.substr(at_ + 1, length - 1);
        const Json* value = values_.if_contains(name);
        if (value == nullptr) {
            std::string given;
            for (const auto& entry : values_) {
                given += (given.empty() ? "" : ", ") + std::string(entry.key());
            }
            refuse(at_, ":" + std::string(name) + " has no value; with.params gives " + (given.empty() ? "none" : given));
        }
        used_.insert(std::string(name));
        bound_.origins.emplace_back(bound_.sql.size(), at_);
        bound_.sql += literal(*value, quote_, name);
        at_ += length;
        bound_.origins.emplace_back(bound_.sql.size(), at_);
    }

    std::string_view source_;
    const sdk::JsonObject& values_;
    const Quote& quote_;
    std::size_t at_ = 0;
    BoundQuery bound_;
    std::set<std::string> used_;
    bool has_statement_ = false;
    std::optional<std::size_t> end_;
};

}  // namespace

BoundQuery bind_placeholders(std::string_view source, const sdk::JsonObject& values, const Quote& quote) {
    return Binder(source, values, quote).bind();
}

std::size_t source_byte(const BoundQuery& bound, std::size_t byte) {
    std::size_t from_sql = 0;
    std::size_t from_source = 0;
    // Origins come in pairs, start and end of one literal; a byte within a literal belongs to its start.
    for (std::size_t at = 0; at < bound.origins.size(); ++at) {
        const auto& [in_sql, in_source] = bound.origins[at];
        if (in_sql > byte) {
            return at % 2 == 1 ? from_source : from_source + (byte - from_sql);
        }
        from_sql = in_sql;
        from_source = in_source;
    }
    return from_source + (byte - from_sql);
}

}  // namespace kontor::tasks::warehouse
