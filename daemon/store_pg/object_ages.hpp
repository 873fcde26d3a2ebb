// Which objects are of no use any more. Thread: its owner's, in the owner's transactions. Owner: the retention of this room.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ports/retention.hpp"
#include "store_pg/desk.hpp"

namespace kontor::store_pg {

struct OldObjects {
    std::int64_t objects = 0;
    std::int64_t stored_bytes = 0;
};

// The calls are those of ports::Retention; all throw Refusal.
class ObjectAges {
 public:
    // Marks what is older. What was marked before comes first: its files may still be there.
    ports::ObjectsToDrop to_drop(DeskTransaction& work, Instant before, Instant now);
    static void gone(DeskTransaction& work, const std::vector<std::string>& keys);
    static std::vector<std::string> unrecorded(DeskTransaction& work, const std::vector<std::string>& keys);
    // Of the `most` oldest objects those that go.
    static OldObjects count(DeskTransaction& work, Instant before, std::int64_t most);

 private:
    std::int64_t looked_up_to_ = 0;  // an object's number: what stays is not looked at again before all others were
};

}  // namespace kontor::store_pg
