#include "app/collector.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace kontor::app {

Result<bool> Collector::step(Instant now) {
    if (now < next_ && next_ - now <= every) {
        return false;
    }
    const Result<bool> more = drop_old(now);
    if (!more || *more) {
        return more;
    }
    if (Result<void> removed = remove_unrecorded(now); !removed) {
        return removed.error();
    }
    next_ = now + every;
    if (dropped_ + unrecorded_ > 0) {
        spdlog::info("removed {} objects of runs that are gone, and {} files that no run has recorded", std::exchange(dropped_, 0), std::exchange(unrecorded_, 0));
    }
    return false;
}

Result<bool> Collector::drop_old(Instant now) {
    Result<ports::ObjectsToDrop> old = retention_.objects_to_drop(now);
    if (!old) {
        return old.error();
    }
    // The files first: a row without a file is found again, a file without a row would be nobody's.
    for (const std::string& key : old->keys) {
        if (Result<void> removed = objects_.remove(key); !removed) {
            return removed.error();
        }
    }
    if (!old->keys.empty()) {
        if (Result<void> gone = retention_.objects_gone(old->keys); !gone) {
            return gone.error();
        }
        dropped_ += old->keys.size();
    }
    return old->more;
}

Result<void> Collector::remove_unrecorded(Instant now) {
    std::vector<std::string> keys;
    Result<void> fault;
    Result<void> looked = objects_.for_each_older(now - unrecorded_after, [&](std::string key) {
        keys.push_back(std::move(key));
        if (keys.size() == asked_at_once) {
            fault = remove_unrecorded(keys);
        }
        return fault && !stopping_;
    });
    if (!looked || !fault) {
        return looked ? fault : looked;
    }
    return stopping_ ? Result<void>() : remove_unrecorded(keys);
}

Result<void> Collector::remove_unrecorded(std::vector<std::string>& keys) {
    const Result<std::vector<std::string>> found = retention_.unrecorded(std::exchange(keys, {}));
    if (!found) {
        return found.error();
    }
    for (const std::string& key : *found) {
        if (Result<void> removed = objects_.remove(key); !removed) {
            return removed;
        }
    }
    unrecorded_ += found->size();
    return {};
}

}  // namespace kontor::app
