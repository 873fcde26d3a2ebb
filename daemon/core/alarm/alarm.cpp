#include "core/alarm/alarm.hpp"

#include <algorithm>
#include <cstdio>

namespace kontor::core::alarm {
namespace {

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

// The median of the newest `most` values before the period.
std::optional<double> median_before(
    const std::string& period, std::span<const Past> past, int most
) {
    std::vector<Past> before;
    for (const Past& each : past) {
        if (each.period < period) {
            before.push_back(each);
        }
    }
    std::sort(before.begin(), before.end(), [](const Past& a, const Past& b) {
        return a.period > b.period;
    });
    if (before.size() > static_cast<std::size_t>(most)) {
        before.resize(static_cast<std::size_t>(most));
    }
    if (before.size() < past_min) {
        return std::nullopt;
    }
    std::sort(before.begin(), before.end(), [](const Past& a, const Past& b) {
        return a.value < b.value;
    });
    const std::size_t middle = before.size() / 2;
    return before.size() % 2 == 1 ? before[middle].value
                                  : (before[middle - 1].value + before[middle].value) / 2;
}

bool is_beyond(const sdk::AlarmRule& rule, double value) {
    return rule.above ? value > *rule.above : value < *rule.below;
}

bool is_calm(const sdk::AlarmRule& rule, double value) {
    return rule.above ? value <= rule.clear.value_or(*rule.above)
                      : value >= rule.clear.value_or(*rule.below);
}

// The worst of the metric's features that were read from enough rows.
const sdk::Reading* worst(const sdk::AlarmRule& rule, std::span<const sdk::Reading> readings) {
    const sdk::Reading* found = nullptr;
    for (const sdk::Reading& each : readings) {
        if (each.metric != rule.metric || each.rows < rule.min_rows) {
            continue;
        }
        if (found == nullptr ||
            (rule.above ? each.value > found->value : each.value < found->value)) {
            found = &each;
        }
    }
    return found;
}

}  // namespace

std::optional<Decision> decide(
    const State& before,
    const sdk::AlarmRule& rule,
    std::span<const sdk::Reading> readings,
    const std::string& period,
    std::span<const Past> past
) {
    const sdk::Reading* reading = worst(rule, readings);
    if (reading == nullptr || period < before.period) {
        return std::nullopt;
    }
    double value = reading->value;
    if (rule.against > 0) {
        const std::optional<double> median = median_before(period, past, rule.against);
        if (!median || *median == 0) {
            return std::nullopt;
        }
        value /= *median;
    }
    Decision made{before};
    State& state = made.state;
    if (period > before.period) {
        state.beyond_before = before.beyond ? before.beyond_before + 1 : 0;
    }
    state.period = period;
    state.beyond = is_beyond(rule, value);
    state.feature = reading->feature;
    state.value = value;
    state.rows = reading->rows;
    const bool lasts =
        state.beyond && state.beyond_before + 1 >= rule.consecutive && period > before.dismissed;
    const bool again = before.raised && state.beyond && period > before.told_period;
    if ((!before.raised && lasts) || again) {
        state.raised = true;
        state.told_period = period;
        made.change = Change::Raised;
    } else if (before.raised && is_calm(rule, value)) {
        state.raised = false;
        made.change = Change::Cleared;
    }
    return made;
}

State dismissed(State state) {
    state.raised = false;
    state.dismissed = state.period;
    return state;
}

std::string sentence(const State& state, const sdk::AlarmRule& rule) {
    std::string text = rule.metric + (state.feature.empty() ? "" : " of " + state.feature) +
                       " is " + number(state.value);
    text += rule.against > 0 ? " times the median of the periods before" : "";
    const double limit = rule.above ? *rule.above : *rule.below;
    if (state.beyond) {
        text += std::string(rule.above ? ", above " : ", below ") + number(limit);
    } else if (state.raised) {
        text += ", not yet back at " + number(rule.clear.value_or(limit));
    } else {
        text += ", within the limit of " + number(limit);
    }
    return text + " (" + std::to_string(state.rows) + (state.rows == 1 ? " row)" : " rows)");
}

}  // namespace kontor::core::alarm
