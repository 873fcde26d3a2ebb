#include "core/fair/ready_queue.hpp"

#include "base/check.hpp"

namespace kontor::core::fair {

void ReadyQueue::push(int priority, const std::string& country, ReadyItem item) {
    Level& level = levels_[priority];
    std::deque<ReadyItem>& queue = level.by_country[country];
    if (queue.empty()) {
        level.ring.push_back(country);
    }
    queue.push_back(item);
    ++size_;
}

const ReadyItem* ReadyQueue::front() const {
    if (size_ == 0) {
        return nullptr;
    }
    const Level& level = levels_.begin()->second;
    return &level.by_country.find(level.ring.front())->second.front();
}

void ReadyQueue::pop() {
    KONTOR_CHECK(size_ > 0);
    const auto top = levels_.begin();
    Level& level = top->second;
    const auto country = level.by_country.find(level.ring.front());
    country->second.pop_front();
    --size_;
    if (country->second.empty()) {
        level.ring.pop_front();
        level.by_country.erase(country);
        if (level.ring.empty()) {
            levels_.erase(top);
        }
    } else if (level.ring.size() > 1) {
        level.ring.push_back(std::move(level.ring.front()));
        level.ring.pop_front();
    }
}

}  // namespace kontor::core::fair
