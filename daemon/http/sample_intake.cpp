// Samples, line by line: what was kept is kept, whatever becomes of the rest.
#include "http/input.hpp"
#include "http/intake.hpp"
#include "http/problem.hpp"

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

Response answer_of(const Result<void>& taken, const ports::SampleReport& report, bool dry_run) {
    const std::string kept = std::to_string(report.accepted) + (dry_run ? " new samples would be kept" : " new samples are kept");
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
    if (dry_run) {
        counts["dry_run"] = true;
    }
    Response response;
    response.body = to_text(counts);
    return response;
}

class SampleIntake final : public Intake {
  public:
    SampleIntake(std::unique_ptr<ports::SampleStream> stream, bool dry_run, const Match& match, const Request& request, Context& context)
        : Intake(match, request, context), stream_(std::move(stream)), dry_run_(dry_run) {}

  private:
    std::optional<Response> piece(std::string_view bytes, bool last) override {
        Result<void> taken = stream_->take(bytes);
        if (taken && last) {
            taken = stream_->finish();
        }
        if (taken && !last) {
            return std::nullopt;
        }
        return recorded(answer_of(taken, stream_->report(), dry_run_));
    }
    Response broken() override { return recorded(with_counts(problem(internal("http.intake", "exception")), stream_->report())); }

    // What was kept stands there already, with the objects it lies in.
    Response recorded(Response response) const {
        response.on_record = stream_->report().on_record;
        return response;
    }

    const std::unique_ptr<ports::SampleStream> stream_;
    const bool dry_run_;
};

}  // namespace

std::variant<Response, std::shared_ptr<Intake>> begin_samples(const Match& match, const Request& request, Context& context) {
    QueryInput query(request);
    const bool dry_run = query.one_of("dry_run", {"true", "false"}).value_or("") == "true";
    if (auto refusal = query.refusal()) {
        return std::move(*refusal);
    }
    if (context.samples == nullptr) {
        return problem(404, "This server takes no samples.");
    }
    auto stream = context.samples->open(
        {request.caller, name_of(*match.route), storable(request.path), dry_run}, field(request.fields, "Content-Encoding")
    );
    if (!stream) {
        return problem(stream.error());
    }
    return std::make_shared<SampleIntake>(std::move(*stream), dry_run, match, request, context);
}

}  // namespace kontor::http
