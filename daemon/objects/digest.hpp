// SHA-256 of a stream. Thread: one at a time. Owner: a reader or writer.
#pragma once

#include <memory>
#include <span>
#include <string>

namespace kontor::objects {

class Sha256Stream {
 public:
    Sha256Stream();
    void update(std::span<const unsigned char> bytes);
    // Lowercase hex. Requires: called once, nothing is added afterwards.
    std::string finish();

 private:
    struct Free {
        void operator()(void* context) const;
    };
    std::unique_ptr<void, Free> context_;
};

}  // namespace kontor::objects
