// Takes secrets out of what tasks say, by their value: a password in a log line is a password lost.
// Why by value: a task may print a connection string, a header or a library's message in any form that it likes.
// Thread: any, it never changes. Owner: the executor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontor::exec {

// A shorter text would be found in ordinary words; such a secret protects nothing anyhow.
inline constexpr std::size_t secret_bytes_min = 6;

class Redaction {
 public:
    Redaction() = default;
    // Each is looked for as it stands and in base64 (RFC 4648, both alphabets, wherever it lies in what was encoded).
    // Those of fewer than secret_bytes_min bytes are left out.
    explicit Redaction(const std::vector<std::string>& secrets);

    // The text with "[secret]" in each one's place, the longest first.
    std::string operator()(std::string_view text) const;

 private:
    std::vector<std::string> patterns_;  // the longest first
};

}  // namespace kontor::exec
