// The quarantine of tasks read through the object store: ports::Quarantine over LocalObjects and the tasks' own reader.
// Owner: Daemon. Thread: any.
#pragma once

#include "ports/object_store.hpp"
#include "ports/quarantine.hpp"

namespace kontor::app {

class QuarantineReader final : public ports::Quarantine {
 public:
    explicit QuarantineReader(ports::ObjectStore& objects) : objects_(objects) {}
    Result<ports::QuarantineRows> read(const ports::QuarantineRequest& request) override;

 private:
    ports::ObjectStore& objects_;
};

}  // namespace kontor::app
