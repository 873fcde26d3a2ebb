// Limits on what runs at once besides cores and io slots: tokens of a pool, memory, attempts of a country, a workflow or a task
// type. Operators set them while work goes on. Pure.
//
// What attempts hold is added up from the attempts whenever it is asked for, never counted up and down: a slot cannot leak.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "core/dag/workflow.hpp"

namespace kontor::core::fair {

inline constexpr int pool_slots_max = 1'000'000;
inline constexpr int pool_weight_max = 100;
// More of them would be a program's mistake, and every choice of an attempt looks at some of them.
inline constexpr std::size_t pools_max = 1000;

inline constexpr std::string_view compute_pool = "compute";  // cores
inline constexpr std::string_view io_pool = "io";            // attempts that wait more than they compute
inline constexpr std::string_view memory_pool = "memory";    // MB

struct Pool {
    std::optional<int> slots;  // none: no limit
    int weight = 1;            // of a country's turns
};

// What an attempt holds of a pool while it runs.
struct Claim {
    std::string pool;
    int amount = 1;
    std::optional<int> own_limit{};  // that the workflow itself sets
    bool must_exist = false;         // a pool that nobody has made has no slots
};

// compute, io, memory; country:DE, country:* (each country that has none of its own), workflow:NAME, type:TASK_TYPE; any other
// name is a pool of tokens that tasks name. Errors: Invalid, with what is allowed.
Result<void> check_pool_name(std::string_view name);
// A pool of tokens, as tasks may name it.
bool is_token_pool(std::string_view name);
bool is_country_pool(std::string_view name);  // of one country

// What an attempt of this task claims, cores and io slots apart.
std::vector<Claim> claims_of(const dag::Workflow& workflow, const dag::TaskNode& node, const std::string& country);

class Pools {
 public:
    void set(const std::string& name, Pool pool) { all_[name] = pool; }
    void remove(const std::string& name) { all_.erase(name); }
    const Pool* find(const std::string& name) const;
    const std::map<std::string, Pool>& all() const { return all_; }
    // Of what the claim is on; none: no limit.
    std::optional<int> limit(const Claim& claim) const;
    // Whether a claim could be refused at all: if not, nobody needs to add up what is held.
    bool may_bind(const dag::Workflow& workflow, const dag::TaskNode& node) const;

 private:
    std::map<std::string, Pool> all_;
};

class Holdings {
 public:
    void add(const std::vector<Claim>& claims);
    void subtract(const std::vector<Claim>& claims);
    int of(const std::string& pool) const;

 private:
    std::unordered_map<std::string, int> held_;
};

// The first claim that there is no room for; nullptr: all fit. Who wants more memory than there is fits when none is held: it
// runs alone.
const Claim* without_room(const std::vector<Claim>& claims, const Pools& pools, const Holdings& held);

}  // namespace kontor::core::fair
