#include "engine/slots.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace kontor::engine {

using core::fair::Claim;
using core::fair::Holdings;
using core::fair::ReadyItem;
using core::run::Index;

namespace {

// A type whose attempts last less than this is fed ahead.
constexpr double short_attempt_us = 2000;
// Runs that others caused come before what is deepest in those: a country's chain goes through several workflows.
constexpr int tasks_deep_max = 100'000;

// What has waited so long for a pool has the next of its slots, all of them that it wants: a stream of smaller claims would let it wait for ever.
constexpr auto reserve_after = std::chrono::minutes(5);

}  // namespace

Lane& Slots::lane(sdk::Pool pool) const { return pool == sdk::Pool::Compute ? conductor_.slots_.compute : conductor_.slots_.io; }

int Slots::limit(sdk::Pool pool) const {
    const bool compute = pool == sdk::Pool::Compute;
    const int most = compute ? conductor_.settings_.budget.cores : conductor_.settings_.budget.io_slots;
    const core::fair::Pool* set = conductor_.slots_.pools.find(std::string(compute ? core::fair::compute_pool : core::fair::io_pool));
    return set == nullptr ? most : std::min(most, set->slots.value_or(most));
}

std::vector<Claim> Slots::claims(const ActiveRun& active, Index index) const {
    const core::run::Instance& instance = active.run.instance(index);
    return core::fair::claims_of(active.run.workflow(), active.run.node(instance), active.run.country(instance));
}

Holdings Slots::holdings() const {
    Holdings held;
    for (const auto& [id, flight] : conductor_.running_) {
        held.add(core::fair::claims_of(*flight.workflow, flight.node(), flight.country));
    }
    return held;
}

ActiveRun* Slots::alive(const ReadyItem& item) const {
    ActiveRun* active = conductor_.find(item.run);
    const bool may = active != nullptr && active->life == item.life && active->run.may_begin(item.instance);
    return may ? active : nullptr;
}

void Slots::push(ActiveRun& active, Index index, Instant now) {
    const core::run::Instance& instance = active.run.instance(index);
    const core::dag::TaskNode& node = active.run.node(instance);
    ReadyItem item{active.row.id, index, 1, conductor_.type_number(node.uses), active.life};
    item.priority = node.priority + active.row.priority;
    item.depth = active.row.depth * tasks_deep_max + std::min(active.run.depth(instance), tasks_deep_max - 1);
    item.since = now;
    if (Conductor::is_native(node.uses) || (node.cache_for && instance.attempt == 0)) {
        conductor_.slots_.native.push(active.run.country(instance), item);
    } else {
        push_lane(active, index, item);
    }
}

void Slots::push_lane(const ActiveRun& active, Index index, ReadyItem item) {
    const core::run::Instance& instance = active.run.instance(index);
    const core::dag::TaskNode& node = active.run.node(instance);
    const std::string& country = active.run.country(instance);
    const sdk::TaskType* type = conductor_.settings_.tasks->find(node.uses);
    const int wanted = node.cores > 0 ? node.cores : type == nullptr ? 1 : type->cores;
    item.cores = std::clamp(wanted, 1, conductor_.settings_.budget.cores);
    lane(type == nullptr ? sdk::Pool::Compute : type->pool).ready.push(country, item);
}

void Slots::park(Lane& lane, const Claim& full, const std::string& country, const ReadyItem& item) {
    const std::optional<int> most = conductor_.slots_.pools.limit(full);
    // What wants more memory than there is runs alone.
    const bool never = full.pool != core::fair::memory_pool && full.amount > most.value_or(0);
    (never ? lane.outsized : lane.parked)[full.pool].push(country, item);
}

const Claim* Slots::reserved(const std::vector<Claim>& wanted, const ReadyItem& item, Instant now) const {
    if (now - item.since >= reserve_after) {
        return nullptr;  // two that have waited long would else wait for one another
    }
    const auto is_reserved = [&](const Claim& claim) {
        for (const Lane* each : {&conductor_.slots_.compute, &conductor_.slots_.io}) {
            const auto waiting = each->parked.find(claim.pool);
            const ReadyItem* first = waiting == each->parked.end() ? nullptr : waiting->second.front(now);
            if (first != nullptr && now - first->since >= reserve_after) {
                return true;
            }
        }
        return false;
    };
    const auto found = std::find_if(wanted.begin(), wanted.end(), is_reserved);
    return found == wanted.end() ? nullptr : &*found;
}

void Slots::release_outsized(Instant now) {
    for (Lane* lane : {&conductor_.slots_.compute, &conductor_.slots_.io}) {
        for (auto& [pool, queue] : std::exchange(lane->outsized, {})) {
            while (const ReadyItem* front = queue.front(now)) {
                const ReadyItem item = *front;
                queue.pop(now);
                if (const ActiveRun* active = alive(item)) {
                    lane->ready.push(active->run.country(active->run.instance(item.instance)), item);
                }
            }
        }
    }
}

// What there may be room for by now gets its turn again, as much as there is room for.
std::set<Slots::Name> Slots::unpark(Lane& lane, Holdings& held, Instant now) {
    std::vector<Claim> promised;
    std::vector<std::pair<std::string, ReadyItem>> released;
    for (auto& [pool, queue] : lane.parked) {
        while (const ReadyItem* front = queue.front(now)) {
            const ReadyItem item = *front;
            const ActiveRun* active = alive(item);
            if (active == nullptr) {
                queue.pop(now);
                continue;
            }
            const std::vector<Claim> wanted = claims(*active, item.instance);
            // What is promised here begins: a promise that is not kept would keep others waiting when nothing runs that could end.
            const Claim* full = core::fair::without_room(wanted, conductor_.slots_.pools, held);
            full = full == nullptr ? reserved(wanted, item, now) : full;
            if (full != nullptr && full->pool == pool) {
                break;
            }
            queue.pop(now);
            const std::string& country = active->run.country(active->run.instance(item.instance));
            if (full != nullptr) {
                park(lane, *full, country, item);
                continue;
            }
            released.emplace_back(country, item);
            held.add(wanted);
            promised.insert(promised.end(), wanted.begin(), wanted.end());
        }
    }
    // Each goes before its equals: the last one first, so that they stand as they came.
    for (auto each = released.rbegin(); each != released.rend(); ++each) {
        lane.ready.push_first(each->first, each->second);
    }
    held.subtract(promised);
    std::erase_if(lane.parked, [](const auto& entry) { return entry.second.empty(); });
    std::set<Name> names;
    for (const auto& [country, item] : released) {
        names.emplace(item.run, item.instance);
    }
    return names;
}

void Slots::fill(sdk::Pool pool, Instant now) {
    Lane& waiting = lane(pool);
    if (waiting.ready.empty() && waiting.parked.empty()) {
        return;
    }
    int used = 0;
    int ahead = 0;
    for (const auto& [id, flight] : conductor_.running_) {
        if (flight.pool == pool) {
            (flight.ahead ? ahead : used) += flight.ahead ? 1 : flight.cores;
        }
    }
    const int most = limit(pool);
    std::optional<Holdings> held;  // added up once somebody needs it
    std::set<Name> released;
    if (!waiting.parked.empty() && used < most) {
        held = holdings();
        released = unpark(waiting, *held, now);
    }
    while (const ReadyItem* front = waiting.ready.front(now)) {
        const ReadyItem item = *front;
        ActiveRun* active = alive(item);
        if (active == nullptr) {
            waiting.ready.pop(now);
            continue;
        }
        const core::run::Instance& instance = active->run.instance(item.instance);
        const bool binds = conductor_.slots_.pools.may_bind(active->run.workflow(), active->run.node(instance));
        if (binds && !held) {
            held = holdings();
        }
        const std::vector<Claim> wanted = held ? claims(*active, item.instance) : std::vector<Claim>{};
        const Claim* full = binds ? core::fair::without_room(wanted, conductor_.slots_.pools, *held) : nullptr;
        full = binds && full == nullptr && !released.contains({item.run, item.instance}) ? reserved(wanted, item, now) : full;
        if (full != nullptr) {
            waiting.ready.pop(now);
            park(waiting, *full, active->run.country(instance), item);
            continue;
        }
        const int cores = std::min(item.cores, std::max(1, most));
        const bool fits = used + cores <= most;
        const double mean = conductor_.speeds_[static_cast<std::size_t>(item.type)].mean_us;
        const bool feed = !fits && most > 0 && mean >= 0 && mean < short_attempt_us && ahead < conductor_.settings_.feed_ahead;
        if (!fits && !feed) {
            return;
        }
        waiting.ready.pop(now);
        (feed ? ahead : used) += feed ? 1 : cores;
        if (held) {
            held->add(wanted);
        }
        conductor_.start_attempt(*active, item.instance, {pool, pool == sdk::Pool::Io ? 1 : cores, item.type, feed}, now);
    }
}

void Slots::apply(const ports::PoolRow& row) {
    SlotDesk& desk = conductor_.slots_;
    desk.pools.set(row.name, {row.slots, row.weight});
    desk.rows[row.name] = row;
    if (core::fair::is_country_pool(row.name)) {
        const std::string country = row.name.substr(row.name.size() - 2);
        desk.compute.ready.set_weight(country, row.weight);
        desk.io.ready.set_weight(country, row.weight);
    }
}

void Slots::apply_default(const std::string& name) {
    if (const int memory = conductor_.settings_.budget.memory_mb; name == core::fair::memory_pool && memory > 0) {
        conductor_.slots_.pools.set(name, {memory, 1});
    }
}

void Slots::recover(const ports::Snapshot& snapshot) {
    apply_default(std::string(core::fair::memory_pool));
    for (const ports::PoolRow& row : snapshot.pools) {
        apply(row);
    }
}

}  // namespace kontor::engine
