// The head of a stored object: which key wraps its data key, the wrapped data key, and what ties them to this object.
//
//   magic (8) | version (1) | length of key id (1) | key id | nonce (24) | wrapped data key (48)
//   | head of the secretstream (24) | commitment (32) | pieces
//
// The wrap is XChaCha20-Poly1305 with the object's name, scope, country and the version as associated data, so that a head
// cannot be moved to another object. XChaCha20-Poly1305 does not commit to its key; the commitment (BLAKE2b keyed with the
// data key, over the whole head and the associated data) does: no second data key opens the same file.
// Pure but for random numbers. Thread: any. Owner: none.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "objects/key_ring.hpp"
#include "objects/object_key.hpp"

namespace kontor::objects {

// Sizes of libsodium's own (asserted in the .cpp).
inline constexpr std::size_t stream_head_bytes = 24;
inline constexpr std::size_t wrap_nonce_bytes = 24;
inline constexpr std::size_t wrapped_key_bytes = key_bytes + 16;
inline constexpr std::size_t commitment_bytes = 32;
inline constexpr std::size_t head_prefix_bytes = 10;  // up to and with the length of the key id
inline constexpr std::size_t head_rest_bytes = wrap_nonce_bytes + wrapped_key_bytes + stream_head_bytes + commitment_bytes;

using StreamHead = std::array<unsigned char, stream_head_bytes>;

std::vector<unsigned char> seal_head(const ObjectKey& object, const WrappingKey& wrapping, const Secret& data_key, const StreamHead& stream);

// What stands in the head before any key is used; nothing of it is authenticated yet.
struct UnopenedHead {
    std::vector<unsigned char> bytes;
    std::string key_id;
    StreamHead stream{};
};
// How many bytes of the head follow its prefix. nullopt: no object of Kontor, or a version this daemon does not know.
std::optional<std::size_t> head_rest(std::span<const unsigned char> prefix);
// Requires: as many bytes as head_rest has said.
UnopenedHead parse_head(std::vector<unsigned char> bytes);
// The data key; nullopt when anything in the head or its place is not as it was sealed.
std::optional<SecretPtr> open_head(const ObjectKey& object, const UnopenedHead& head, const Secret& wrapping);

}  // namespace kontor::objects
