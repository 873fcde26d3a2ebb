// Which ids were seen already, as 64-bit hashes: 3.3 million items take 64 MB whatever their ids look like.
// Two of a million ids share a hash with a probability of 3 in 100 million.
// Thread: one thread at a time.
#pragma once

#include <cstdint>
#include <vector>

namespace kontor::tasks::dataset {

class IdSet {
 public:
    // False when it was there.
    bool insert(std::uint64_t hash) {
        const std::uint64_t key = hash == 0 ? 1 : hash;
        if ((count_ + 1) * 2 > slots_.size()) {
            grow();
        }
        if (!place(slots_, key)) {
            return false;
        }
        ++count_;
        return true;
    }

    bool contains(std::uint64_t hash) const {
        const std::uint64_t key = hash == 0 ? 1 : hash;
        for (std::size_t at = slot_of(key, slots_.size()); slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
            if (slots_[at] == key) {
                return true;
            }
        }
        return false;
    }

 private:
    static std::size_t slot_of(std::uint64_t key, std::size_t slots) {
        return (key * 0x9e3779b97f4a7c15ULL >> 20U) & (slots - 1);
    }
    static bool place(std::vector<std::uint64_t>& slots, std::uint64_t key) {
        std::size_t at = slot_of(key, slots.size());
        while (slots[at] != 0) {
            if (slots[at] == key) {
                return false;
            }
            at = (at + 1) & (slots.size() - 1);
        }
        slots[at] = key;
        return true;
    }
    void grow() {
        std::vector<std::uint64_t> larger(slots_.size() * 2);
        for (const std::uint64_t key : slots_) {
            if (key != 0) {
                place(larger, key);
            }
        }
        slots_ = std::move(larger);
    }

    std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(1024);
    std::size_t count_ = 0;
};

}  // namespace kontor::tasks::dataset
