// Which runs work for which partition now, and what was told of each. Follows from the runs that are active.
// Owner and thread: the conductor's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "core/run/partitions.hpp"
#include "ports/ids.hpp"

namespace kontor::engine {

// What a run has told of its partitions.
struct PartitionBook {
    bool named = false;
    core::run::PartitionName name{};
    std::uint64_t seen = 0;  // Run::closings() when it was last looked at
    std::map<std::string, core::run::PartitionEnd> told{};  // by country
};

class PartitionDesk {
 public:
    using Key = std::tuple<std::string, std::string, std::string>;  // workflow, country, period
    void begin(const Key& key, ports::RunId run) { running_[key].insert(run); }
    void end(const Key& key, ports::RunId run) {
        const auto found = running_.find(key);
        if (found != running_.end() && found->second.erase(run) > 0 && found->second.empty()) {
            running_.erase(found);
        }
    }
    // The newest run that works for it; 0: none.
    ports::RunId running(const Key& key) const {
        const auto found = running_.find(key);
        return found == running_.end() ? 0 : *found->second.rbegin();
    }
    const std::map<Key, std::set<ports::RunId>>& all() const { return running_; }

 private:
    std::map<Key, std::set<ports::RunId>> running_;
};

}  // namespace kontor::engine
