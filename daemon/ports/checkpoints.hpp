// How far a task instance got, for its next attempt. The adapter (objects/) encrypts.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tasks/sdk/task.hpp"

namespace kontor::ports {

// One per task instance, whatever its attempt; nobody else can name it, so no role is asked. It is no object: not recorded,
// not for others to read, and gone some days after it was written.
// Thread: any. All members throw TaskFailure: Transient for storage, Data for what is damaged.
class Checkpoints {
 public:
    virtual ~Checkpoints() = default;
    virtual std::optional<std::string> read(const sdk::TaskIdentity& whose) = 0;
    // Replaces the one before as a whole, or leaves it.
    virtual void write(const sdk::TaskIdentity& whose, std::string_view bytes) = 0;
    virtual void remove(const sdk::TaskIdentity& whose) = 0;
};

}  // namespace kontor::ports
