// Lower case, word characters and white space as Python's `str` and `re` see them, on UTF-8.
// ICU knows the characters; tables made from it at first use answer for the Basic Multilingual Plane.
// Thread: pure (the tables are made once).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::ml {

namespace char_class {
inline constexpr std::uint8_t word = 1;   // \w: letters, numbers of any kind, underscore; no combining marks
inline constexpr std::uint8_t space = 2;  // \s
}  // namespace char_class

struct CharTables {
    std::array<std::uint16_t, 0x10000> lower;
    std::array<std::uint8_t, 0x10000> classes;
    static const CharTables& get();
};

// `str.lower()`: the final sigma and the dotted capital I included.
// Requires: valid UTF-8 (a broken sequence becomes U+FFFD). True when all of `text` is ASCII.
bool to_lower(std::string_view text, std::string& out);

struct CodePoint {
    char32_t value = 0;
    std::size_t length = 1;
};
CodePoint decode_long(std::string_view text, std::size_t at);
std::uint8_t classes_beyond_ascii(char32_t c);

// Requires: at < text.size().
inline CodePoint decode(std::string_view text, std::size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    return byte < 0x80 ? CodePoint{byte, 1} : decode_long(text, at);
}
constexpr std::uint8_t classes_of_ascii(char32_t c) {
    const bool word = (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || c == U'_';
    const bool space = c == U' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F);
    return word ? char_class::word : space ? char_class::space : std::uint8_t{0};
}
inline std::uint8_t classes_of(char32_t c) { return c < 0x80 ? classes_of_ascii(c) : classes_beyond_ascii(c); }

}  // namespace kontor::ml
