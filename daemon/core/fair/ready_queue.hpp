// Which ready instance gets the next slot: by priority, then round-robin over countries, then first come first served.
// A country with 50,000 ready instances does not starve one with a single one. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace kontor::core::fair {

struct ReadyItem {
    std::int64_t run = 0;
    int instance = 0;
    int cores = 1;
    int type = 0;  // a number the caller gives each task type
};

class ReadyQueue {
 public:
    void push(int priority, const std::string& country, ReadyItem item);
    // The item that pop() would give; nullptr when empty.
    const ReadyItem* front() const;
    void pop();
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

 private:
    struct Level {
        std::unordered_map<std::string, std::deque<ReadyItem>> by_country;
        std::deque<std::string> ring;  // countries with something ready; the front one is next
    };
    std::map<int, Level, std::greater<>> levels_;
    std::size_t size_ = 0;
};

}  // namespace kontor::core::fair
