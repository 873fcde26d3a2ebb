// Live predictions with the model in force.
#include "http/handlers/reply.hpp"
#include "ports/predictor.hpp"

namespace kontor::http::handlers {

Response predict(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    BodyInput body(call.request);
    ports::PredictRequest wanted;
    wanted.country = call.text("country");
    if (Json items = body.any("items"); items.is_array()) {
        wanted.items = std::move(items.get_array());
    } else {
        body.fault("items", items.is_null() ? "is missing: a list of items, each an object of columns" : "must be a list");
    }
    wanted.top = static_cast<std::size_t>(body.number("top", 1, 100, 3));
    wanted.explain = body.flag("explain");
    if (auto refusal = body.refusal()) {
        return *refusal;
    }
    if (call.predictor == nullptr) {
        return problem(404, "This server predicts nothing.");
    }
    const Result<Json> predicted = call.predictor->predict(wanted);
    if (!predicted && predicted.error().kind == ErrorKind::Invalid) {
        return problem(422, predicted.error().message + ".", predicted.error().details);
    }
    Response response = predicted ? Response{} : problem(predicted.error());
    if (predicted) {
        response.body = to_text(*predicted);
    }
    // It changes nothing: what stands on the record is that the model was opened.
    response.on_record = true;
    return response;
}

}  // namespace kontor::http::handlers
