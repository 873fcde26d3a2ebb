#include "live/predictor.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "live/item_input.hpp"
#include "tasks/model/prediction_text.hpp"

namespace kontor::live {
namespace {

// As a predictions file has it: six digits behind the point.
double rounded(float probability) { return static_cast<double>(std::lrint(static_cast<double>(probability) * 1e6)) / 1e6; }

std::optional<Error> refuse(const ports::PredictRequest& request) {
    const auto refusal = [](const char* pointer, const std::string& message) {
        Error error = invalid("live", std::string("the request does not fit: ") + pointer + " " + message);
        error.details.push_back({pointer, message});
        return error;
    };
    const std::size_t most = request.explain ? explained_max : items_max;
    if (request.items.empty()) {
        return refusal("/items", "must hold at least one item");
    }
    if (request.items.size() > most) {
        return refusal(
            "/items", "holds " + std::to_string(request.items.size()) + " items; one request takes up to " + std::to_string(most) +
                          (request.explain ? " with explain" : "") + ": send the others in further requests"
        );
    }
    if (request.top < 1 || request.top > tasks::model::top_max) {
        return refusal("/top", "must be from 1 to " + std::to_string(tasks::model::top_max));
    }
    return std::nullopt;
}

// The largest contributions by name, and the sum of the others.
JsonArray largest(std::vector<ml::Contribution> contributions, double& rest) {
    std::stable_sort(contributions.begin(), contributions.end(), [](const auto& a, const auto& b) {
        return std::abs(a.amount) > std::abs(b.amount);
    });
    JsonArray list;
    rest = 0;
    for (ml::Contribution& each : contributions) {
        if (list.size() < contributions_max && each.amount != 0) {
            list.push_back(JsonObject{{"feature", storable(each.feature)}, {"amount", each.amount}});
        } else {
            rest += each.amount;
        }
    }
    return list;
}

Json to_json(ml::Explanation told) {
    double score = told.base;
    for (const ml::Contribution& each : told.contributions) {
        score += each.amount;
    }
    double rest = 0;
    JsonObject json{{"what", std::move(told.what)}, {"base", told.base}, {"score", score}};
    json["contributions"] = largest(std::move(told.contributions), rest);
    json["rest"] = rest;
    if (!told.words.empty()) {
        json["words"] = largest(std::move(told.words), rest);
        json["words_rest"] = rest;
    }
    return json;
}

struct Answered {
    JsonObject json;
    std::optional<std::size_t> best;
};

Answered answer(const Loaded& loaded, const std::string& id, std::span<const float> classes, std::size_t top) {
    const tasks::model::CodeMap& map = loaded.map;
    std::vector<float> all(map.is_plain() ? 0 : map.codes().size());
    std::vector<float> clear(all.size());
    if (!map.is_plain()) {
        map.apply(classes, all, clear);
    }
    const std::span<const float> probabilities = map.is_plain() ? classes : std::span<const float>(all);
    std::array<std::size_t, tasks::model::top_max> order;
    top = std::min(top, loaded.allowed.size());
    tasks::model::choose_best(probabilities, loaded.allowed, std::span(order).first(top));
    const bool any = top > 0;
    const float best = any ? probabilities[order[0]] : 0.0F;
    const float sure = any && !map.is_plain() ? clear[order[0]] : best;
    const bool review = !any || map.all_to_review() || static_cast<double>(sure) < loaded.setup.threshold;
    JsonArray alternatives;
    for (std::size_t i = 1; i < top; ++i) {
        alternatives.push_back(JsonObject{
            {"code", storable(map.codes()[order[i]])}, {"probability", rounded(probabilities[order[i]])}});
    }
    const auto class_of = [&](std::size_t code) { return map.is_plain() ? code : map.source_of(code, classes); };
    return {
        {{"item_id", storable(id)},
         {"code", any ? storable(map.codes()[order[0]]) : ""},
         {"probability", rounded(best)},
         {"status", review ? "review" : "classified"},
         {"review", review},
         {"alternatives", std::move(alternatives)}},
        any ? std::optional(class_of(order[0])) : std::nullopt};
}

}  // namespace

Result<Json> Predictor::predict(const ports::PredictRequest& request) {
    if (auto refusal = refuse(request)) {
        return *refusal;
    }
    const Result<LoadedPtr> found = shelf_.get(request.country);
    if (!found) {
        return found.error();
    }
    const Loaded& loaded = **found;
    ml::Table rows;
    if (auto faults = read_items(request.items, loaded.model->schema(), rows, request.lenient); !faults.empty()) {
        Error error = invalid("live", "the items do not fit the model: " + faults.front().pointer + " " + faults.front().message);
        error.details = std::move(faults);
        return error;
    }
    ml::Scores scores;
    if (const Result<void> computed = batcher_.predict(*found, rows, scores); !computed) {
        return computed.error();
    }
    JsonArray items;
    std::vector<std::optional<std::size_t>> best;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        Answered answered = answer(loaded, rows.ids[row], scores.row(row), request.top);
        items.push_back(std::move(answered.json));
        best.push_back(answered.best);
    }
    if (request.explain) {
        const Result<void> explained = batcher_.carry_out(rows.rows(), [&] {
            for (std::size_t row = 0; row < rows.rows(); ++row) {
                items[row].get_object()["explanation"] = best[row] ? to_json(loaded.model->explain(rows, row, *best[row])) : Json();
            }
        });
        if (!explained) {
            return explained.error();
        }
    }
    return Json(JsonObject{
        {"country", request.country},
        {"model", JsonObject{{"id", loaded.ref.id}, {"family", loaded.ref.family}}},
        {"threshold", loaded.setup.threshold},
        {"codes", static_cast<std::int64_t>(loaded.allowed.size())},
        {"items", std::move(items)}});
}

std::string Predictor::metrics() const {
    const Batcher::Counts counts = batcher_.counts();
    std::string text;
    const auto line = [&text](const char* name, const char* type, const char* help, auto value) {
        text += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n" + name + " " + std::to_string(value) + "\n";
    };
    line("kontor_live_models", "gauge", "Models of countries in memory for live predictions.", shelf_.models());
    line("kontor_live_model_bytes", "gauge", "Size of their files together.", shelf_.bytes());
    line("kontor_live_models_opened_total", "counter", "Models opened, also when a winner changed.", shelf_.opened());
    line("kontor_live_rows_total", "counter", "Rows computed.", counts.rows);
    line("kontor_live_batches_total", "counter", "Batches in which they were computed.", counts.batches);
    line("kontor_live_refused_total", "counter", "Requests refused because too many rows waited.", counts.refused);
    line("kontor_live_waiting_rows", "gauge", "Rows that wait.", counts.waiting);
    return text;
}

}  // namespace kontor::live
