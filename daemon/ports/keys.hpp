// The keys that wrap objects' data keys, as an operator sees them. The adapter is objects/key_rotation.hpp.
#pragma once

#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace kontor::ports {

class Keys {
 public:
    virtual ~Keys() = default;
    // {"items": [{"id", "scope", "country", "current"}], "rotation": null | {"keys", "rewrapped", "failed", "running"}}; no secret.
    // Thread: any. Errors: Unavailable, Invalid (the key file).
    virtual Result<Json> list() = 0;
    // New keys for the scope and country ("": all of them) that have one; objects are brought under them in the background,
    // also after a restart. Data is not encrypted anew, and older keys stay.
    // Thread: any. Errors: Conflict (a rotation is under way), NotFound (no such key), Unavailable.
    virtual Result<Json> rotate(const std::string& scope, const std::string& country) = 0;
};

}  // namespace kontor::ports
