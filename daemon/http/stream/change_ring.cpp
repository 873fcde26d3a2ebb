#include "http/stream/change_ring.hpp"

#include <algorithm>

namespace kontor::http {

namespace {

// One item (a task with its ten members) takes about this much as a parsed value.
constexpr std::size_t item_bytes = 800;

std::size_t weight(const engine::Change& change) {
    std::size_t items = 1;
    for (const char* list : {"runs", "tasks", "progress"}) {
        const Json* found = member(change.data, list);
        items += found != nullptr && found->is_array() ? found->get_array().size() : 0;
    }
    return items * item_bytes;
}

}  // namespace

bool ChangeRing::push(const ChangePtr& change) {
    const StreamPosition position{change->epoch, change->seq};
    const bool first = last_ == StreamPosition{};
    const bool same_epoch = position.epoch == last_.epoch;
    if (!same_epoch) {
        changes_.clear();
        bytes_ = 0;
        floor_ = {position.epoch, position.seq - 1};
    }
    changes_.push_back(change);
    bytes_ += weight(*change);
    last_ = position;
    while (changes_.size() > limits_.changes_max ||
           (bytes_ > limits_.bytes_max && changes_.size() > 1)) {
        bytes_ -= weight(*changes_.front());
        floor_ = {changes_.front()->epoch, changes_.front()->seq};
        changes_.pop_front();
    }
    return same_epoch || first;
}

std::optional<std::vector<ChangePtr>> ChangeRing::after(const StreamPosition& position) const {
    if (position < floor_ || position > last_) {
        return std::nullopt;
    }
    const auto first = std::find_if(changes_.begin(), changes_.end(), [&](const ChangePtr& change) {
        return StreamPosition{change->epoch, change->seq} > position;
    });
    return std::vector<ChangePtr>(first, changes_.end());
}

}  // namespace kontor::http
