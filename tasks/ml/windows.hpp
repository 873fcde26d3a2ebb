// MurmurHash3 of every run of n bytes of a text at once: neighbours share their bytes, and four are computed side by side.
// Thread: one object per thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace kontor::ml {

class WindowHashes {
 public:
    // Five characters of most scripts: three bytes each.
    static constexpr std::uint32_t n_max = 16;
    // So many numbers behind the last of hashes() may be read: a copy in pieces of this size needs no branch for the rest.
    static constexpr std::size_t piece = 8;

    // Takes the text in. Bytes need not outlive the call.
    void set_text(std::string_view text);
    // hashes(n)[i] is murmur3 of the `n` bytes from i on; as many as fit into the text. Valid until the next set_text().
    // Requires: 1 <= n <= n_max.
    std::span<const std::uint32_t> hashes(std::uint32_t n) {
        if (!ready_[n]) {
            compute(n);
            ready_[n] = true;
        }
        return std::span(found_[n]).first(size_ < n ? 0 : size_ - n + 1);
    }

 private:
    void compute(std::uint32_t n);
    const std::vector<std::uint32_t>& body(std::uint32_t words);

    std::size_t size_ = 0;
    std::vector<std::uint32_t> four_;  // the four bytes from each place on, little end first; zero bytes follow the text
    // The state after so many times four bytes from each place on; none leaves it 0.
    std::array<std::vector<std::uint32_t>, n_max / 4 + 1> bodies_;
    std::uint32_t bodies_ready_ = 0;
    std::array<bool, n_max + 1> ready_{};
    std::array<std::vector<std::uint32_t>, n_max + 1> found_;
};

}  // namespace kontor::ml
