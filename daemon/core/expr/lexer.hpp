// Cuts an expression's text into tokens. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace kontor::core::expr {

enum class TokenKind { End, Name, Integer, Double, Text, Symbol };

struct Token {
    TokenKind kind = TokenKind::End;
    std::size_t offset = 0;
    std::string_view written;     // the piece of the source
    std::string text;             // Name, Symbol: as written. Text: unescaped.
    std::uint64_t integer = 0;    // magnitude; the sign is an operator
    double number = 0;
};

// An Error{Invalid} whose details[0].pointer is `offset`.
Error fault_at(std::size_t offset, std::string message);

// Ensures: the last token is End. Errors: Invalid with the offset of the first character that fits nothing.
Result<std::vector<Token>> tokenize(std::string_view text);

// In a text that holds ${{ }}: the offset just behind the }} that closes the expression beginning at `at`; npos when there is
// none. Braces of map literals and quotes are looked through.
std::size_t closing_of(std::string_view text, std::size_t at);

}  // namespace kontor::core::expr
