// Which ready instance gets the next slot. Pure.
//
// By priority, which rises with waiting: one step for each `age_step`. Within a priority, three turns of four go to the chain
// that has come furthest: the deepest instance, and among equally deep ones the country that came to that depth first. So one
// country after the other ends early, where taking turns alone would let all of them end together, late. Every fourth turn goes
// round the countries by their weights (smooth weighted round-robin, as nginx chooses among servers), whatever their depth: a
// country with 50,000 ready instances does not starve one with a single one.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"

namespace kontor::core::fair {

// One turn in so many is the countries' in turn.
inline constexpr std::uint64_t fair_turn_every = 4;
// What has waited this long goes before what is one priority higher and came just now.
inline constexpr Duration age_step = std::chrono::minutes(1);

struct ReadyItem {
    std::int64_t run = 0;
    int instance = 0;
    int cores = 1;
    int type = 0;            // a number the caller gives each task type
    std::uint64_t life = 0;  // a number the caller gives each time it takes a run up: indices of an earlier life mean nothing
    int priority = 0;
    int depth = 0;           // how far down its chain of runs and tasks the instance stands
    Instant since{};         // when it became ready
};

class ReadyQueue {
 public:
    void push(const std::string& country, const ReadyItem& item);
    // Before the others of its country, priority and depth: it had its turn and could not begin.
    void push_first(const std::string& country, const ReadyItem& item);
    // The item that pop(now) would give; nullptr when empty. Of its country, which the caller finds by the run.
    const ReadyItem* front(Instant now) const;
    // Cost: logarithmic in the depths in use, and linear in the countries when a country's last item at a depth goes, on a turn
    // of the countries, and where several priorities wait.
    void pop(Instant now);
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    // Of the country's turns, against 1 for one that was never told. Requires: at least 1.
    void set_weight(const std::string& country, int weight);

 private:
    using Depths = std::map<int, std::deque<ReadyItem>, std::greater<>>;  // deepest first, first come first served
    struct Seat {
        std::string country;
        std::int64_t credit = 0;
    };
    struct Level {
        std::unordered_map<std::string, Depths> by_country;
        std::map<int, std::deque<std::string>, std::greater<>> arrival;  // countries at each depth, in the order they came
        std::vector<Seat> ring;  // countries with something ready
    };
    using Levels = std::map<int, Level, std::greater<>>;
    struct Choice {
        Levels::const_iterator level;
        std::string country;
        int depth = 0;
        bool fair = false;  // it is the countries' turn
    };
    std::deque<ReadyItem>& queue_of(const std::string& country, const ReadyItem& item);
    Choice choose(Instant now) const;
    // The item of this level that has waited longest; of equal ones the deepest of the first country by name.
    static Choice oldest(Levels::const_iterator level, Instant& since);
    int weight_of(const std::string& country) const;
    void turn_round(Level& level, const std::string& taken);

    Levels levels_;
    std::unordered_map<std::string, int> weights_;
    std::size_t size_ = 0;
    std::uint64_t turn_ = 0;
};

}  // namespace kontor::core::fair
