// Takes secrets out of what tasks and the daemon say, by their value: a password in a log line is a
// password lost. Why by value: a task may print a connection string, a header or a library's
// message in any form that it likes. Thread: any, it never changes. Owner: the executor, and the
// daemon's log.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::exec {

// A shorter text would be found in ordinary words; such a secret protects nothing anyhow.
inline constexpr std::size_t secret_bytes_min = 6;
// This much of a secret's beginning at the end of a line is taken out although the rest is not
// there.
inline constexpr std::size_t fragment_bytes_min = 3;
// So long a line may be a piece of a longer one: one byte of a secret at its end is enough.
inline constexpr std::size_t piece_bytes_min = 4096;
// The rest of a secret is expected within so many lines: those of another stream may come between.
inline constexpr int lines_between_max = 8;

// Whether 44 characters of base64 are a key that the daemon holds.
using IsKey = std::function<bool(std::string_view)>;

class Redaction {
  public:
    // A secret that a line's end has cut, as far as it has come.
    struct Begun {
        std::size_t pattern = 0;
        std::size_t bytes = 0;
        int lines_left = 0;
    };

    Redaction() : Redaction(std::vector<std::string>{}) {}
    // Each is looked for as it stands, line by line, as JSON writes it, and in base64 (RFC 4648,
    // both alphabets, wherever it lies in what was encoded). Those of fewer than secret_bytes_min
    // bytes are left out. Besides: everything that looks like a token of Kontor's, as the daemon
    // knows only the hashes of those that it made; and the keys that `is_key` knows, which are
    // asked for so that no copy of them lies here.
    explicit Redaction(const std::vector<std::string>& secrets, IsKey is_key = {});

    // The text with "[secret]" in each one's place.
    std::string operator()(std::string_view text) const;
    // The same for a text that is one of several, in their order: also what may be the beginning of
    // a secret at its end, and what goes on with one that `begun` remembers of the texts before. A
    // line's end within a secret counts as nothing.
    std::string next(std::string_view text, std::vector<Begun>& begun) const;

  private:
    enum class Unknown { None, Hexadecimal, Base64 };
    struct Pattern {
        std::string text;
        std::size_t more =
            0;  // so many bytes follow that are not known, only of what kind they are
        Unknown kind = Unknown::None;
        std::size_t open = 0;  // of its beginning: says nothing

        std::size_t size() const { return text.size() + more; }
        bool fits(std::size_t at, char c) const;
        bool breaks(std::size_t at) const {
            return at < text.size() && (text[at] == '\n' || text[at] == '\r');
        }
        std::size_t fitting(std::size_t at, std::string_view with) const;
    };
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    void add(std::string text);
    void find_whole(std::string_view text, std::vector<Range>& found) const;
    void find_keys(std::string_view text, std::vector<Range>& found) const;
    void find_begun(std::string_view text, std::vector<Begun>& begun, std::vector<Range>& found)
        const;
    void find_beginning(std::string_view text, std::vector<Begun>& begun, std::vector<Range>& found)
        const;
    static std::string masked(std::string_view text, std::vector<Range> found);

    std::vector<Pattern> patterns_;
    IsKey is_key_;
};

}  // namespace kontor::exec
