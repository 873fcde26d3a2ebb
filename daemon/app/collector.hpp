// Removes objects that are of no use any more: those whose time is over, and files that no run has recorded.
// Owner and thread: Sweeper's.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "objects/local_objects.hpp"
#include "ports/retention.hpp"

namespace kontor::app {

class Collector {
 public:
    // Of the one after the other. Nothing new is old, and to look at all of it is work.
    static constexpr auto every = std::chrono::hours(24);
    // An attempt that fails or dies leaves files that nothing records; what a living one wrote is recorded when it succeeds.
    static constexpr auto unrecorded_after = std::chrono::hours(24) * 7;
    static constexpr std::size_t asked_at_once = 1000;

    Collector(objects::LocalObjects& objects, ports::Retention& retention) : objects_(objects), retention_(retention) {}

    // Some of the work; whether there is more to do at once. Errors: Unavailable: the store or the folder.
    Result<bool> step(Instant now);
    // Has a long look end early. Thread: any.
    void stop() { stopping_ = true; }

 private:
    Result<bool> drop_old(Instant now);
    Result<void> remove_unrecorded(Instant now);
    // Of these the ones that nothing records.
    Result<void> remove_unrecorded(std::vector<std::string>& keys);

    objects::LocalObjects& objects_;
    ports::Retention& retention_;
    Instant next_{};
    std::size_t dropped_ = 0;     // since it was told
    std::size_t unrecorded_ = 0;
    std::atomic<bool> stopping_ = false;
};

}  // namespace kontor::app
