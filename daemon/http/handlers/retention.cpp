// How long history is kept, and runs whose history stays whatever the policy says.
#include "base/limits.hpp"
#include "http/context.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {
namespace {

Response nothing_kept() { return problem(404, "This server drops no history and holds none."); }

using Turn = Result<ports::DeskReply> (ports::Retention::*)(
    std::int64_t, const std::string&, bool, const ports::DeskCaller&, Instant
);

Response turn(const Call& call, Turn what) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    const std::string reason = body.text("reason", Need::Required, limits::reason_bytes_max);
    const bool dry_run = body.flag("dry_run");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (call.retention == nullptr) {
        return nothing_kept();
    }
    return desk_reply(
        (call.retention->*what)(call.id("id"), reason, dry_run, desk_caller(call, reason), now())
    );
}

}  // namespace

Response show_retention(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    if (call.retention == nullptr) {
        return nothing_kept();
    }
    const Result<Json> shown = call.retention->preview(now());
    return reply(
        shown ? Result<engine::Reply>(engine::Reply{200, to_text(*shown)})
              : Result<engine::Reply>(shown.error())
    );
}

Response list_holds(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "holds_page", query, {limit, cursor}, Reach::Open);
}

Response hold_run(const Call& call) { return turn(call, &ports::Retention::hold); }

Response release_run(const Call& call) { return turn(call, &ports::Retention::release); }

}  // namespace kontor::http::handlers
