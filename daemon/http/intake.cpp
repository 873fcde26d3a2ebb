#include "http/intake.hpp"

#include "http/gate.hpp"
#include "http/input.hpp"
#include "http/problem.hpp"

#include <spdlog/spdlog.h>

namespace kontor::http {

namespace {

void add_counts(const ports::SampleReport& report, JsonObject& into) {
    into["lines"] = report.lines;
    into["accepted"] = report.accepted;
    into["duplicates"] = report.duplicates;
    into["refused"] = report.refused;
}

JsonArray faults_of(const ports::SampleReport& report) {
    JsonArray list;
    for (const ports::SampleFault& fault : report.faults) {
        const std::string line = std::to_string(fault.line);
        list.push_back(JsonObject{
            {"pointer", "/" + line + (fault.field.empty() ? "" : "/" + fault.field)},
            {"line", fault.line},
            {"field", storable(fault.field)},
            {"message", storable(fault.message)}});
    }
    return list;
}

// The refusal with what became of the lines: whoever sent them must not think that none was taken.
Response with_counts(Response refusal, const ports::SampleReport& report) {
    Result<Json> body = json_from_text(refusal.body);
    if (body && body->is_object()) {
        add_counts(report, body->get_object());
        if (!report.faults.empty()) {
            body->get_object()["errors"] = faults_of(report);
        }
        refusal.body = to_text(*body);
    }
    return refusal;
}

Response answer_of(const Result<void>& taken, const ports::SampleReport& report) {
    const std::string kept = std::to_string(report.accepted) + " new samples are kept";
    if (!taken) {
        Error error = taken.error();
        error.message += "; " + kept + ": send everything again, what is there already counts as a duplicate";
        return with_counts(problem(error), report);
    }
    if (report.refused > 0) {
        const std::size_t named = report.faults.size();
        return with_counts(
            problem(
                422,
                std::to_string(report.refused) + " of " + std::to_string(report.lines) + " lines are refused" +
                    (static_cast<std::int64_t>(named) < report.refused ? " (the first " + std::to_string(named) + " are named)" : "") +
                    "; " + kept + ", and " + std::to_string(report.duplicates) + " were there already."
            ),
            report
        );
    }
    JsonObject counts;
    add_counts(report, counts);
    Response response;
    response.body = to_text(counts);
    return response;
}

}  // namespace

std::variant<Response, std::shared_ptr<Intake>> Intake::begin(
    const Match& match, const Request& request, Context& context
) {
    if (auto refusal = QueryInput(request).refusal()) {
        return std::move(*refusal);
    }
    if (context.samples == nullptr) {
        return problem(404, "This server takes no samples.");
    }
    if (context.draining || context.intake_streams >= context.limits.intake_streams_max) {
        context.metrics.refused("busy");
        return problem(503, "Too many streams of samples are open already; try again shortly.");
    }
    auto stream = context.samples->open(
        {request.caller, name_of(*match.route), storable(request.path)}, field(request.fields, "Content-Encoding")
    );
    if (!stream) {
        return problem(stream.error());
    }
    return std::shared_ptr<Intake>(new Intake(std::move(*stream), match, request, context));
}

Intake::Intake(std::unique_ptr<ports::SampleStream> stream, const Match& match, const Request& request, Context& context)
    : stream_(std::move(stream)), route_(*match.route), request_(request), context_(context) {
    ++context_.intake_streams;
}

Intake::~Intake() { --context_.intake_streams; }

std::optional<Response> Intake::take(std::string_view bytes, bool last) {
    std::optional<Response> response;
    try {
        Result<void> taken = stream_->take(bytes);
        if (taken && last) {
            taken = stream_->finish();
        }
        if (taken && !last) {
            return std::nullopt;
        }
        response = answer_of(taken, stream_->report());
        if (!taken && taken.error().kind == ErrorKind::Internal) {
            spdlog::error("http: {} answered {}: {}", name_of(route_), response->status, describe(taken.error()));
        }
    } catch (const std::exception& fault) {
        spdlog::error("http: {} threw: {}", name_of(route_), fault.what());
        response = with_counts(problem(internal("http.intake", "exception")), stream_->report());
    }
    // What was kept stands there already, with the objects it lies in.
    if (!stream_->report().on_record) {
        context_.api.record({audit_row(route_, request_, response->status, now())}, {});
    }
    return response;
}

}  // namespace kontor::http
