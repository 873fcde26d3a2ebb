#include "tasks/ml/digest.hpp"

#include <openssl/sha.h>

#include <array>

namespace kontor::ml {

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : digest) {
        text.push_back(hex[byte >> 4U]);
        text.push_back(hex[byte & 15U]);
    }
    return text;
}

}  // namespace kontor::ml
