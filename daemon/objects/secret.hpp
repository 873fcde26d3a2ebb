// A 256-bit key in memory that is locked, guarded and wiped. Thread: any, once filled. Owner: whoever holds it.
#pragma once

#include <sodium.h>

#include <memory>
#include <new>
#include <span>

namespace kontor::objects {

inline constexpr std::size_t key_bytes = 32;

class Secret {
 public:
    static std::shared_ptr<const Secret> random() {
        auto secret = std::make_shared<Secret>();
        randombytes_buf(secret->bytes_.get(), key_bytes);
        return secret;
    }
    // Throws std::bad_alloc.
    Secret() : bytes_(static_cast<unsigned char*>(sodium_malloc(key_bytes))) {
        if (bytes_ == nullptr) {
            throw std::bad_alloc();
        }
    }

    const unsigned char* data() const { return bytes_.get(); }
    unsigned char* data() { return bytes_.get(); }

 private:
    struct Free {
        void operator()(unsigned char* bytes) const { sodium_free(bytes); }  // wipes first
    };
    std::unique_ptr<unsigned char, Free> bytes_;
};

using SecretPtr = std::shared_ptr<const Secret>;

}  // namespace kontor::objects
