// Is a text valid UTF-8? Rows are refused on it before anything else looks at them.
// Thread: pure.
#pragma once

#include <string>
#include <string_view>

namespace kontor::csv {

// False for overlong forms, surrogates, code points beyond U+10FFFF and cut sequences.
bool is_valid_utf8(std::string_view text);

// The longest prefix of at most `bytes_max` bytes that does not cut a code point.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max);

// The text with a mark (U+FFFD) in place of each broken byte and each U+0000, for a person to read.
std::string readable(std::string_view text);

}  // namespace kontor::csv
