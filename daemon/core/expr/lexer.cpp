#include "core/expr/lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/json.hpp"

namespace kontor::core::expr {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return starts_name(c) || is_digit(c); }

void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3FU));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

class Lexer {
 public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> run() {
        std::vector<Token> tokens;
        while (true) {
            skip_blanks();
            auto token = next();
            if (!token) {
                return token.error();
            }
            token->written = text_.substr(token->offset, at_ - token->offset);
            tokens.push_back(std::move(*token));
            if (tokens.back().kind == TokenKind::End) {
                return tokens;
            }
        }
    }

 private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    // Blanks, and comments up to the end of their line.
    void skip_blanks() {
        while (at_ < text_.size()) {
            if (std::string_view(" \t\r\n\f").find(text_[at_]) != std::string_view::npos) {
                ++at_;
            } else if (peek() == '/' && peek(1) == '/') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else {
                return;
            }
        }
    }

    Result<Token> next() {
        Token token;
        token.offset = at_;
        if (at_ >= text_.size()) {
            return token;
        }
        const char c = peek();
        const bool raw = (c == 'r' || c == 'R') && (peek(1) == '\'' || peek(1) == '"');
        if (c == '\'' || c == '"' || raw) {
            at_ += raw ? 1 : 0;
            return quoted(std::move(token), raw);
        }
        if (starts_name(c)) {
            while (is_name(peek())) {
                token.text.push_back(text_[at_++]);
            }
            token.kind = TokenKind::Name;
            return token;
        }
        if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
            return number(std::move(token));
        }
        return symbol(std::move(token));
    }

    Result<Token> symbol(Token token) {
        static constexpr std::array<std::string_view, 23> symbols{
            "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "?", ":", "+", "-", "*", "/", "%", "(", ")", "[", "]",
            "{", "}", ",",
        };
        token.kind = TokenKind::Symbol;
        for (const std::string_view symbol : symbols) {
            if (text_.substr(at_, symbol.size()) == symbol) {
                token.text = symbol;
                at_ += symbol.size();
                return token;
            }
        }
        const char c = peek();
        if (c == '.') {
            token.text = ".";
            ++at_;
            return token;
        }
        if (c == '=') {
            return fault_at(at_, "a single '=' compares nothing: write '=='");
        }
        if (c == '&' || c == '|') {
            return fault_at(at_, std::string("write '") + c + c + "'");
        }
        const bool printable = c >= ' ' && c <= '~';
        return fault_at(
            at_, printable ? std::string("'") + c + "' has no meaning in an expression"
                           : "this character has no meaning in an expression"
        );
    }

    Result<Token> number(Token token) {
        const std::size_t start = at_;
        if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
            return integer(std::move(token), start + 2, 16);
        }
        bool fraction = false;
        while (is_digit(peek())) {
            ++at_;
        }
        if (peek() == '.' && is_digit(peek(1))) {
            fraction = true;
            ++at_;
            while (is_digit(peek())) {
                ++at_;
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
            if (!is_digit(peek(sign))) {
                return fault_at(at_, "an exponent needs digits");
            }
            fraction = true;
            at_ += sign;
            while (is_digit(peek())) {
                ++at_;
            }
        }
        if (!fraction) {
            at_ = start;
            return integer(std::move(token), start, 10);
        }
        const auto [end, error] = std::from_chars(text_.data() + start, text_.data() + at_, token.number);
        if (error != std::errc() || end != text_.data() + at_ || !std::isfinite(token.number)) {
            return fault_at(start, "the number is out of range");
        }
        token.kind = TokenKind::Double;
        return ends_cleanly(std::move(token));
    }

    Result<Token> integer(Token token, std::size_t digits, int base) {
        const char* first = text_.data() + digits;
        const auto [end, error] = std::from_chars(first, text_.data() + text_.size(), token.integer, base);
        if (error == std::errc::result_out_of_range) {
            return fault_at(token.offset, "the number is out of range");
        }
        if (error != std::errc()) {
            return fault_at(token.offset, "a number needs digits");
        }
        at_ = static_cast<std::size_t>(end - text_.data());
        token.kind = TokenKind::Integer;
        return ends_cleanly(std::move(token));
    }

    Result<Token> ends_cleanly(Token token) {
        if (is_name(peek())) {
            return fault_at(at_, std::string("'") + peek() + "' may not follow a number");
        }
        return token;
    }

    Result<Token> quoted(Token token, bool raw) {
        const std::string single(1, text_[at_]);
        const std::string triple(3, text_[at_]);
        const bool lines = text_.substr(at_).starts_with(triple);  // the kind that may go over several lines
        const std::string& quote = lines ? triple : single;
        at_ += quote.size();
        token.kind = TokenKind::Text;
        while (at_ < text_.size() && !text_.substr(at_).starts_with(quote) && (lines || text_[at_] != '\n')) {
            if (text_[at_] == '\\' && !raw) {
                if (auto escaped = escape(token.text); !escaped) {
                    return escaped.error();
                }
            } else {
                token.text.push_back(text_[at_++]);
            }
        }
        if (!text_.substr(at_).starts_with(quote)) {
            return fault_at(token.offset, "the text has no closing " + quote);
        }
        at_ += quote.size();
        if (!is_valid_utf8(token.text) || token.text.find('\0') != std::string::npos) {
            return fault_at(token.offset, "the text must be UTF-8 without NUL");
        }
        return token;
    }

    Result<void> escape(std::string& out) {
        static constexpr std::string_view letters = "abfnrtv\\'\"`?";
        static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"`?";
        const std::size_t start = at_++;
        const char c = peek();
        if (const std::size_t found = letters.find(c); c != '\0' && found != std::string_view::npos) {
            out.push_back(meanings[found]);
            ++at_;
            return {};
        }
        std::size_t digits = 0;
        int base = 16;
        switch (c) {
            case 'x': case 'X': digits = 2; break;
            case 'u': digits = 4; break;
            case 'U': digits = 8; break;
            case '0': case '1': case '2': case '3': digits = 3; base = 8; break;
            default: return fault_at(start, "unknown escape; known are \\n \\t \\\\ \\' \\\" \\xHH \\uHHHH and the like");
        }
        at_ += base == 16 ? 1 : 0;
        std::uint32_t code = 0;
        const char* first = text_.data() + at_;
        const char* last = first + std::min(digits, text_.size() - at_);
        const auto [end, error] = std::from_chars(first, last, code, base);
        const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (error != std::errc() || end != first + digits || code > 0x10FFFF || surrogate) {
            return fault_at(start, "the escape is not a character");
        }
        at_ += digits;
        append_utf8(out, code);
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

Error fault_at(std::size_t offset, std::string message) {
    Error error = invalid("expression", std::move(message));
    error.details.push_back({std::to_string(offset), error.message});
    return error;
}

Result<std::vector<Token>> tokenize(std::string_view text) { return Lexer(text).run(); }

std::size_t closing_of(std::string_view text, std::size_t at) {
    int braces = 0;
    char quote = '\0';
    bool raw = false;
    for (std::size_t i = at; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != '\0') {
            i += c == '\\' && !raw ? 1 : 0;
            quote = c == quote ? '\0' : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
            raw = i > at && (text[i - 1] == 'r' || text[i - 1] == 'R');
        } else if (c == '{') {
            ++braces;
        } else if (c == '}' && braces > 0) {
            --braces;
        } else if (c == '}' && i + 1 < text.size() && text[i + 1] == '}') {
            return i + 2;
        }
    }
    return std::string_view::npos;
}

}  // namespace kontor::core::expr
