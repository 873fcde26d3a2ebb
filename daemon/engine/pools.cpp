// What people ask and change of pools, and why something waits for a slot.
#include <algorithm>
#include <set>

#include "base/nearest.hpp"
#include "engine/slots.hpp"

namespace kontor::engine {

using core::fair::Claim;
using core::run::Index;

namespace {

constexpr std::size_t holders_named_max = 4;
constexpr std::size_t holders_listed_max = 50;

std::string_view kind_of(const std::string& pool) {
    const std::size_t colon = pool.find(':');
    if (colon != std::string::npos) {
        return std::string_view(pool).substr(0, colon);
    }
    return pool == core::fair::compute_pool  ? "cores"
           : pool == core::fair::io_pool     ? "attempts"
           : pool == core::fair::memory_pool ? "megabytes"
                                             : "tokens";
}

std::string slots_word(const std::string& pool, int count) {
    const std::string word = pool == core::fair::compute_pool ? "core" : pool == core::fair::memory_pool ? "MB" : "slot";
    return word + (count == 1 || word == "MB" ? "" : "s");
}

Json optional_number(const std::optional<int>& number) {
    if (!number.has_value()) {
        return nullptr;
    }
    return *number;
}

// What a pool has once the wish is done: the daemon's own limit where nobody sets one.
std::optional<int> slots_then(const PoolRequest& wanted, const Budget& budget) {
    if (!wanted.remove && wanted.slots) {
        return wanted.slots;
    }
    if (wanted.name == core::fair::compute_pool) {
        return budget.cores;
    }
    if (wanted.name == core::fair::io_pool) {
        return budget.io_slots;
    }
    const bool own_memory = wanted.remove && wanted.name == core::fair::memory_pool && budget.memory_mb > 0;
    return own_memory ? std::optional(budget.memory_mb) : std::nullopt;
}

bool names_pool(const core::dag::Workflow& workflow, const std::string& pool) {
    return std::any_of(workflow.tasks.begin(), workflow.tasks.end(), [&](const core::dag::TaskNode& node) {
        return std::any_of(node.pools.begin(), node.pools.end(), [&](const auto& each) { return each.first == pool; });
    });
}

}  // namespace

JsonArray missing_pools(const core::dag::Workflow& workflow, const core::fair::Pools& pools) {
    std::set<std::string> missing;
    for (const core::dag::TaskNode& node : workflow.tasks) {
        for (const auto& [pool, amount] : node.pools) {
            if (pools.find(pool) == nullptr) {
                missing.insert(pool);
            }
        }
    }
    return JsonArray(missing.begin(), missing.end());
}

std::vector<Slots::Holder> Slots::holders(const std::string& pool) const {
    std::map<ports::TaskId, Holder> found;
    for (const auto& [id, flight] : conductor_.running_) {
        int amount = 0;
        if (pool == core::fair::compute_pool || pool == core::fair::io_pool) {
            const bool mine = (flight.pool == sdk::Pool::Compute) == (pool == core::fair::compute_pool);
            amount = mine && !flight.ahead ? flight.cores : 0;
        } else {
            for (const Claim& claim : core::fair::claims_of(*flight.workflow, flight.node(), flight.country)) {
                amount += claim.pool == pool ? claim.amount : 0;
            }
        }
        if (amount > 0) {
            found[id] = {&flight, amount};
        }
    }
    std::vector<Holder> all;
    for (const auto& [id, holder] : found) {
        all.push_back(holder);
    }
    return all;
}

// "run 7 DE/tune, run 7 DE/prepare and 3 more"
std::string Slots::holder_names(const std::vector<Holder>& holders, const Countries& seen) const {
    std::string text;
    std::size_t named = 0;
    for (const Holder& each : holders) {
        if (named < holders_named_max && seen.contains(each.flight->country)) {
            text += std::string(named == 0 ? "" : ", ") + "run " + std::to_string(each.flight->place.run) + " " +
                    (each.flight->country.empty() ? "" : each.flight->country + "/") + each.flight->node().name;
            ++named;
        }
    }
    if (named == 0) {
        return "others";
    }
    return text + (holders.size() > named ? " and " + std::to_string(holders.size() - named) + " more" : "");
}

std::string Slots::claim_sentence(const Claim& claim, const Countries& seen) const {
    const core::fair::Pool* pool = conductor_.slots_.pools.find(claim.pool);
    const int most = conductor_.slots_.pools.limit(claim).value_or(0);
    if (claim.must_exist && pool == nullptr) {
        return "waits for pool '" + claim.pool + "', which does not exist: `kontor pools set " + claim.pool + " SLOTS` makes it";
    }
    const std::vector<Holder> holding = holders(claim.pool);
    int used = 0;
    for (const Holder& each : holding) {
        used += each.amount;
    }
    const std::string wanted = std::to_string(claim.amount) + " of " + std::to_string(most) + " " + slots_word(claim.pool, most) + " of pool " + claim.pool;
    if (claim.amount > most && claim.pool != core::fair::memory_pool) {
        return "waits for " + wanted + ": it cannot begin before the pool has as many";
    }
    return "waits for " + wanted + ", " + std::to_string(used) + (used == 1 ? " is" : " are") + " held by " + holder_names(holding, seen);
}

std::string Slots::sentence(const ActiveRun& active, Index index, const Countries& seen) const {
    if (conductor_.draining_) {
        return "waits until the daemon is back: it is stopping";
    }
    const std::vector<Claim> wanted = claims(active, index);
    if (const Claim* full = core::fair::without_room(wanted, conductor_.slots_.pools, holdings())) {
        return claim_sentence(*full, seen);
    }
    const core::dag::TaskNode& node = active.run.node(active.run.instance(index));
    const sdk::TaskType* type = conductor_.settings_.tasks->find(node.uses);
    const sdk::Pool pool = type == nullptr ? sdk::Pool::Compute : type->pool;
    const bool io = pool == sdk::Pool::Io;
    const std::string name(io ? core::fair::io_pool : core::fair::compute_pool);
    const int most = limit(pool);
    const int cores = io ? 1 : std::clamp(node.cores > 0 ? node.cores : type == nullptr ? 1 : type->cores, 1, std::max(1, most));
    const std::vector<Holder> holding = holders(name);
    int used = 0;
    for (const Holder& each : holding) {
        used += each.amount;
    }
    if (used + cores <= most) {
        return "is ready and begins with what is ready before it: " + std::to_string(most - used) + " of " + std::to_string(most) + " " +
               slots_word(name, most) + " of pool " + name + " are free";
    }
    return "waits for " + std::to_string(cores) + " of the " + std::to_string(most) + " " + slots_word(name, most) + " of pool " + name + ", " +
           std::to_string(used) + " are held by " + holder_names(holding, seen) + "; " + std::to_string(lane(pool).size()) + " are ready for them";
}

Json Slots::pool_json(const std::string& name, const Countries& seen) const {
    const SlotDesk& desk = conductor_.slots_;
    const auto row = desk.rows.find(name);
    const core::fair::Pool* pool = desk.pools.find(name);
    Json slots = pool == nullptr ? Json() : optional_number(pool->slots);
    std::size_t waiting = 0;
    if (name == core::fair::compute_pool || name == core::fair::io_pool) {
        const sdk::Pool which = name == core::fair::io_pool ? sdk::Pool::Io : sdk::Pool::Compute;
        slots = limit(which);
        waiting = lane(which).ready.size();
    }
    for (const Lane* each : {&desk.compute, &desk.io}) {
        waiting += each->waiting_for(name);
    }
    int held = 0;
    JsonArray listed;
    for (const Holder& each : holders(name)) {
        held += each.amount;
        if (seen.contains(each.flight->country) && listed.size() < holders_listed_max) {
            listed.push_back(JsonObject{
                {"run", each.flight->place.run}, {"country", each.flight->country}, {"task", each.flight->node().name}, {"amount", each.amount}
            });
        }
    }
    const bool set = row != desk.rows.end();
    return JsonObject{
        {"name", name},
        {"counts", kind_of(name)},
        {"slots", std::move(slots)},
        {"weight", pool == nullptr ? 1 : pool->weight},
        {"held", held},
        {"waiting", waiting},
        {"holders", std::move(listed)},
        {"exists", set || kind_of(name) != "tokens"},
        {"by", set ? Json(row->second.by) : Json()},
        {"reason", set ? Json(row->second.reason) : Json()},
        {"at", set ? Json(to_iso(row->second.at)) : Json()}
    };
}

void Slots::list(PoolsInput input, Instant now) {
    const SlotDesk& desk = conductor_.slots_;
    std::set<std::string> names{std::string(core::fair::compute_pool), std::string(core::fair::io_pool), std::string(core::fair::memory_pool)};
    for (const auto& [name, row] : desk.rows) {
        names.insert(name);
    }
    for (const Lane* each : {&desk.compute, &desk.io}) {
        for (const auto* queues : {&each->parked, &each->outsized}) {
            for (const auto& [name, queue] : *queues) {
                names.insert(name);
            }
        }
    }
    for (const auto& [workflow, definition] : conductor_.deployed_) {
        for (const core::dag::TaskNode& node : definition->tasks) {
            for (const auto& [name, amount] : node.pools) {
                names.insert(name);
            }
        }
    }
    const Countries& seen = input.request.countries;
    std::erase_if(names, [&](const std::string& name) {
        // country:DE, and workflow:NAME/DE
        const bool of_country = core::fair::is_country_pool(name) || (name.size() > 3 && name[name.size() - 3] == '/');
        const std::string country = of_country ? name.substr(name.size() - 2) : "";
        return (!country.empty() && !seen.contains(country)) || (!input.request.name.empty() && name != input.request.name);
    });
    if (!input.request.name.empty() && names.empty()) {
        conductor_.answer({}, input.reply, not_found("pools", "there is no pool '" + input.request.name + "'"), now);
        return;
    }
    JsonArray items;
    for (const std::string& name : names) {
        items.push_back(pool_json(name, seen));
    }
    Json body = input.request.name.empty() ? Json(JsonObject{{"items", std::move(items)}}) : std::move(items.front());
    conductor_.answer({}, input.reply, Reply{200, to_text(body)}, now);
}

Result<void> Slots::check(const PoolRequest& wanted) const {
    const SlotDesk& desk = conductor_.slots_;
    if (wanted.remove) {
        if (!desk.rows.contains(wanted.name)) {
            std::vector<std::string> names;
            for (const auto& [name, row] : desk.rows) {
                names.push_back(name);
            }
            const std::string hint = suggestion(wanted.name, names);
            return not_found("pools", "nobody has set pool '" + wanted.name + "'" + (hint.empty() ? "" : "; " + hint));
        }
        for (const auto& [name, definition] : conductor_.deployed_) {
            if (names_pool(*definition, wanted.name)) {
                return conflict("pools", "workflow " + name + " names pool '" + wanted.name + "': its tasks would wait for ever");
            }
        }
        return {};
    }
    if (Result<void> good = core::fair::check_pool_name(wanted.name); !good) {
        return good;
    }
    const auto wrong = [](const char* pointer, std::string what) {
        Error error = invalid("pools", what);
        error.details.push_back({pointer, std::move(what)});
        return error;
    };
    const Budget& budget = conductor_.settings_.budget;
    const int most = wanted.name == core::fair::compute_pool ? budget.cores
                     : wanted.name == core::fair::io_pool    ? budget.io_slots
                                                             : core::fair::pool_slots_max;
    if (wanted.slots && (*wanted.slots < 0 || *wanted.slots > most)) {
        return wrong("/slots", "slots of pool " + wanted.name + " must be 0 to " + std::to_string(most));
    }
    if (wanted.weight < 1 || wanted.weight > core::fair::pool_weight_max) {
        return wrong("/weight", "the weight must be 1 to " + std::to_string(core::fair::pool_weight_max));
    }
    if (wanted.weight != 1 && !core::fair::is_country_pool(wanted.name)) {
        return wrong("/weight", "only a country has a weight: country:XX");
    }
    if (!wanted.slots && core::fair::is_token_pool(wanted.name)) {
        return wrong("/slots", "a pool of tokens needs slots, 0 or more");
    }
    if (!desk.rows.contains(wanted.name) && desk.rows.size() >= core::fair::pools_max) {
        return conflict("pools", "there are " + std::to_string(core::fair::pools_max) + " pools already: remove some first");
    }
    return {};
}

void Slots::set(PoolInput input, Instant now) {
    const PoolRequest& wanted = input.request;
    if (conductor_.answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    if (const Result<void> good = check(wanted); !good) {
        conductor_.answer({}, input.reply, good.error(), now);
        return;
    }
    SlotDesk& desk = conductor_.slots_;
    const auto former = desk.rows.find(wanted.name);
    const bool made = former == desk.rows.end();
    Json before = pool_json(wanted.name, wanted.by.countries);
    if (wanted.dry_run) {
        JsonObject after = before.get_object();
        after["slots"] = optional_number(slots_then(wanted, conductor_.settings_.budget));
        after["weight"] = wanted.remove ? 1 : wanted.weight;
        conductor_.answer({}, input.reply, Reply{200, to_text(JsonObject{{"dry_run", true}, {"before", before}, {"after", after}})}, now);
        return;
    }
    if (wanted.remove) {
        ports::PoolRow gone{wanted.name, std::nullopt, 1, wanted.by.name, wanted.reason, now, true};
        apply(gone);  // its weight is that of every country again
        desk.rows.erase(wanted.name);
        desk.pools.remove(wanted.name);
        apply_default(wanted.name);
        release_outsized(now);
        conductor_.batch_.pools.push_back(std::move(gone));
        conductor_.carried_out(wanted, input.reply, Reply{200, to_text(before)}, now);
        return;
    }
    ports::PoolRow row{wanted.name, wanted.slots, wanted.weight, wanted.by.name, wanted.reason, now};
    apply(row);
    release_outsized(now);
    conductor_.batch_.pools.push_back(std::move(row));
    conductor_.carried_out(wanted, input.reply, Reply{made ? 201 : 200, to_text(pool_json(wanted.name, wanted.by.countries))}, now);
}

}  // namespace kontor::engine
