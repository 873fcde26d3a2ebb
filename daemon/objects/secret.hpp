// A 256-bit key in memory that is locked, guarded and wiped. Thread: any, once filled. Owner: whoever holds it.
#pragma once

#include <cstddef>
#include <memory>

namespace kontor::objects {

inline constexpr std::size_t key_bytes = 32;

class Secret {
 public:
    static std::shared_ptr<const Secret> random();
    // Throws std::bad_alloc.
    Secret();

    const unsigned char* data() const { return bytes_.get(); }
    unsigned char* data() { return bytes_.get(); }

 private:
    struct Wipe {
        void operator()(unsigned char* bytes) const;
    };
    std::unique_ptr<unsigned char, Wipe> bytes_;
};

using SecretPtr = std::shared_ptr<const Secret>;

}  // namespace kontor::objects
