#include "exec/redaction.hpp"

#include "base/json.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace kontor::exec {
namespace {

constexpr std::string_view mask = "[secret]";
// Tokens are this and 64 hexadecimal digits.
constexpr std::string_view token_prefix = "kontor_";
constexpr std::size_t token_digits = 64;
// Fewer digits behind the prefix may be a word, or the name of a metric.
constexpr std::size_t token_digits_shown = 5;
// A key is 32 bytes; so long is its base64 without the "=".
constexpr std::size_t key_characters = 43;
constexpr std::size_t begun_max = 64;
constexpr std::string_view standard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view for_urls =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// The characters that the secret alone decides when `before` bytes (0 to 2) of something else stand
// in front of it.
std::string base64_core(std::string_view secret, std::size_t before, std::string_view alphabet) {
    const std::size_t first =
        (before * 8 + 5) / 6;  // the first character that holds no bit of what is in front
    const std::size_t end =
        (before + secret.size()) * 8 / 6;  // those behind hold bits of what follows
    std::string core;
    for (std::size_t at = first; at < end; ++at) {
        std::uint32_t six = 0;
        for (std::size_t bit = at * 6; bit < at * 6 + 6; ++bit) {
            const auto byte = static_cast<unsigned char>(secret[bit / 8 - before]);
            six = (six << 1U) | ((static_cast<std::uint32_t>(byte) >> (7 - bit % 8)) & 1U);
        }
        core += alphabet[six];
    }
    return core;
}

std::string as_json(const std::string& text) {
    const std::string quoted = to_text(Json(text));
    return quoted.substr(1, quoted.size() - 2);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool Redaction::Pattern::fits(std::size_t at, char c) const {
    if (at < text.size()) {
        return text[at] == c;
    }
    switch (kind) {
        case Unknown::None:
            return false;
        case Unknown::Hexadecimal:
            return is_digit(c) || (c >= 'a' && c <= 'f');
        case Unknown::Base64:
            return standard.find(c) != std::string_view::npos;
    }
    KONTOR_UNREACHABLE();
}

// How much of `with` goes on with the pattern from `at`, within a line.
std::size_t Redaction::Pattern::fitting(std::size_t at, std::string_view with) const {
    std::size_t count = 0;
    while (count < with.size() && at + count < size() && fits(at + count, with[count])) {
        ++count;
    }
    return count;
}

Redaction::Redaction(const std::vector<std::string>& secrets, IsKey is_key)
    : is_key_(std::move(is_key)) {
    for (const std::string& given : secrets) {
        // The end of a file's last line is no part of what it says.
        const std::string secret = given.substr(0, given.find_last_not_of("\r\n") + 1);
        if (secret.size() < secret_bytes_min) {
            continue;
        }
        add(secret);
        add(as_json(secret));
        for (std::size_t begin = 0; begin < secret.size();) {
            const std::size_t end = std::min(secret.find_first_of("\r\n", begin), secret.size());
            add(secret.substr(begin, end - begin));
            begin = end + 1;
        }
        for (std::size_t before = 0; before < 3; ++before) {
            add(base64_core(secret, before, standard));
            add(base64_core(secret, before, for_urls));
        }
    }
    patterns_.push_back(
        {std::string(token_prefix),
         token_digits,
         Unknown::Hexadecimal,
         token_prefix.size() + token_digits_shown}
    );
    for (std::size_t before = 0; before < 3; ++before) {
        const std::string core = base64_core(token_prefix, before, standard);
        const std::size_t whole =
            base64_core(std::string(token_prefix.size() + token_digits, ' '), before, standard)
                .size();
        patterns_.push_back(
            {core, whole - core.size(), Unknown::Base64, core.size() + token_digits_shown}
        );
    }
}

void Redaction::add(std::string text) {
    const bool known = std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
        return pattern.text == text;
    });
    if (text.size() >= secret_bytes_min && !known) {
        const std::size_t open = text.starts_with(token_prefix) ? token_prefix.size() : 0;
        patterns_.push_back({std::move(text), 0, Unknown::None, open});
    }
}

void Redaction::find_whole(std::string_view text, std::vector<Range>& found) const {
    for (const Pattern& pattern : patterns_) {
        for (std::size_t at = text.find(pattern.text); at != std::string_view::npos;
             at = text.find(pattern.text, at + 1)) {
            if (pattern.fitting(0, text.substr(at)) == pattern.size()) {
                found.push_back({at, at + pattern.size()});
            }
        }
    }
}

void Redaction::find_keys(std::string_view text, std::vector<Range>& found) const {
    if (!is_key_) {
        return;
    }
    for (std::size_t end = text.find('='); end != std::string_view::npos;
         end = text.find('=', end + 1)) {
        if (end < key_characters) {
            continue;
        }
        // A line of "=" must not ask for each of them: whoever answers locks and wipes memory for it.
        const std::string_view characters = text.substr(end - key_characters, key_characters);
        if (characters.find_first_not_of(standard) == std::string_view::npos &&
            is_key_(text.substr(end - key_characters, key_characters + 1))) {
            found.push_back({end - key_characters, end + 1});
        }
    }
}

void Redaction::find_begun(
    std::string_view text, std::vector<Begun>& begun, std::vector<Range>& found
) const {
    std::vector<Begun> left;
    for (Begun& each : begun) {
        const Pattern& pattern = patterns_[each.pattern];
        std::size_t at = each.bytes;
        while (pattern.breaks(at)) {
            ++at;
        }
        const std::size_t count = pattern.fitting(at, text);
        const bool whole = at + count == pattern.size();
        if (whole || (count == text.size() && count > 0)) {
            if (whole || at + count >= pattern.open + fragment_bytes_min) {
                found.push_back({0, count});
            }
            if (!whole) {
                left.push_back({each.pattern, at + count, lines_between_max});
            }
        } else if (--each.lines_left > 0) {
            left.push_back(each);
        }
    }
    begun = std::move(left);
}

void Redaction::find_beginning(
    std::string_view text, std::vector<Begun>& begun, std::vector<Range>& found
) const {
    const std::size_t enough = text.size() >= piece_bytes_min ? 1 : fragment_bytes_min;
    for (std::size_t which = 0; which < patterns_.size(); ++which) {
        const Pattern& pattern = patterns_[which];
        for (std::size_t bytes = std::min(pattern.size() - 1, text.size()); bytes > 0; --bytes) {
            const std::size_t at = text.size() - bytes;
            if (pattern.fitting(0, text.substr(at)) != bytes) {
                continue;
            }
            if (bytes >= pattern.open + enough) {
                found.push_back({at, text.size()});
            }
            if (begun.size() == begun_max) {
                begun.erase(begun.begin());  // the oldest is the likeliest to have been nothing
            }
            begun.push_back({which, bytes, lines_between_max});
        }
    }
}

std::string Redaction::masked(std::string_view text, std::vector<Range> found) {
    std::sort(found.begin(), found.end(), [](const Range& a, const Range& b) {
        return a.begin < b.begin;
    });
    std::string clean;
    std::size_t done = 0;
    for (std::size_t i = 0; i < found.size();) {
        Range range = found[i];
        // What overlaps is one secret to the eye.
        for (++i; i < found.size() && found[i].begin < range.end; ++i) {
            range.end = std::max(range.end, found[i].end);
        }
        clean.append(text.substr(done, range.begin - done)).append(mask);
        done = range.end;
    }
    return clean.append(text.substr(done));
}

std::string Redaction::operator()(std::string_view text) const {
    std::vector<Range> found;
    find_whole(text, found);
    find_keys(text, found);
    return masked(text, std::move(found));
}

std::string Redaction::next(std::string_view text, std::vector<Begun>& begun) const {
    std::vector<Range> found;
    find_whole(text, found);
    find_keys(text, found);
    find_begun(text, begun, found);
    find_beginning(text, begun, found);
    return masked(text, std::move(found));
}

}  // namespace kontor::exec
