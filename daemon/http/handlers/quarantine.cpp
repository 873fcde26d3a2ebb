// Rows that tasks put aside: which tasks of a run have some, and the rows themselves.
#include "http/handlers/reply.hpp"
#include "ports/quarantine.hpp"

namespace kontor::http::handlers {
namespace {

// Where a task's rows lie: what the query `task_quarantine` tells.
struct Place {
    std::int64_t task = 0;
    ports::QuarantineRequest request;
};

Result<Place> place_from(const Json& told) {
    const Json* run = member(told, "run");
    const Json* task = member(told, "task");
    const Json* object = member(told, "object");
    if (run == nullptr || !run->is_int64() || task == nullptr || !task->is_int64() || object == nullptr) {
        return internal("http.quarantine", "the query does not say where the rows lie");
    }
    Place place;
    place.task = task->get_int64();
    place.request.run = run->get_int64();
    place.request.country = text_member(told, "country");
    try {
        place.request.object = sdk::object_ref_from(*object, "quarantine");
    } catch (const sdk::TaskFailure& failure) {
        return not_found("quarantine", failure.reason());
    }
    return place;
}

}  // namespace

Response list_run_quarantine(const Call& call) {
    QueryInput query(call.request);
    std::vector<Parameter> parameters{call.text("id")};
    parameters.push_back(query.country("country"));
    parameters.push_back(query.limit());
    parameters.push_back(query.cursor());
    return page(call, "run_quarantine", query, parameters);
}

Response list_task_quarantine(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    const Response found = page(call, "task_quarantine", query, {call.text("id")});
    if (found.status != 200) {
        return found;
    }
    if (call.quarantine == nullptr) {
        return problem(404, "This server reads no objects.");
    }
    const Result<Json> told = json_from_text(found.body);
    if (!told) {
        return problem(told.error());
    }
    Result<Place> place = place_from(*told);
    if (!place) {
        return problem(place.error());
    }
    place->request.after = std::stoll(cursor.value_or("0"));
    place->request.limit = std::stoll(limit.value_or("50"));
    Result<ports::QuarantineRows> rows = call.quarantine->read(place->request);
    if (!rows) {
        return problem(rows.error());
    }
    engine::AcceptRequest shown;
    shown.by = call.by();
    shown.audit = {name_of(call.route), call.request.path, place->request.country, false, "opened " + storable(place->request.object.key)};
    shown.run = place->request.run;
    shown.task = place->task;
    shown.effects = std::move(rows->opened);
    if (const Result<engine::Reply> recorded = call.api.accept(std::move(shown)); !recorded) {
        return problem(recorded.error());
    }
    const std::int64_t next = place->request.after + place->request.limit;
    Response response;
    response.body = to_text(JsonObject{{"items", std::move(rows->rows)}, {"next", rows->more ? Json(std::to_string(next)) : Json()}});
    return response;
}

}  // namespace kontor::http::handlers
