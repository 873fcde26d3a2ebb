#include "objects/secret.hpp"

#include <sodium.h>

#include <new>

namespace kontor::objects {

std::shared_ptr<const Secret> Secret::random() {
    auto secret = std::make_shared<Secret>();
    randombytes_buf(secret->data(), key_bytes);
    return secret;
}

Secret::Secret() : bytes_(static_cast<unsigned char*>(sodium_malloc(key_bytes))) {
    if (bytes_ == nullptr) {
        throw std::bad_alloc();
    }
}

void Secret::Wipe::operator()(unsigned char* bytes) const { sodium_free(bytes); }

}  // namespace kontor::objects
