#include "tasks/http/address.hpp"

#include <algorithm>

namespace kontor::tasks::http {
namespace {

struct Block4 {
    Ipv4 prefix;
    int bits;
};
// The IANA special-purpose registry, as far as it is not globally reachable.
constexpr std::array<Block4, 15> not_public4{{
    {{0, 0, 0, 0}, 8},
    {{10, 0, 0, 0}, 8},
    {{100, 64, 0, 0}, 10},
    {{127, 0, 0, 0}, 8},
    {{169, 254, 0, 0}, 16},
    {{172, 16, 0, 0}, 12},
    {{192, 0, 0, 0}, 24},
    {{192, 0, 2, 0}, 24},
    {{192, 88, 99, 0}, 24},
    {{192, 168, 0, 0}, 16},
    {{198, 18, 0, 0}, 15},
    {{198, 51, 100, 0}, 24},
    {{203, 0, 113, 0}, 24},
    {{224, 0, 0, 0}, 4},
    {{240, 0, 0, 0}, 4},
}};

struct Block6 {
    Ipv6 prefix;
    int bits;
};
// Inside 2000::/3, which is all of IPv6 that is public.
constexpr std::array<Block6, 3> not_public6{{
    {{0x20, 0x01, 0x00}, 23},  // Teredo, ORCHID, benchmarking
    {{0x20, 0x01, 0x0d, 0xb8}, 32},
    {{0x3f, 0xff}, 20},
}};

template <class Bytes>
bool starts_with(const Bytes& address, const Bytes& prefix, int bits) {
    for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
        const unsigned mask = bits >= 8 ? 0xFFU : (0xFFU << static_cast<unsigned>(8 - bits)) & 0xFFU;
        if (((address.at(i) ^ prefix.at(i)) & mask) != 0) {
            return false;
        }
    }
    return true;
}

Ipv4 four_at(const Ipv6& address, std::size_t at) {
    return {address.at(at), address.at(at + 1), address.at(at + 2), address.at(at + 3)};
}

}  // namespace

bool is_public(const Ipv4& address) {
    return std::none_of(not_public4.begin(), not_public4.end(), [&](const Block4& block) { return starts_with(address, block.prefix, block.bits); });
}

bool is_public(const Ipv6& address) {
    // Mapped (::ffff:a.b.c.d) and compatible (::a.b.c.d) addresses; :: and ::1 are among the latter.
    if (starts_with(address, Ipv6{}, 80)) {
        const bool mapped = address[10] == 0xFF && address[11] == 0xFF;
        const bool compatible = address[10] == 0 && address[11] == 0;
        return (mapped || compatible) && is_public(four_at(address, 12));
    }
    if (starts_with(address, Ipv6{0x00, 0x64, 0xff, 0x9b}, 32)) {  // NAT64, well-known and local
        return is_public(four_at(address, 12));
    }
    if (starts_with(address, Ipv6{0x20, 0x02}, 16)) {  // 6to4
        return is_public(four_at(address, 2));
    }
    const bool global = starts_with(address, Ipv6{0x20}, 3);
    return global && std::none_of(not_public6.begin(), not_public6.end(), [&](const Block6& block) {
               return starts_with(address, block.prefix, block.bits);
           });
}

}  // namespace kontor::tasks::http
