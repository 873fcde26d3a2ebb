#include "http/answer.hpp"

#include "http/gate.hpp"
#include "http/input.hpp"
#include "http/problem.hpp"

#include <spdlog/spdlog.h>

#include <charconv>

namespace kontor::http {

namespace {

Response text_answer(int status, std::string text) {
    Response response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(text);
    return response;
}

Response run_route(const Match& match, const Request& request, Context& context) {
    if (match.route->kind == Kind::Metrics) {
        if (auto refusal = QueryInput(request).refusal()) {
            return *refusal;
        }
        Response response = text_answer(200, context.api.metrics() + context.metrics.text() + (context.predictor == nullptr ? "" : context.predictor->metrics()));
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        return response;
    }
    return match.route->handler(
        Call{
            request,
            match.path,
            context.api,
            context.facts,
            *match.route,
            context.keeper,
            context.keys,
            context.quarantine,
            context.predictor,
            context.reviews,
            context.evidence,
            context.filing,
            context.code_lists,
            context.retention,
            context.doctor,
            context.folder,
            context.predictions}
    );
}

class KeyInWork {
  public:
    KeyInWork(KeysInWork& all, std::string key)
        : all_(all), key_(std::move(key)), begun_(all.begin(key_)) {}
    ~KeyInWork() {
        if (begun_) {
            all_.end(key_);
        }
    }
    KeyInWork(const KeyInWork&) = delete;
    KeyInWork& operator=(const KeyInWork&) = delete;
    bool begun() const { return begun_; }

  private:
    KeysInWork& all_;
    const std::string key_;
    const bool begun_;
};

// A mutation: one at a time under one Idempotency-Key, and on the record whatever comes of it. What
// the engine carried out stands there already, committed with the change itself.
Response run_mutation(const Match& match, const Request& request, Context& context) {
    const KeyInWork key(context.keys_in_work, idempotency(request).key);
    if (!key.begun()) {
        return problem(
            409, "A request with this Idempotency-Key is in work; ask again once it is answered."
        );
    }
    Response response = run_route(match, request, context);
    // Who is nobody did nothing: a sign-in that was refused.
    if (!response.on_record && request.caller.role != Role::None) {
        context.api.record({audit_row(*match.route, request, response.status, now())}, {});
    }
    return response;
}

}  // namespace

Response answer(const Match& match, const Request& request, Context& context) {
    try {
        Response response = is_mutation(match.route->method)
                                ? run_mutation(match, request, context)
                                : run_route(match, request, context);
        if (response.status >= 500 && response.status != 503) {
            spdlog::error(
                "http: {} {} answered {}",
                to_string(request.method),
                match.route->pattern,
                response.status
            );
        }
        return response;
    } catch (const std::exception& fault) {
        spdlog::error(
            "http: {} {} threw: {}", to_string(request.method), match.route->pattern, fault.what()
        );
        return problem(internal("http.handler", "exception"));
    }
}

Response health_answer() { return text_answer(200, "ok\n"); }

Response ready_answer(bool ready, const engine::Api& api) {
    if (ready) {
        return text_answer(200, "ready\n");
    }
    const Json status = api.status();
    const Json* trouble = member(status, "trouble");
    const std::string since = trouble == nullptr ? "" : text_member(*trouble, "since");
    const std::string why = since.empty() ? "" : ": the database takes no commit since " + since + "; GET /v1/status says why";
    Response response = text_answer(503, "not ready" + why + "\n");
    response.fields.emplace_back("Retry-After", std::to_string(retry_after_seconds));
    return response;
}

Response openapi_answer(const Request& request) {
    if (auto refusal = QueryInput(request).refusal()) {
        return *refusal;
    }
    Response response;
    response.content_type = "application/yaml";
    response.fixed = openapi_document();
    return response;
}

Response stream_head_answer() {
    Response response;
    response.content_type = "text/event-stream; charset=utf-8";
    response.close = true;
    return response;
}

std::variant<Response, StreamRequest> read_stream_request(const Request& request) {
    QueryInput query(request);
    const Parameter correlation = query.text("correlation", correlation_bytes_max);
    const Parameter run = query.id("run");
    if (auto refusal = query.refusal()) {
        return std::move(*refusal);
    }
    StreamRequest wanted;
    wanted.filter.countries = request.caller.countries;
    wanted.filter.correlation = correlation.value_or("");
    if (run) {
        std::int64_t id = 0;
        std::from_chars(run->data(), run->data() + run->size(), id);
        wanted.filter.run = id;
    }
    wanted.last_event_id = std::string(field(request.fields, "Last-Event-ID"));
    return wanted;
}

}  // namespace kontor::http
