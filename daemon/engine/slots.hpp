// Which ready instances begin, as far as cores, io slots and the pools let them; and what people ask and change of pools. No state
// of its own: it works on the conductor's desk and batch. Owner and thread: the conductor's, for one call.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/conductor.hpp"

namespace kontor::engine {

class Slots {
 public:
    explicit Slots(Conductor& conductor) : conductor_(conductor) {}

    void push(ActiveRun& active, core::run::Index index, Instant now);
    // Of one that needs a slot.
    void push_lane(const ActiveRun& active, core::run::Index index, core::fair::ReadyItem item);
    void fill(sdk::Pool pool, Instant now);

    void set(PoolInput input, Instant now);
    void list(PoolsInput input, Instant now);
    void recover(const ports::Snapshot& snapshot);
    // Why a ready instance has not begun. `seen`: the countries whose holders may be named.
    std::string sentence(const ActiveRun& active, core::run::Index index, const Countries& seen) const;
    int limit(sdk::Pool pool) const;

 private:
    Lane& lane(sdk::Pool pool) const;
    std::vector<core::fair::Claim> claims(const ActiveRun& active, core::run::Index index) const;
    core::fair::Holdings holdings() const;
    ActiveRun* alive(const core::fair::ReadyItem& item) const;
    using Name = std::pair<ports::RunId, core::run::Index>;
    std::set<Name> unpark(Lane& lane, core::fair::Holdings& held, Instant now);  // those whose turn it is again
    // It waits for `full`'s pool, or for its limit to be set when it wants more than that.
    void park(Lane& lane, const core::fair::Claim& full, const std::string& country, const core::fair::ReadyItem& item);
    // A claim on a pool whose slots are kept free for what has waited long, and longer than this item; nullptr: none.
    const core::fair::Claim* reserved(const std::vector<core::fair::Claim>& wanted, const core::fair::ReadyItem& item, Instant now) const;
    void release_outsized(Instant now);  // limits are others now: country:XX may go by country:*
    void apply(const ports::PoolRow& row);
    void apply_default(const std::string& name);  // nobody has set it
    Json pool_json(const std::string& name, const Countries& seen) const;
    Result<void> check(const PoolRequest& wanted) const;
    struct Holder {
        const InFlight* flight = nullptr;
        int amount = 0;
    };
    std::vector<Holder> holders(const std::string& pool) const;  // the oldest first
    std::string holder_names(const std::vector<Holder>& holders, const Countries& seen) const;
    std::string claim_sentence(const core::fair::Claim& claim, const Countries& seen) const;

    Conductor& conductor_;
};

// Names of pools that the workflow's tasks take from and that nobody has made: such a task waits until somebody does.
JsonArray missing_pools(const core::dag::Workflow& workflow, const core::fair::Pools& pools);

}  // namespace kontor::engine
