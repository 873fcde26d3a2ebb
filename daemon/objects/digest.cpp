#include "objects/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <new>
#include <string_view>

#include "base/check.hpp"

namespace kontor::objects {

void Sha256Stream::Free::operator()(void* context) const { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context)); }

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
    if (context_ == nullptr || EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_.get()), EVP_sha256(), nullptr) != 1) {
        throw std::bad_alloc();
    }
}

void Sha256Stream::update(std::span<const unsigned char> bytes) {
    KONTOR_CHECK(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_.get()), bytes.data(), bytes.size()) == 1);
}

std::string Sha256Stream::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    KONTOR_CHECK(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_.get()), digest.data(), &size) == 1);
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(2 * std::size_t{size});
    for (unsigned int i = 0; i < size; ++i) {
        hex.push_back(digits[digest.at(i) >> 4U]);
        hex.push_back(digits[digest.at(i) & 0xFU]);
    }
    return hex;
}

}  // namespace kontor::objects
