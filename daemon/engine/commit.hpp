// The one batch on its way into the database, with what is to be carried out once it is there. A batch whose fate is in doubt
// is asked about, never sent twice blindly.
//
// Owner: Cycle. Thread: its owner's.
#pragma once

#include <optional>

#include "engine/conductor_types.hpp"

namespace kontor::engine {

class Commit {
 public:
    explicit Commit(ports::Store& store) : store_(store) {}

    // It holds a batch that is not known to be in the database.
    bool pending() const { return batch_.has_value(); }
    // ... that was sent and whose outcome is not known: the store takes no other call.
    bool under_way() const { return sent_; }

    // Requires: !pending().
    void take(ports::Batch batch, Actions actions);
    // Sends the batch unless it is under way, and waits at most this long for its outcome.
    // Requires: pending(). Returns the batch's actions once it is in the database; nullopt: it is still under way.
    // Errors: Unavailable: call again later. Conflict: another daemon leads. Internal: the batch can never be stored.
    Result<std::optional<Actions>> advance(Duration wait_max);

 private:
    Actions confirmed();

    ports::Store& store_;
    std::optional<ports::Batch> batch_;
    Actions actions_;
    bool sent_ = false;
    bool in_doubt_ = false;  // not under way, and it may have been committed
};

}  // namespace kontor::engine
