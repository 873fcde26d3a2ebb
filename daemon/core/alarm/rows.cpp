// Alarms as rows keep them.
#include "core/alarm/alarm.hpp"

namespace kontor::core::alarm {
namespace {

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

std::optional<double> maybe_number(const Json& stored, std::string_view name) {
    const Json* value = member(stored, name);
    return value == nullptr || !value->is_number() ? std::nullopt
                                                   : std::optional(value->to_number<double>());
}

std::int64_t whole(const Json& stored, std::string_view name) {
    return static_cast<std::int64_t>(maybe_number(stored, name).value_or(0));
}

bool flag(const Json& stored, std::string_view name) {
    const Json* value = member(stored, name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace

Json to_json(const State& state) {
    return JsonObject{
        {"raised", state.raised},
        {"period", state.period},
        {"beyond", state.beyond},
        {"beyond_before", state.beyond_before},
        {"told_period", state.told_period},
        {"dismissed", state.dismissed},
        {"feature", state.feature},
        {"value", state.value},
        {"rows", state.rows}};
}

State state_from(const Json& stored) {
    State state;
    state.raised = flag(stored, "raised");
    state.period = text_member(stored, "period");
    state.beyond = flag(stored, "beyond");
    state.beyond_before = static_cast<int>(whole(stored, "beyond_before"));
    state.told_period = text_member(stored, "told_period");
    state.dismissed = text_member(stored, "dismissed");
    state.feature = text_member(stored, "feature");
    state.value = maybe_number(stored, "value").value_or(0);
    state.rows = whole(stored, "rows");
    return state;
}

Json to_json(const sdk::AlarmRule& rule) {
    return JsonObject{
        {"metric", rule.metric},
        {"above", number_or_null(rule.above)},
        {"below", number_or_null(rule.below)},
        {"clear", number_or_null(rule.clear)},
        {"consecutive", rule.consecutive},
        {"min_rows", rule.min_rows},
        {"against", rule.against},
        {"retrain", rule.retrain},
        {"name", rule.name}};
}

sdk::AlarmRule rule_from(const Json& stored) {
    sdk::AlarmRule rule;
    rule.name = text_member(stored, "name");
    rule.metric = text_member(stored, "metric");
    rule.above = maybe_number(stored, "above");
    rule.below = maybe_number(stored, "below");
    rule.clear = maybe_number(stored, "clear");
    rule.consecutive = static_cast<int>(whole(stored, "consecutive"));
    rule.min_rows = whole(stored, "min_rows");
    rule.against = static_cast<int>(whole(stored, "against"));
    rule.retrain = flag(stored, "retrain");
    return rule;
}

}  // namespace kontor::core::alarm
