// MurmurHash3 x86_32 (Austin Appleby, public domain algorithm): the hash behind scikit-learn's HashingVectorizer.
// Thread: pure.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace kontor::ml {

inline std::uint32_t murmur3_finish(std::uint32_t h) {
    h ^= h >> 16U;
    h *= 0x85ebca6bU;
    h ^= h >> 13U;
    h *= 0xc2b2ae35U;
    return h ^ (h >> 16U);
}

// Always inline: with a length known to the compiler it becomes straight code.
[[gnu::always_inline]] inline std::uint32_t murmur3(std::string_view bytes, std::uint32_t seed = 0) {
    constexpr std::uint32_t c1 = 0xcc9e2d51U;
    constexpr std::uint32_t c2 = 0x1b873593U;
    const auto rotate = [](std::uint32_t x, unsigned by) { return (x << by) | (x >> (32U - by)); };
    std::uint32_t h = seed;
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 4; left -= 4, at += 4) {
        std::uint32_t k = 0;
        std::memcpy(&k, at, 4);
        h ^= rotate(k * c1, 15) * c2;
        h = rotate(h, 13) * 5U + 0xe6546b64U;
    }
    if (left > 0) {
        std::uint32_t k = static_cast<unsigned char>(at[0]);
        if (left > 1) {
            k |= static_cast<std::uint32_t>(static_cast<unsigned char>(at[1])) << 8U;
        }
        if (left > 2) {
            k |= static_cast<std::uint32_t>(static_cast<unsigned char>(at[2])) << 16U;
        }
        h ^= rotate(k * c1, 15) * c2;
    }
    return murmur3_finish(h ^ static_cast<std::uint32_t>(bytes.size()));
}

// The same where the four bytes behind the end may be read: no branch for how many bytes are left over.
[[gnu::always_inline]] inline std::uint32_t murmur3_padded(std::string_view bytes) {
    constexpr std::uint32_t c1 = 0xcc9e2d51U;
    constexpr std::uint32_t c2 = 0x1b873593U;
    const auto rotate = [](std::uint32_t x, unsigned by) { return (x << by) | (x >> (32U - by)); };
    std::uint32_t h = 0;
    std::uint32_t k = 0;
    const char* at = bytes.data();
    for (const char* const end = at + bytes.size() / 4 * 4; at < end; at += 4) {
        std::memcpy(&k, at, 4);
        h ^= rotate(k * c1, 15) * c2;
        h = rotate(h, 13) * 5U + 0xe6546b64U;
    }
    std::memcpy(&k, at, 4);
    k &= static_cast<std::uint32_t>((std::uint64_t{1} << (bytes.size() % 4 * 8)) - 1);
    h ^= rotate(k * c1, 15) * c2;
    return murmur3_finish(h ^ static_cast<std::uint32_t>(bytes.size()));
}

// 64 bits out of two seeds: identities of items in sets and splits.
inline std::uint64_t murmur3_64(std::string_view bytes) {
    return (static_cast<std::uint64_t>(murmur3(bytes, 0x9747b28cU)) << 32U) | murmur3(bytes, 0x3c6ef372U);
}

}  // namespace kontor::ml
