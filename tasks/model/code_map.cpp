#include "tasks/model/code_map.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "tasks/codes/crosswalk_table.hpp"
#include "tasks/dataset/code_texts.hpp"

namespace kontor::tasks::model {
namespace {

// What adding up shares may lose.
constexpr double share_tolerance = 1e-9;

const sdk::JsonObject* object_in(const sdk::Json& value, std::string_view name) {
    const auto* object = value.if_object();
    const sdk::Json* found = object == nullptr ? nullptr : object->if_contains(name);
    return found == nullptr ? nullptr : found->if_object();
}

std::string text_in(const sdk::JsonObject* object, std::string_view name) {
    const sdk::Json* found = object == nullptr ? nullptr : object->if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

// The day from which the model's own list was in force: of the warehouse's list the month it was trained for is known.
std::string bound_since(const sdk::JsonObject* list) {
    if (const std::string day = text_in(list, "effective_from"); !day.empty()) {
        return day;
    }
    const std::string period = text_in(list, "period");
    return period.empty() ? "" : period + "-01";
}

}  // namespace

sdk::Json code_rules(const sdk::JsonObject& input) {
    sdk::JsonObject rules;
    for (const char* name : {"crosswalk", "list", "outdated_model", "split_share"}) {
        const sdk::Json* given = sdk::optional_input(input, name);
        rules[name] = given == nullptr ? sdk::Json() : *given;
    }
    return rules;
}

CodeMap::CodeMap(std::vector<std::string> classes, std::vector<bool> allowed) : codes_(std::move(classes)), allowed_(std::move(allowed)) {
    outside_ = static_cast<std::size_t>(std::count(allowed_.begin(), allowed_.end(), false));
}

CodeMap::CodeMap(
    const std::vector<std::string>& classes, const std::vector<std::string>& listed, const codes::Crosswalk& crosswalk, const std::string& since,
    double split_share
) {
    const std::set<std::string, std::less<>> in_force(listed.begin(), listed.end());
    std::map<std::string, std::size_t, std::less<>> places;
    for (std::size_t c = 0; c < classes.size(); ++c) {
        bool leads = false;
        for (const codes::Share& share : crosswalk.now(classes[c], since)) {
            if (!in_force.contains(share.code)) {
                continue;
            }
            const auto [place, is_new] = places.emplace(share.code, codes_.size());
            if (is_new) {
                codes_.push_back(share.code);
            }
            routes_.push_back({c, place->second, static_cast<float>(share.weight), share.weight + share_tolerance >= split_share});
            leads = true;
        }
        outside_ += leads ? 0 : 1;
    }
    allowed_.assign(codes_.size(), true);
}

void CodeMap::apply(std::span<const float> classes, std::span<float> all, std::span<float> clear) const {
    std::fill(all.begin(), all.end(), 0.0F);
    std::fill(clear.begin(), clear.end(), 0.0F);
    for (const Route& route : routes_) {
        const float part = classes[route.from] * route.weight;
        all[route.to] = std::min(all[route.to] + part, 1.0F);
        if (route.clear) {
            clear[route.to] = std::min(clear[route.to] + part, 1.0F);
        }
    }
}

std::size_t CodeMap::source_of(std::size_t code, std::span<const float> classes) const {
    std::size_t best = 0;
    float most = -1;
    for (const Route& route : routes_) {
        if (route.to == code && classes[route.from] * route.weight > most) {
            most = classes[route.from] * route.weight;
            best = route.from;
        }
    }
    return best;
}

CodeMap map_codes(
    sdk::Objects& objects, const ModelRef& ref, const std::vector<std::string>& classes, const sdk::Json& codes, const sdk::Json& rules
) {
    if (codes.is_null()) {
        return {classes, std::vector<bool>(classes.size(), true)};
    }
    std::vector<std::string> listed;
    for (ml::CodeText& code : dataset::read_codes(objects, csv::dataset_from(codes, "with.codes"))) {
        listed.push_back(std::move(code.code));
    }
    const std::set<std::string, std::less<>> in_force(listed.begin(), listed.end());
    const sdk::JsonObject given = rules.is_object() ? rules.get_object() : sdk::JsonObject();
    const auto* bound = ref.list.if_object();
    const std::string own = text_in(bound, "codes_sha256");
    const std::string now = text_in(object_in(rules, "list"), "codes_sha256");
    bool outdated = !own.empty() && !now.empty() && own != now;
    const sdk::Json* steps = sdk::optional_input(given, "crosswalk");
    const codes::Crosswalk crosswalk =
        steps == nullptr ? codes::Crosswalk()
                         : codes::Crosswalk(codes::read_steps(objects, csv::dataset_from(*steps, "with.crosswalk"), "with.crosswalk"));
    const std::string since = bound_since(bound);
    const std::string fallback = sdk::text_input_or(given, "outdated_model", "crosswalk");
    if (fallback != "crosswalk" && fallback != "review") {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "with.outdated_model must be crosswalk or review, not " + fallback);
    }
    CodeMap map;
    if (crosswalk.changes_after(since)) {
        outdated = true;
        map = CodeMap(classes, listed, crosswalk, since, sdk::number_input_or(given, "split_share", codes::split_share_usual));
    }
    if (map.is_plain()) {
        // Also when no class leads to a code in force: then none may be given.
        std::vector<bool> allowed;
        for (const std::string& code : classes) {
            allowed.push_back(!crosswalk.changes_after(since) && in_force.contains(code));
        }
        map = CodeMap(classes, std::move(allowed));
    }
    map.set_outdated(outdated, fallback == "review");
    return map;
}

}  // namespace kontor::tasks::model
