// Results of tasks that say `cache`: taken in the batch that would have begun the attempt, kept in the batch that records
// it. No state of its own: it works on the conductor's desk and batch. Owner and thread: the conductor's, for one call.
#pragma once

#include <vector>

#include "core/cache/question.hpp"
#include "engine/conductor.hpp"

namespace kontor::engine {

class ResultCache {
 public:
    explicit ResultCache(Conductor& conductor) : conductor_(conductor) {}

    // Of a ready instance that was not tried yet: it has ended with an earlier result, or (false) it must be run.
    bool take(ActiveRun& active, core::run::Index index, Instant now);
    // Of an instance that has just succeeded.
    void keep(ActiveRun& active, core::run::Index index, const std::vector<sdk::Effect>& effects, Instant now);
    // What is run again by hand is to be run, and not looked up.
    void forget(const ActiveRun& active, const std::vector<core::run::Move>& moves);
    // Why this instance was not taken from the cache; empty when it was, or does not ask.
    std::string sentence(const ActiveRun& active, core::run::Index index, Instant now) const;
    void clear(CacheInput input, Instant now);
    void recover(const ports::Snapshot& snapshot);

 private:
    core::cache::Question question_of(const ActiveRun& active, core::run::Index index, const Json& input) const;
    void remember(ports::CacheRow row);
    void drop(const std::string& key);     // in mind
    void discard(const std::string& key);  // and in the database
    void bound();

    Conductor& conductor_;
};

}  // namespace kontor::engine
