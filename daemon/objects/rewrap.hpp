// One object brought under another wrapping key: its head is sealed anew, its pieces are copied as they stand.
// Thread: any. Owner: none.
#pragma once

#include <string>

#include "objects/key_ring.hpp"

namespace kontor::objects {

enum class Rewrapped { Done, Current, Gone };

// Ensures: the object opens under its key ring's current key, or nothing has changed. A reader that has it open goes on with
// the old file.
// Throws TaskFailure: Data (damaged, or its key is missing), Transient.
Rewrapped rewrap(const std::string& folder, const std::string& key, KeyRing& keys);

}  // namespace kontor::objects
