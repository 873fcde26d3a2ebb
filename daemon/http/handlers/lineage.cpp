// From a filed number to the items, the model, the data sets and the people behind it, and from each of these to what was filed with it.
#include "http/handlers/reply.hpp"
#include "ports/prediction_rows.hpp"

#include <set>

namespace kontor::http::handlers {
namespace {

constexpr std::int64_t items_usual = 50;
constexpr std::int64_t version_max = 1'000'000;

// The list is the model's items in the order of its file, then those that people decided by number: a cursor is twice the place in
// the one, or twice the place in the other and one.
std::string cursor_in_file(std::int64_t rows) { return std::to_string(2 * rows); }
std::string cursor_in_queue(std::int64_t review) { return std::to_string(2 * review + 1); }

struct ItemsAsked {
    Parameter version;
    Parameter code;
    Parameter item;
    Parameter limit;
    std::int64_t cursor = 0;
};

// Where the version's predictions lie: what the query `lineage_predictions` tells.
struct Traced {
    std::string report;
    std::int64_t task = 0;
    std::string model;
    bool recorded = false;  // the predictions are known
    ports::PredictionPlace place;
};

Result<Traced> traced_from(std::string_view text) {
    const Result<Json> told = json_from_text(text);
    if (!told) {
        return told.error();
    }
    const Json* report = member(*told, "report");
    const Json* run = member(*told, "run");
    const Json* task = member(*told, "task");
    const Json* object = member(*told, "object");
    if (report == nullptr || !report->is_int64() || run == nullptr || !run->is_int64()) {
        return internal("http.lineage", "the query does not say where the predictions lie");
    }
    Traced traced;
    traced.report = to_text(*report);
    traced.task = task != nullptr && task->is_int64() ? task->get_int64() : 0;
    traced.model = text_member(*told, "model");
    traced.place.run = run->get_int64();
    traced.place.country = text_member(*told, "country");
    if (object != nullptr && object->is_object()) {
        try {
            traced.place.object = sdk::object_ref_from(*object, "predictions");
            traced.recorded = true;
        } catch (const sdk::TaskFailure& failure) {
            return not_found("lineage", failure.reason());
        }
    }
    return traced;
}

// Those about which people were asked: the report has them under what was decided.
Result<std::set<std::string>> asked_about(const Call& call, const Traced& traced, const ports::PredictionPage& page) {
    JsonArray ids;
    for (const ports::PredictedItem& each : page.items) {
        ids.emplace_back(each.item);
    }
    const Result<std::string> text = call.api.read("lineage_asked", {traced.report, to_text(ids), call.scope()});
    const Result<Json> told = text ? json_from_text(*text) : Result<Json>(text.error());
    if (!told) {
        return told.error();
    }
    std::set<std::string> asked;
    for (const Json& each : told->is_array() ? told->get_array() : JsonArray{}) {
        asked.emplace(each.is_string() ? std::string(each.get_string()) : std::string());
    }
    return asked;
}

// Behind `before`, which the same page holds already.
Response items_of_people(const Call& call, const Traced& traced, const ItemsAsked& asked, JsonArray before = {}) {
    Response response = read(
        call, "lineage_decided", {traced.report, asked.code, asked.item, asked.limit, std::to_string(asked.cursor / 2)}
    );
    const Result<Json> list = response.status == 200 ? json_from_text(response.body) : Result<Json>(Json());
    const Json* items = list ? member(*list, "items") : nullptr;
    if (items == nullptr || !items->is_array()) {
        return response;
    }
    before.insert(before.end(), items->get_array().begin(), items->get_array().end());
    const std::string next = text_member(*list, "next");
    response.body = to_text(
        JsonObject{{"items", std::move(before)}, {"next", next.empty() ? Json() : Json(cursor_in_queue(std::stoll(next)))}}
    );
    return response;
}

Response items_of_model(const Call& call, const Traced& traced, ItemsAsked wanted) {
    Result<ports::PredictionPage> page = call.predictions->read(traced.place);
    if (!page) {
        return problem(page.error());
    }
    engine::AcceptRequest shown;
    shown.by = call.by();
    shown.audit = {name_of(call.route), call.request.path, traced.place.country, false, "opened " + storable(traced.place.object.key)};
    shown.run = traced.place.run;
    shown.task = traced.task;
    shown.effects = std::move(page->opened);
    if (const Result<engine::Reply> recorded = call.api.accept(std::move(shown)); !recorded) {
        return problem(recorded.error());
    }
    const Result<std::set<std::string>> people = asked_about(call, traced, *page);
    if (!people) {
        return problem(people.error());
    }
    JsonArray items;
    for (const ports::PredictedItem& each : page->items) {
        if (!people->contains(each.item)) {
            const Result<Json> probability = json_from_text(each.probability);
            items.push_back(JsonObject{
                {"item", each.item}, {"code", each.code}, {"probability", probability ? *probability : Json()}, {"by", "model"},
                {"model", traced.model}});
        }
    }
    const std::int64_t room = traced.place.limit - static_cast<std::int64_t>(items.size());
    if (page->more || room <= 0) {
        Response response;
        response.body = to_text(
            JsonObject{{"items", std::move(items)}, {"next", page->more ? cursor_in_file(page->looked_at) : cursor_in_queue(0)}}
        );
        return response;
    }
    // The file is at its end: the page goes on with what people decided.
    wanted.cursor = 0;
    wanted.limit = std::to_string(room);
    return items_of_people(call, traced, wanted, std::move(items));
}

}  // namespace

Response report_lineage(const Call& call) {
    QueryInput query(call.request);
    const Parameter version = query.number("version", 1, version_max);
    const Parameter code = query.text("code");
    return page(call, "report_lineage", query, {call.text("country"), call.text("period"), version, code});
}

Response list_lineage_items(const Call& call) {
    QueryInput query(call.request);
    ItemsAsked asked;
    asked.version = query.number("version", 1, version_max);
    asked.code = query.text("code");
    asked.item = query.text("item", 512);
    asked.limit = query.limit();
    const Parameter cursor = query.cursor();
    const Response found = page(call, "lineage_predictions", query, {call.text("country"), call.text("period"), asked.version});
    if (found.status != 200) {
        return found;
    }
    if (call.predictions == nullptr) {
        return problem(404, "This server reads no objects.");
    }
    Result<Traced> traced = traced_from(found.body);
    if (!traced) {
        return problem(traced.error());
    }
    asked.cursor = std::stoll(cursor.value_or("0"));
    // What was predicted is not recorded: all that can be told is what people decided.
    if (asked.cursor % 2 == 1 || !traced->recorded) {
        return items_of_people(call, *traced, asked);
    }
    traced->place.code = asked.code.value_or("");
    traced->place.item = asked.item.value_or("");
    traced->place.after = asked.cursor / 2;
    traced->place.limit = asked.limit ? std::stoll(*asked.limit) : items_usual;
    return items_of_model(call, *traced, asked);
}

Response model_lineage(const Call& call) {
    QueryInput query(call.request);
    const Parameter country = query.country("country");
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "model_lineage", query, {call.text("model"), country, limit, cursor});
}

Response dataset_lineage(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "dataset_lineage", query, {call.text("sha256"), limit, cursor});
}

Response code_list_lineage(const Call& call) {
    QueryInput query(call.request);
    const Parameter limit = query.limit();
    const Parameter cursor = query.cursor();
    return page(call, "code_list_lineage", query, {call.text("country"), call.text("id"), limit, cursor});
}

}  // namespace kontor::http::handlers
