#include "core/fair/ready_queue.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace kontor::core::fair {

std::deque<ReadyItem>& ReadyQueue::queue_of(const std::string& country, const ReadyItem& item) {
    Level& level = levels_[item.priority];
    Depths& depths = level.by_country[country];
    if (depths.empty()) {
        level.ring.push_back({country, 0});
    }
    std::deque<ReadyItem>& queue = depths[item.depth];
    if (queue.empty()) {
        level.arrival[item.depth].push_back(country);
    }
    ++size_;
    return queue;
}

void ReadyQueue::push(const std::string& country, const ReadyItem& item) { queue_of(country, item).push_back(item); }
void ReadyQueue::push_first(const std::string& country, const ReadyItem& item) { queue_of(country, item).push_front(item); }

void ReadyQueue::set_weight(const std::string& country, int weight) {
    KONTOR_CHECK(weight >= 1);
    weights_[country] = weight;
}

int ReadyQueue::weight_of(const std::string& country) const {
    const auto found = weights_.find(country);
    return found == weights_.end() ? 1 : found->second;
}

ReadyQueue::Choice ReadyQueue::oldest(Levels::const_iterator level, Instant& since) {
    Choice choice{level, "", 0, false};
    bool found = false;
    for (const auto& [country, depths] : level->second.by_country) {
        for (const auto& [depth, queue] : depths) {
            const Instant at = queue.front().since;
            const bool tie = found && at == since;
            if (!found || at < since || (tie && (country < choice.country || (country == choice.country && depth > choice.depth)))) {
                found = true;
                since = at;
                choice.country = country;
                choice.depth = depth;
            }
        }
    }
    return choice;
}

ReadyQueue::Choice ReadyQueue::choose(Instant now) const {
    const auto top = levels_.begin();
    // What waits below rises by its age. What stands highest is held against that only once something below would go before it.
    std::optional<Choice> aged;
    std::int64_t highest = top->first;
    for (auto below = std::next(top); below != levels_.end(); ++below) {
        Instant since{};
        Choice one = oldest(below, since);
        const std::int64_t risen = below->first + (now - since) / age_step;
        if (risen > highest) {
            highest = risen;
            aged = std::move(one);
        }
    }
    if (aged) {
        Instant since{};
        Choice first = oldest(top, since);
        return top->first + (now - since) / age_step > highest ? first : *aged;
    }
    const Level& level = top->second;
    if (turn_ % fair_turn_every != fair_turn_every - 1) {
        const auto& [depth, countries] = *level.arrival.begin();
        return {top, countries.front(), depth, false};
    }
    const Seat* next = nullptr;
    std::int64_t most = 0;
    for (const Seat& seat : level.ring) {
        const std::int64_t credit = seat.credit + weight_of(seat.country);
        if (next == nullptr || credit > most) {
            next = &seat;
            most = credit;
        }
    }
    return {top, next->country, level.by_country.find(next->country)->second.begin()->first, true};
}

const ReadyItem* ReadyQueue::front(Instant now) const {
    if (size_ == 0) {
        return nullptr;
    }
    const Choice choice = choose(now);
    return &choice.level->second.by_country.find(choice.country)->second.find(choice.depth)->second.front();
}

void ReadyQueue::turn_round(Level& level, const std::string& taken) {
    std::int64_t total = 0;
    for (Seat& seat : level.ring) {
        seat.credit += weight_of(seat.country);
        total += weight_of(seat.country);
    }
    std::find_if(level.ring.begin(), level.ring.end(), [&](const Seat& seat) { return seat.country == taken; })->credit -= total;
}

void ReadyQueue::pop(Instant now) {
    KONTOR_CHECK(size_ > 0);
    const Choice choice = choose(now);
    const auto place = levels_.find(choice.level->first);
    Level& level = place->second;
    if (choice.fair) {
        turn_round(level, choice.country);
    }
    Depths& depths = level.by_country.find(choice.country)->second;
    const auto queue = depths.find(choice.depth);
    queue->second.pop_front();
    --size_;
    if (queue->second.empty()) {
        const auto arrival = level.arrival.find(choice.depth);
        std::deque<std::string>& order = arrival->second;
        order.erase(std::find(order.begin(), order.end(), choice.country));
        if (order.empty()) {
            level.arrival.erase(arrival);
        }
        depths.erase(queue);
    }
    if (depths.empty()) {
        std::erase_if(level.ring, [&](const Seat& seat) { return seat.country == choice.country; });
        level.by_country.erase(choice.country);
        if (level.ring.empty()) {
            levels_.erase(place);
        }
    }
    ++turn_;
}

}  // namespace kontor::core::fair
