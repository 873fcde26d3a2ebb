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
    wanted.lenient = body.flag("lenient");
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

Response package_model(const Call& call) {
    if (auto refusal = refuse_query(call)) {
        return *refusal;
    }
    if (call.predictor == nullptr) {
        return problem(404, "This server exports nothing.");
    }
    const std::string country = call.text("country");
    const std::string model = call.text("model");
    Result<ports::Package> package = call.predictor->package(country, model);
    if (!package) {
        return problem(package.error());
    }
    // Who took the model with them is on record before they have it.
    engine::AcceptRequest note;
    note.by = call.by();
    note.audit = {name_of(call.route), call.request.path, country, false, "exported the model " + storable(model)};
    note.effects = std::move(package->effects);
    if (const Result<engine::Reply> recorded = call.api.accept(std::move(note)); !recorded) {
        return problem(recorded.error());
    }
    Response response;
    response.content_type = "application/x-tar";
    response.fields.emplace_back("Content-Disposition", "attachment; filename=\"model.tar\"");
    response.body = std::move(package->tar);
    return response;
}

}  // namespace kontor::http::handlers
