// What is wrong with this daemon, and what to do about it.
#include "http/context.hpp"
#include "http/handlers/reply.hpp"

namespace kontor::http::handlers {

Response show_doctor(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    if (call.doctor == nullptr) {
        return problem(404, "This server looks after no database.");
    }
    const Result<Json> told = call.doctor->look();
    return reply(told ? Result<engine::Reply>(engine::Reply{200, to_text(*told)}) : Result<engine::Reply>(told.error()));
}

}  // namespace kontor::http::handlers
