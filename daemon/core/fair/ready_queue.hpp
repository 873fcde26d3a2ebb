// Which ready instance gets the next slot. Pure.
//
// By priority. Within a priority, three turns of four go to the chain that has come furthest: the deepest instance, and
// among equally deep ones the country that came to that depth first. So one country after the other ends early, where
// taking turns alone would let all of them end together, late. Every fourth turn goes round-robin over the countries,
// whatever their depth: a country with 50,000 ready instances does not starve one with a single one.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>

namespace kontor::core::fair {

// One turn in so many is the countries' in turn.
inline constexpr std::uint64_t fair_turn_every = 4;

struct ReadyItem {
    std::int64_t run = 0;
    int instance = 0;
    int cores = 1;
    int type = 0;            // a number the caller gives each task type
    std::uint64_t life = 0;  // a number the caller gives each time it takes a run up: indices of an earlier life mean nothing
};

class ReadyQueue {
 public:
    // `depth`: how far down its chain of runs and tasks the instance stands.
    void push(int priority, int depth, const std::string& country, ReadyItem item);
    // The item that pop() would give; nullptr when empty.
    const ReadyItem* front() const;
    // Cost: logarithmic in the depths in use, and linear in the countries when a country's last item at a depth goes.
    void pop();
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

 private:
    using Depths = std::map<int, std::deque<ReadyItem>, std::greater<>>;  // deepest first, first come first served
    struct Level {
        std::unordered_map<std::string, Depths> by_country;
        std::map<int, std::deque<std::string>, std::greater<>> arrival;  // countries at each depth, in the order they came
        std::deque<std::string> ring;  // countries with something ready; the front one has the next fair turn
    };
    bool fair_turn() const { return turn_ % fair_turn_every == fair_turn_every - 1; }
    const std::string& next_country(const Level& level) const;

    std::map<int, Level, std::greater<>> levels_;
    std::size_t size_ = 0;
    std::uint64_t turn_ = 0;
};

}  // namespace kontor::core::fair
