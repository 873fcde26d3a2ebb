// What waits for slots, and the limits that people have set. Owner and thread: the conductor's.
#pragma once

#include <map>
#include <string>

#include "core/fair/pools.hpp"
#include "core/fair/ready_queue.hpp"
#include "ports/pool_rows.hpp"

namespace kontor::engine {

// What waits for cores, or for io slots.
struct Lane {
    core::fair::ReadyQueue ready;
    // What had its turn when another pool had no room, by that pool: it keeps nobody else waiting.
    std::map<std::string, core::fair::ReadyQueue> parked{};
    // What wants more than that pool has at all: it gets its turn again when the pool's limit is set, and keeps nobody waiting either.
    std::map<std::string, core::fair::ReadyQueue> outsized{};
    std::size_t waiting_for(const std::string& pool) const {
        std::size_t all = 0;
        for (const auto* queues : {&parked, &outsized}) {
            const auto found = queues->find(pool);
            all += found == queues->end() ? 0 : found->second.size();
        }
        return all;
    }
    std::size_t size() const {
        std::size_t all = ready.size();
        for (const auto* queues : {&parked, &outsized}) {
            for (const auto& [pool, queue] : *queues) {
                all += queue.size();
            }
        }
        return all;
    }
};

struct SlotDesk {
    Lane compute;
    Lane io;
    core::fair::ReadyQueue native;  // needs no slot
    core::fair::Pools pools;        // the limits of `rows`
    std::map<std::string, ports::PoolRow> rows{};
};

}  // namespace kontor::engine
