#include "tasks/monitor/rules.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::tasks::monitor {
namespace {

constexpr std::size_t rules_max = 50;
constexpr std::int64_t consecutive_max = 24;
constexpr std::int64_t against_max = 24;

class Rule {
  public:
    Rule(std::string_view name, const sdk::Json& written) : name_(name) {
        if (!written.is_object()) {
            wrong("must be {metric: ..., above or below: ...}");
        }
        written_ = &written.get_object();
        constexpr std::array<std::string_view, 8> known{
            "metric", "above", "below", "clear", "consecutive", "min_rows", "against", "retrain"};
        for (const auto& member : *written_) {
            if (std::find(known.begin(), known.end(), member.key()) == known.end()) {
                wrong(
                    "has an unknown member \"" + std::string(member.key()) +
                    "\": it takes metric, above, below, clear, consecutive, min_rows, against, "
                    "retrain"
                );
            }
        }
    }
    sdk::AlarmRule read() const {
        sdk::AlarmRule rule;
        rule.name = name_;
        rule.metric = metric();
        rule.above = number("above");
        rule.below = number("below");
        if (rule.above.has_value() == rule.below.has_value()) {
            wrong("needs a limit, `above` or `below`, and not both");
        }
        rule.clear = number("clear");
        if (rule.clear && (rule.above ? *rule.clear > *rule.above : *rule.clear < *rule.below)) {
            wrong("would be over and raised at once: `clear` must be on the good side of the limit"
            );
        }
        rule.consecutive = static_cast<int>(whole("consecutive", 1, 1, consecutive_max));
        rule.min_rows = whole("min_rows", 0, 0, std::int64_t{1} << 40U);
        rule.against = static_cast<int>(whole("against", 0, 0, against_max));
        if (rule.against > 0 &&
            (rule.metric.starts_with("feature_") || rule.metric == "unseen_share")) {
            wrong(
                "cannot be held against the periods before: " + rule.metric + " is of many features"
            );
        }
        const sdk::Json* retrain = member("retrain");
        if (retrain != nullptr && !retrain->is_bool()) {
            wrong("must say `retrain: true` or `retrain: false`");
        }
        rule.retrain = retrain != nullptr && retrain->get_bool();
        return rule;
    }

  private:
    [[noreturn]] void wrong(const std::string& what) const {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "with.alarms." + name_ + " " + what);
    }
    const sdk::Json* member(std::string_view name) const {
        const sdk::Json* value = written_->if_contains(name);
        return value == nullptr || value->is_null() ? nullptr : value;
    }
    std::string metric() const {
        const sdk::Json* value = member("metric");
        const std::string text =
            value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
        if (std::find(metrics.begin(), metrics.end(), text) == metrics.end()) {
            std::string all;
            for (const std::string_view each : metrics) {
                all += (all.empty() ? "" : ", ") + std::string(each);
            }
            wrong("needs a metric: one of " + all);
        }
        return text;
    }
    std::optional<double> number(std::string_view name) const {
        const sdk::Json* value = member(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        if (!value->is_number() || !std::isfinite(value->to_number<double>())) {
            wrong("must have a number as `" + std::string(name) + "`");
        }
        return value->to_number<double>();
    }
    std::int64_t whole(
        std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most
    ) const {
        const sdk::Json* value = member(name);
        if (value == nullptr) {
            return otherwise;
        }
        if (!value->is_int64() || value->get_int64() < least || value->get_int64() > most) {
            wrong(
                "must have a whole number from " + std::to_string(least) + " to " +
                std::to_string(most) + " as `" + std::string(name) + "`"
            );
        }
        return value->get_int64();
    }

    std::string name_;
    const sdk::JsonObject* written_ = nullptr;
};

}  // namespace

std::vector<sdk::AlarmRule> rules_from(const sdk::Json& alarms) {
    if (!alarms.is_object() || alarms.get_object().size() > rules_max) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "with.alarms must be rules by their names, " + std::to_string(rules_max) + " at most"
        );
    }
    std::vector<sdk::AlarmRule> rules;
    for (const auto& entry : alarms.get_object()) {
        rules.push_back(Rule(entry.key(), entry.value()).read());
    }
    return rules;
}

}  // namespace kontor::tasks::monitor
