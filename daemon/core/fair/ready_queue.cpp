#include "core/fair/ready_queue.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace kontor::core::fair {

void ReadyQueue::push(int priority, int depth, const std::string& country, ReadyItem item) {
    Level& level = levels_[priority];
    Depths& depths = level.by_country[country];
    if (depths.empty()) {
        level.ring.push_back(country);
    }
    std::deque<ReadyItem>& queue = depths[depth];
    if (queue.empty()) {
        level.arrival[depth].push_back(country);
    }
    queue.push_back(item);
    ++size_;
}

const std::string& ReadyQueue::next_country(const Level& level) const {
    return fair_turn() ? level.ring.front() : level.arrival.begin()->second.front();
}

const ReadyItem* ReadyQueue::front() const {
    if (size_ == 0) {
        return nullptr;
    }
    const Level& level = levels_.begin()->second;
    return &level.by_country.find(next_country(level))->second.begin()->second.front();
}

void ReadyQueue::pop() {
    KONTOR_CHECK(size_ > 0);
    const auto top = levels_.begin();
    Level& level = top->second;
    const std::string country = next_country(level);
    Depths& depths = level.by_country.find(country)->second;
    const auto deepest = depths.begin();
    deepest->second.pop_front();
    --size_;
    if (deepest->second.empty()) {
        const auto arrival = level.arrival.find(deepest->first);
        std::deque<std::string>& order = arrival->second;
        order.erase(std::find(order.begin(), order.end(), country));
        if (order.empty()) {
            level.arrival.erase(arrival);
        }
        depths.erase(deepest);
    }
    if (depths.empty()) {
        level.ring.erase(std::find(level.ring.begin(), level.ring.end(), country));
        level.by_country.erase(country);
        if (level.ring.empty()) {
            levels_.erase(top);
        }
    } else if (fair_turn()) {
        level.ring.push_back(std::move(level.ring.front()));
        level.ring.pop_front();
    }
    ++turn_;
}

}  // namespace kontor::core::fair
