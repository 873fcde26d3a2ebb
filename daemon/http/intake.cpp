#include "http/intake.hpp"

#include "http/gate.hpp"
#include "http/problem.hpp"

#include <spdlog/spdlog.h>

namespace kontor::http {

std::variant<Response, std::shared_ptr<Intake>> Intake::begin(
    const Match& match, const Request& request, Context& context
) {
    if (context.draining || context.intake_streams >= context.limits.intake_streams_max) {
        context.metrics.refused("busy");
        return problem(503, "Too many streams are open already; try again shortly.");
    }
    return match.route->body == BodyType::Ndjson ? begin_samples(match, request, context)
                                                 : begin_file(match, request, context);
}

Intake::Intake(const Match& match, const Request& request, Context& context)
    : route_(*match.route), request_(request), context_(context) {
    ++context_.intake_streams;
}

Intake::~Intake() { --context_.intake_streams; }

std::optional<Response> Intake::take(std::string_view bytes, bool last) {
    std::optional<Response> response;
    try {
        response = piece(bytes, last);
    } catch (const std::exception& fault) {
        spdlog::error("http: {} threw: {}", name_of(route_), fault.what());
        response = broken();
    }
    if (!response) {
        return std::nullopt;
    }
    if (response->status == 500) {
        spdlog::error("http: {} answered {}", name_of(route_), response->body);
    }
    if (!response->on_record) {
        context_.api.record({audit_row(route_, request_, response->status, now())}, {});
    }
    return response;
}

}  // namespace kontor::http
