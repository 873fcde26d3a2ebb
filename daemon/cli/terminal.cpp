#include "cli/terminal.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace kontor::cli {
namespace {

struct Character {
    std::uint32_t point = 0;
    std::size_t bytes = 1;
};

// The character at `at`; a byte that begins none counts as a replacement character of one byte.
Character character_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> std::uint32_t {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const std::uint32_t lead = byte(0);
    const std::size_t length = lead < 0x80U   ? 1
                               : lead < 0xC2U ? 0
                               : lead < 0xE0U ? 2
                               : lead < 0xF0U ? 3
                               : lead < 0xF5U ? 4
                                              : 0;
    if (length <= 1) {
        return {length == 1 ? lead : 0xFFFDU, 1};
    }
    std::uint32_t point = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return {0xFFFDU, 1};
        }
        point = (point << 6U) | (byte(i) & 0x3FU);
    }
    return {point, length};
}

bool in_ranges(std::uint32_t point, const auto& ranges) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
        return point >= range.first && point <= range.second;
    });
}

using Range = std::pair<std::uint32_t, std::uint32_t>;

// Unicode Standard Annex 11, the blocks that are wide throughout.
constexpr std::array<Range, 12> wide{
    {{0x1100, 0x115F},
     {0x2E80, 0x303E},
     {0x3041, 0x33FF},
     {0x3400, 0x4DBF},
     {0x4E00, 0x9FFF},
     {0xA000, 0xA4CF},
     {0xAC00, 0xD7A3},
     {0xF900, 0xFAFF},
     {0xFE30, 0xFE6F},
     {0xFF00, 0xFF60},
     {0x1F300, 0x1FAFF},
     {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 9> combining{
    {{0x0300, 0x036F},
     {0x0483, 0x0489},
     {0x0591, 0x05BD},
     {0x064B, 0x065F},
     {0x1AB0, 0x1AFF},
     {0x1DC0, 0x1DFF},
     {0x200B, 0x200F},
     {0x20D0, 0x20FF},
     {0xFE00, 0xFE0F}}};

std::size_t width_of(std::uint32_t point) {
    return in_ranges(point, combining) ? 0 : in_ranges(point, wide) ? 2 : 1;
}

}  // namespace

Terminal find_terminal() {
    Terminal terminal;
    terminal.is_tty = ::isatty(STDOUT_FILENO) == 1;
    const char* no_colour = std::getenv("NO_COLOR");
    const char* kind = std::getenv("TERM");
    const bool dumb = kind != nullptr && std::string_view(kind) == "dumb";
    terminal.is_tty = terminal.is_tty && !dumb;
    terminal.colour = terminal.is_tty && (no_colour == nullptr || *no_colour == '\0');
    winsize size{};
    if (terminal.is_tty && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        terminal.width = size.ws_col;
        terminal.height = size.ws_row > 0 ? size.ws_row : terminal.height;
    }
    return terminal;
}

std::string styled(const Terminal& terminal, Style style, std::string_view text) {
    if (!terminal.colour || style == Style::Plain) {
        return std::string(text);
    }
    const char* code = "";
    switch (style) {
        case Style::Plain:
            break;
        case Style::Strong:
            code = "1";
            break;
        case Style::Good:
            code = "32";
            break;
        case Style::Bad:
            code = "31";
            break;
        case Style::Busy:
            code = "33";
            break;
        case Style::Faint:
            code = "2";
            break;
    }
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

Style state_style(std::string_view state) {
    static constexpr std::array<std::pair<std::string_view, Style>, 14> styles{{
        {"succeeded", Style::Good},
        {"failed", Style::Bad},
        {"dead", Style::Bad},
        {"cancelled", Style::Faint},
        {"skipped", Style::Faint},
        {"running", Style::Busy},
        {"retrying", Style::Busy},
        {"awaiting", Style::Busy},
        {"ready", Style::Plain},
        {"waiting", Style::Plain},
        {"open", Style::Bad},
        {"redriven", Style::Good},
        {"discarded", Style::Faint},
        {"paused", Style::Busy},
    }};
    for (const auto& [name, style] : styles) {
        if (name == state) {
            return style;
        }
    }
    return Style::Plain;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = character_at(text, at);
        width += width_of(character.point);
        at += character.bytes;
    }
    return width;
}

std::string fitted(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) {
        return std::string(text);
    }
    if (width == 0) {
        return {};
    }
    std::size_t used = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const Character character = character_at(text, at);
        if (used + width_of(character.point) > width - 1) {
            break;
        }
        used += width_of(character.point);
        at += character.bytes;
    }
    return std::string(text.substr(0, at)) + "…";
}

std::string printable(std::string_view text) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Character character = character_at(text, at);
        const bool control =
            character.point < 0x20U || (character.point >= 0x7FU && character.point < 0xA0U);
        if (text[at] == '\n') {
            shown += "\\n";
        } else if (text[at] == '\t') {
            shown += ' ';
        } else if (control) {
            shown += "\\x";
            shown += digits[(character.point >> 4U) & 0xFU];
            shown += digits[character.point & 0xFU];
        } else if (character.point == 0xFFFDU && character.bytes == 1) {
            shown += "\xEF\xBF\xBD";
        } else {
            shown += text.substr(at, character.bytes);
        }
        at += character.bytes;
    }
    return shown;
}

}  // namespace kontor::cli
