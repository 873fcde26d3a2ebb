// A source as lines, and as lines without comments and texts, so that a rule about code does not
// trip over a sentence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontor::meta {

struct Line {
    int number = 0;  // 1-based
    std::string_view text;
};

// The views point into `source`.
std::vector<Line> lines_of(std::string_view source);

// The same text with comments, and the insides of string and character literals (raw ones too),
// turned into spaces; line breaks stay.
std::string code_only(std::string_view source);

// "path:line", as compilers write it.
std::string place(std::string_view path, int line);

}  // namespace kontor::meta
