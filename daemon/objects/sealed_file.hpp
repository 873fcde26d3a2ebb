// The head of a sealed file, read from disk and opened: what objects and checkpoints have in common.
// Thread: one at a time per file. Owner: none.
#pragma once

#include <string>

#include "objects/envelope.hpp"
#include "objects/key_ring.hpp"

namespace kontor::objects {

struct OpenedHead {
    std::string key_id;
    SecretPtr data_key;
    StreamHead stream{};
};

// Reads the head of what is sealed as `object`; `file` stands behind it afterwards.
// Throws TaskFailure: Transient when the disk cannot be read; Data when the head is damaged, moved from elsewhere, or its key is gone.
OpenedHead open_sealed(int file, const ObjectKey& object, KeyRing& keys);

}  // namespace kontor::objects
