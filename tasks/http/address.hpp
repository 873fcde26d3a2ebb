// Which addresses a workflow may make the daemon connect to. Pure. Owner: none.
#pragma once

#include <array>
#include <cstdint>

namespace kontor::tasks::http {

using Ipv4 = std::array<std::uint8_t, 4>;
using Ipv6 = std::array<std::uint8_t, 16>;

// False for this host, private, link-local (cloud metadata), shared, documentation, multicast and reserved addresses, and
// for IPv6 addresses that carry such an IPv4 address.
bool is_public(const Ipv4& address);
bool is_public(const Ipv6& address);

}  // namespace kontor::tasks::http
