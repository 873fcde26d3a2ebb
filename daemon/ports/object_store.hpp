// Objects for a task under its role. The adapter (objects/) encrypts, hashes, checks grants.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "tasks/sdk/objects.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::ports {

// One task attempt's view: what it wrote and opened so far becomes effects of its outcome.
class ObjectSession : public sdk::Objects {
 public:
    // ObjectWritten for every committed writer, ObjectOpened for every unwrapped data key; empties the list.
    virtual std::vector<sdk::Effect> take_effects() = 0;
};

class ObjectStore {
 public:
    virtual ~ObjectStore() = default;
    // Thread: any.
    virtual std::unique_ptr<ObjectSession> session(const sdk::TaskIdentity& identity, const std::string& role) = 0;
};

}  // namespace kontor::ports
