// What stands at the other end of standard output, and text that fits it.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>

namespace kontor::cli {

enum class Style { Plain, Strong, Good, Bad, Busy, Faint };

struct Terminal {
    bool is_tty = false;  // progress may be redrawn in place
    bool colour = false;  // is_tty, and neither NO_COLOR nor TERM=dumb
    std::size_t width = 100;
    std::size_t height = 25;
};

// Asks the system about standard output and the environment.
Terminal find_terminal();

// `text` in its style when the terminal shows colour, else as it is.
std::string styled(const Terminal& terminal, Style style, std::string_view text);
// How a state looks: succeeded, failed, running, ...
Style state_style(std::string_view state);

// Columns that a terminal gives to `text`: 2 for wide East Asian characters and emoji, 0 for
// combining marks, 1 for the rest and for each byte that is no valid UTF-8.
std::size_t display_width(std::string_view text);
// The longest start of `text` that fits, with an ellipsis when something is cut; never cuts inside
// a character.
std::string fitted(std::string_view text, std::size_t width);
// Control characters as visible escapes: text from outside must not steer the terminal.
std::string printable(std::string_view text);

}  // namespace kontor::cli
