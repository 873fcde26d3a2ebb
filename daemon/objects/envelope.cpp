#include "objects/envelope.hpp"

#include <sodium.h>

#include <algorithm>
#include <string_view>

#include "base/check.hpp"

namespace kontor::objects {
namespace {

constexpr std::string_view magic = "KONTOROB";
constexpr unsigned char version = 1;
static_assert(stream_head_bytes == crypto_secretstream_xchacha20poly1305_HEADERBYTES);
static_assert(key_bytes == crypto_secretstream_xchacha20poly1305_KEYBYTES && key_bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(wrap_nonce_bytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(wrapped_key_bytes == key_bytes + crypto_aead_xchacha20poly1305_ietf_ABYTES);

using Bytes = std::vector<unsigned char>;

// Each part with its length before it: no two different objects give the same bytes.
Bytes associated_data(const ObjectKey& object, std::string_view key_id) {
    Bytes data(magic.begin(), magic.end());
    data.push_back(version);
    for (const std::string_view part : {std::string_view(object.text), std::string_view(object.scope), std::string_view(object.country), key_id}) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            data.push_back(static_cast<unsigned char>((part.size() >> static_cast<unsigned>(shift)) & 0xFFU));
        }
        data.insert(data.end(), part.begin(), part.end());
    }
    return data;
}

std::array<unsigned char, commitment_bytes> commitment_of(
    const Secret& data_key, std::span<const unsigned char> head, const Bytes& associated
) {
    crypto_generichash_state state;
    std::array<unsigned char, commitment_bytes> commitment{};
    crypto_generichash_init(&state, data_key.data(), key_bytes, commitment.size());
    crypto_generichash_update(&state, associated.data(), associated.size());
    crypto_generichash_update(&state, head.data(), head.size());
    crypto_generichash_final(&state, commitment.data(), commitment.size());
    sodium_memzero(&state, sizeof state);
    return commitment;
}

}  // namespace

std::vector<unsigned char> seal_head(
    const ObjectKey& object, const WrappingKey& wrapping, const Secret& data_key, const StreamHead& stream
) {
    KONTOR_CHECK(wrapping.id.size() <= key_id_bytes_max);
    const Bytes associated = associated_data(object, wrapping.id);
    Bytes head(magic.begin(), magic.end());
    head.push_back(version);
    head.push_back(static_cast<unsigned char>(wrapping.id.size()));
    head.insert(head.end(), wrapping.id.begin(), wrapping.id.end());

    std::array<unsigned char, wrap_nonce_bytes> nonce{};
    randombytes_buf(nonce.data(), nonce.size());
    head.insert(head.end(), nonce.begin(), nonce.end());

    std::array<unsigned char, wrapped_key_bytes> wrapped{};
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        wrapped.data(), nullptr, data_key.data(), key_bytes, associated.data(), associated.size(), nullptr, nonce.data(),
        wrapping.secret->data()
    );
    head.insert(head.end(), wrapped.begin(), wrapped.end());
    head.insert(head.end(), stream.begin(), stream.end());
    const auto commitment = commitment_of(data_key, head, associated);
    head.insert(head.end(), commitment.begin(), commitment.end());
    return head;
}

std::optional<std::size_t> head_rest(std::span<const unsigned char> prefix) {
    if (prefix.size() < head_prefix_bytes || !std::equal(magic.begin(), magic.end(), prefix.begin()) || prefix[magic.size()] != version) {
        return std::nullopt;
    }
    const std::size_t id = prefix[magic.size() + 1];
    return id == 0 || id > key_id_bytes_max ? std::nullopt : std::optional<std::size_t>(id + head_rest_bytes);
}

UnopenedHead parse_head(std::vector<unsigned char> bytes) {
    UnopenedHead head;
    const std::size_t id = bytes.at(head_prefix_bytes - 1);
    KONTOR_CHECK(bytes.size() == head_prefix_bytes + id + head_rest_bytes);
    const auto begin = bytes.begin() + head_prefix_bytes;
    head.key_id.assign(begin, begin + static_cast<std::ptrdiff_t>(id));
    const auto stream = bytes.end() - static_cast<std::ptrdiff_t>(commitment_bytes + stream_head_bytes);
    std::copy_n(stream, stream_head_bytes, head.stream.begin());
    head.bytes = std::move(bytes);
    return head;
}

std::optional<SecretPtr> open_head(const ObjectKey& object, const UnopenedHead& head, const Secret& wrapping) {
    const Bytes associated = associated_data(object, head.key_id);
    const unsigned char* nonce = head.bytes.data() + head_prefix_bytes + head.key_id.size();
    const unsigned char* wrapped = nonce + wrap_nonce_bytes;
    auto data_key = std::make_shared<Secret>();
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
        data_key->data(), nullptr, nullptr, wrapped, wrapped_key_bytes, associated.data(), associated.size(), nonce, wrapping.data()
    );
    if (opened != 0) {
        return std::nullopt;
    }
    const std::span<const unsigned char> all(head.bytes);
    const auto commitment = commitment_of(*data_key, all.first(all.size() - commitment_bytes), associated);
    if (sodium_memcmp(commitment.data(), all.last(commitment_bytes).data(), commitment_bytes) != 0) {
        return std::nullopt;
    }
    return data_key;
}

}  // namespace kontor::objects
