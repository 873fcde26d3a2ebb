// Pools: limits on what runs at once, and who holds their slots.
#include "base/limits.hpp"
#include "core/fair/pools.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {
namespace {

// A whole number of slots, or null for no limit.
std::optional<int> slots_of(BodyInput& body) {
    const Json value = body.any("slots");
    if (value.is_null()) {
        return std::nullopt;
    }
    if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > core::fair::pool_slots_max) {
        body.fault("slots", "must be a whole number from 0 to " + std::to_string(core::fair::pool_slots_max) + ", or null for no limit");
        return std::nullopt;
    }
    return static_cast<int>(value.get_int64());
}

Response turn(const Call& call, engine::PoolRequest request, BodyInput& body) {
    request.name = call.text("pool");
    request.reason = body.text("reason", Need::Optional, limits::reason_bytes_max);
    request.dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    fill(request, call, request.reason);
    request.audit.dry_run = request.dry_run;
    return reply(call.api.turn_pool(std::move(request)));
}

}  // namespace

Response list_pools(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    return reply(call.api.pools({"", call.by().countries}));
}

Response show_pool(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    return reply(call.api.pools({call.text("pool"), call.by().countries}));
}

Response set_pool(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::PoolRequest request;
    body.require("slots");  // left out by mistake, it must not take a limit away
    request.slots = slots_of(body);
    request.weight = static_cast<int>(body.number("weight", 1, core::fair::pool_weight_max, 1));
    return turn(call, std::move(request), body);
}

Response remove_pool(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    engine::PoolRequest request;
    request.remove = true;
    return turn(call, std::move(request), body);
}

}  // namespace kontor::http::handlers
