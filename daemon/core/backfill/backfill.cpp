#include "core/backfill/backfill.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/check.hpp"

namespace kontor::core::backfill {
namespace {

constexpr std::array<State, 6> states{
    State::Running, State::Paused, State::Cancelling, State::Succeeded, State::Failed, State::Cancelled
};
constexpr std::array<PeriodState, 6> period_states{
    PeriodState::Waiting, PeriodState::Running, PeriodState::Succeeded, PeriodState::Failed, PeriodState::Cancelled, PeriodState::Skipped
};

// Months since year 0; -1 for what is no month.
int month_from(std::string_view text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 7 || text[4] != '-' || !digit(0) || !digit(1) || !digit(2) || !digit(3) || !digit(5) || !digit(6)) {
        return -1;
    }
    const int year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
    const int month = (text[5] - '0') * 10 + (text[6] - '0');
    return month < 1 || month > 12 ? -1 : year * 12 + month - 1;
}

std::string text_of(int month) {
    const std::string year = std::to_string(month / 12);
    const std::string part = std::to_string(month % 12 + 1);
    return std::string(4 - year.size(), '0') + year + "-" + std::string(2 - part.size(), '0') + part;
}

std::string trimmed(std::string_view text) {
    const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
    return std::string(text.substr(first, text.find_last_not_of(' ') + 1 - first));
}

// "DE, FR and IT", or "DE, FR, IT and 4 more"
std::string names(const std::vector<std::string>& list) {
    constexpr std::size_t named_max = 5;
    const std::size_t shown = list.size() > named_max ? named_max - 1 : list.size();
    std::string text;
    for (std::size_t at = 0; at < shown; ++at) {
        const bool last = at + 1 == list.size();
        text += (at == 0 ? "" : last ? " and " : ", ") + list[at];
    }
    return shown == list.size() ? text : text + " and " + std::to_string(list.size() - shown) + " more";
}

std::size_t count(const std::vector<Period>& periods, PeriodState state) {
    return static_cast<std::size_t>(std::count_if(periods.begin(), periods.end(), [&](const Period& each) { return each.state == state; }));
}

using States = std::map<std::pair<std::string_view, std::string_view>, std::string_view>;  // by period, country

Planned planned(const Wish& wish, const std::string& period, const std::vector<std::string>& candidates, const States& known) {
    Planned made{period, wish.countries, false, ""};
    std::vector<std::string> missing;
    std::vector<std::string> succeeded;
    std::vector<std::string> running;
    for (const std::string& country : candidates) {
        const auto found = known.find({period, country});
        const std::string_view state = found == known.end() ? "missing" : found->second;
        (state == "succeeded" ? succeeded : state == "running" ? running : missing).push_back(country);
    }
    if (!succeeded.empty()) {
        made.reason = names(succeeded) + (succeeded.size() == 1 ? " has succeeded" : " have succeeded");
    }
    if (!running.empty()) {
        made.reason += (made.reason.empty() ? "a run works for " : "; a run works for ") + names(running);
    }
    if (missing.empty() && !candidates.empty()) {
        made.skipped = true;
        return made;
    }
    // What is missing is named only where something is left out: a run for all of them may find others, too.
    if (missing.size() < candidates.size()) {
        if (wish.names_countries) {
            made.countries = std::move(missing);
        } else {
            made.reason += "; all of them run again: the workflow takes no countries";
        }
    }
    return made;
}

}  // namespace

std::string_view to_string(State state) {
    switch (state) {
        case State::Running: return "running";
        case State::Paused: return "paused";
        case State::Cancelling: return "cancelling";
        case State::Succeeded: return "succeeded";
        case State::Failed: return "failed";
        case State::Cancelled: return "cancelled";
    }
    KONTOR_UNREACHABLE();
}

std::string_view to_string(PeriodState state) {
    switch (state) {
        case PeriodState::Waiting: return "waiting";
        case PeriodState::Running: return "running";
        case PeriodState::Succeeded: return "succeeded";
        case PeriodState::Failed: return "failed";
        case PeriodState::Cancelled: return "cancelled";
        case PeriodState::Skipped: return "skipped";
    }
    KONTOR_UNREACHABLE();
}

Result<State> state_from(std::string_view word) {
    const auto found = std::find_if(states.begin(), states.end(), [&](State each) { return to_string(each) == word; });
    return found == states.end() ? Result<State>(invalid("backfill", "'" + std::string(word) + "' is no state of a backfill")) : *found;
}

Result<PeriodState> period_state_from(std::string_view word) {
    const auto found = std::find_if(period_states.begin(), period_states.end(), [&](PeriodState each) { return to_string(each) == word; });
    return found == period_states.end() ? Result<PeriodState>(invalid("backfill", "'" + std::string(word) + "' is no state of a period")) : *found;
}

bool is_final(State state) { return state == State::Succeeded || state == State::Failed || state == State::Cancelled; }

bool has_ended(PeriodState state) { return state != PeriodState::Waiting && state != PeriodState::Running; }

Result<std::vector<std::string>> periods_from(std::string_view text) {
    std::set<int> months;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const std::string part = trimmed(text.substr(at, end - at));
        const std::size_t dots = part.find("..");
        const int first = month_from(trimmed(part.substr(0, dots)));
        const int last = dots == std::string::npos ? first : month_from(trimmed(part.substr(dots + 2)));
        if (first < 0 || last < 0) {
            return invalid("periods", "'" + part.substr(0, 40) + "' is neither a month (2026-01) nor two with '..' between (2026-01..2026-06)");
        }
        if (last < first) {
            return invalid("periods", "'" + part + "' ends before it begins");
        }
        if (static_cast<std::size_t>(last - first) >= periods_max) {
            return invalid("periods", "'" + part + "' has more than " + std::to_string(periods_max) + " months: make several backfills of it");
        }
        for (int month = first; month <= last; ++month) {
            months.insert(month);
        }
        at = end + 1;
    }
    if (months.size() > periods_max) {
        return invalid("periods", "there are more than " + std::to_string(periods_max) + " months: make several backfills of them");
    }
    std::vector<std::string> periods;
    for (const int month : months) {
        periods.push_back(text_of(month));
    }
    return periods;
}

std::vector<Planned> plan(const Wish& wish, const std::vector<std::string>& ever, const std::vector<Known>& known) {
    States states;
    for (const Known& each : known) {
        states[{each.period, each.country}] = each.state;
    }
    std::vector<Planned> made;
    for (const std::string& period : wish.periods) {
        if (wish.missing_only) {
            made.push_back(planned(wish, period, wish.countries.empty() ? ever : wish.countries, states));
        } else {
            made.push_back({period, wish.countries, false, ""});
        }
    }
    return made;
}

std::vector<std::size_t> due(State state, int max_parallel, const std::vector<Period>& periods) {
    std::vector<std::size_t> begin;
    if (state != State::Running) {
        return begin;
    }
    std::size_t running = count(periods, PeriodState::Running);
    for (std::size_t at = 0; at < periods.size() && running < static_cast<std::size_t>(std::max(max_parallel, 0)); ++at) {
        if (periods[at].state == PeriodState::Waiting) {
            begin.push_back(at);
            ++running;
        }
    }
    return begin;
}

State settled(State state, const std::vector<Period>& periods) {
    if (!std::all_of(periods.begin(), periods.end(), [](const Period& each) { return has_ended(each.state); })) {
        return state;
    }
    if (state == State::Cancelling) {
        return State::Cancelled;
    }
    return count(periods, PeriodState::Failed) + count(periods, PeriodState::Cancelled) > 0 ? State::Failed : State::Succeeded;
}

std::string summary(const std::vector<Period>& periods) {
    std::string text;
    for (const PeriodState state : {PeriodState::Succeeded, PeriodState::Failed, PeriodState::Cancelled, PeriodState::Skipped,
                                    PeriodState::Running, PeriodState::Waiting}) {
        if (const std::size_t found = count(periods, state); found > 0) {
            text += (text.empty() ? "" : ", ") + std::to_string(found) + " " + std::string(to_string(state));
        }
    }
    return text.empty() ? "no periods" : text;
}

std::string waiting_sentence(
    State state, int max_parallel, const std::vector<Period>& periods, std::size_t which, const std::string& note, const std::string& reason
) {
    if (periods[which].state != PeriodState::Waiting) {
        return "";
    }
    if (state == State::Paused) {
        return "waits until the backfill is resumed: it is " + (note.empty() ? std::string("paused") : note);
    }
    if (!reason.empty()) {
        return "waits, and is tried again once a run has ended: " + reason;
    }
    std::string holders;
    std::size_t before = 0;
    for (std::size_t at = 0; at < periods.size(); ++at) {
        if (periods[at].state == PeriodState::Running) {
            holders += (holders.empty() ? "run " : ", run ") + std::to_string(periods[at].run) + " (" + periods[at].period + ")";
        }
        before += at < which && periods[at].state == PeriodState::Waiting ? 1U : 0U;
    }
    const std::size_t running = count(periods, PeriodState::Running);
    if (running < static_cast<std::size_t>(max_parallel)) {
        return "begins with the next commit";
    }
    return "waits for one of " + std::to_string(max_parallel) + " places, held by " + (holders.empty() ? "nobody" : holders) + "; " +
           std::to_string(before) + " wait before it";
}

}  // namespace kontor::core::backfill
