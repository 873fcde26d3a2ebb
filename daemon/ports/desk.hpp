// What people do at a desk of its own, outside the conductor: who asks, and what is answered. Such a change is one
// transaction with its line on the record and its answer under an Idempotency-Key in it.
#pragma once

#include <string>

#include "ports/access.hpp"

namespace kontor::ports {

// Who asks, for the record. `reply_key` empty: no Idempotency-Key.
struct DeskCaller {
    std::string who;
    bool admin = false;
    AuditRow audit{};
    std::string reply_key;
    std::string fingerprint;
};
struct DeskReply {
    std::string body;       // JSON, as the API gives it
    bool replayed = false;  // an earlier answer under the same key
};

}  // namespace kontor::ports
