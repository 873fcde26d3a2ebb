#include "core/fair/pools.hpp"

#include <algorithm>
#include <array>

namespace kontor::core::fair {
namespace {

constexpr std::size_t name_bytes_max = 100;
constexpr std::string_view country_prefix = "country:";
constexpr std::string_view workflow_prefix = "workflow:";
constexpr std::string_view type_prefix = "type:";
constexpr std::string_view every_country = "country:*";
constexpr std::array<std::string_view, 3> built_in{compute_pool, io_pool, memory_pool};

bool all_of(std::string_view text, std::string_view more) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
    });
}

}  // namespace

bool is_token_pool(std::string_view name) {
    return name.size() <= name_bytes_max && all_of(name, "-_") && name.front() >= 'a' && name.front() <= 'z' &&
           std::find(built_in.begin(), built_in.end(), name) == built_in.end();
}

bool is_country_pool(std::string_view name) {
    if (!name.starts_with(country_prefix) || name.size() != country_prefix.size() + 2) {
        return false;
    }
    const std::string_view country = name.substr(country_prefix.size());
    return std::all_of(country.begin(), country.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Result<void> check_pool_name(std::string_view name) {
    const bool fits = name.size() <= name_bytes_max;
    const bool house = std::find(built_in.begin(), built_in.end(), name) != built_in.end() || name == every_country;
    const bool workflow = name.starts_with(workflow_prefix) && all_of(name.substr(workflow_prefix.size()), "-_");
    const bool type = name.starts_with(type_prefix) && all_of(name.substr(type_prefix.size()), "-_.");
    if (fits && (house || is_country_pool(name) || workflow || type || is_token_pool(name))) {
        return {};
    }
    return invalid(
        "pools", "'" + std::string(name.substr(0, name_bytes_max)) +
                     "' is no name of a pool: compute, io, memory, country:XX, country:*, workflow:NAME, type:TASK_TYPE, or a name of small letters, digits, - and _"
    );
}

std::vector<Claim> claims_of(const dag::Workflow& workflow, const dag::TaskNode& node, const std::string& country) {
    std::vector<Claim> claims;
    for (const auto& [pool, amount] : node.pools) {
        claims.push_back({pool, amount, std::nullopt, true});
    }
    if (node.memory_mb > 0) {
        claims.push_back({std::string(memory_pool), node.memory_mb});
    }
    if (!country.empty()) {
        claims.push_back({std::string(country_prefix) + country});
        if (workflow.limits.per_country) {
            claims.push_back({std::string(workflow_prefix) + workflow.name + "/" + country, 1, workflow.limits.per_country});
        }
    }
    claims.push_back({std::string(workflow_prefix) + workflow.name, 1, workflow.limits.attempts});
    claims.push_back({std::string(type_prefix) + node.uses});
    return claims;
}

const Pool* Pools::find(const std::string& name) const {
    const auto found = all_.find(name);
    return found == all_.end() ? nullptr : &found->second;
}

std::optional<int> Pools::limit(const Claim& claim) const {
    const Pool* pool = find(claim.pool);
    if (claim.must_exist && pool == nullptr) {
        return 0;
    }
    std::optional<int> slots = pool == nullptr ? std::nullopt : pool->slots;
    if (!slots && claim.pool.starts_with(country_prefix)) {
        const Pool* each = find(std::string(every_country));
        slots = each == nullptr ? std::nullopt : each->slots;
    }
    if (claim.own_limit) {
        slots = std::min(slots.value_or(*claim.own_limit), *claim.own_limit);
    }
    return slots;
}

bool Pools::may_bind(const dag::Workflow& workflow, const dag::TaskNode& node) const {
    // Cores and io slots are no claims: whoever only changes those leaves the fast way open.
    const auto other = [](const auto& entry) { return entry.second.slots && entry.first != compute_pool && entry.first != io_pool && entry.first != memory_pool; };
    return !node.pools.empty() || node.memory_mb > 0 || workflow.limits.attempts || workflow.limits.per_country ||
           std::any_of(all_.begin(), all_.end(), other);
}

void Holdings::add(const std::vector<Claim>& claims) {
    for (const Claim& claim : claims) {
        held_[claim.pool] += claim.amount;
    }
}

void Holdings::subtract(const std::vector<Claim>& claims) {
    for (const Claim& claim : claims) {
        held_[claim.pool] -= claim.amount;
    }
}

int Holdings::of(const std::string& pool) const {
    const auto found = held_.find(pool);
    return found == held_.end() ? 0 : found->second;
}

const Claim* without_room(const std::vector<Claim>& claims, const Pools& pools, const Holdings& held) {
    for (const Claim& claim : claims) {
        const std::optional<int> limit = pools.limit(claim);
        const int holding = held.of(claim.pool);
        const bool alone = claim.pool == memory_pool && holding == 0 && limit.value_or(1) > 0;
        if (limit && !alone && holding + claim.amount > *limit) {
            return &claim;
        }
    }
    return nullptr;
}

}  // namespace kontor::core::fair
