#include "core/filing/steps.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace kontor::core::filing {
namespace {

constexpr const char* where = "reports";

Error wrong_state(const Version& version, const std::string& wanted) {
    return conflict(where, name_of(version) + " is " + std::string(to_string(version.state)) + ": " + wanted);
}

}  // namespace

std::string_view to_string(State state) {
    switch (state) {
        case State::Draft: return "draft";
        case State::Approved: return "approved";
        case State::Filed: return "filed";
        case State::Amended: return "amended";
        case State::Superseded: return "superseded";
    }
    KONTOR_UNREACHABLE();
}

std::optional<State> state_from(std::string_view text) {
    for (const State each : {State::Draft, State::Approved, State::Filed, State::Amended, State::Superseded}) {
        if (text == to_string(each)) {
            return each;
        }
    }
    return std::nullopt;
}

std::string name_of(const Version& version) {
    return "report " + std::to_string(version.id) + " (" + version.country + " " + version.period + ", version " +
           std::to_string(version.number) + ")";
}

Result<void> may_approve(const Version& version, const std::string& who, bool despite_waiting) {
    if (version.state != State::Draft) {
        return wrong_state(version, "only a draft can be approved");
    }
    if (version.drafted_by == who) {
        return wrong_state(version, who + " drafted it, another person must approve it");
    }
    if (version.stale) {
        return wrong_state(version, "but its figures may have changed since: draft " + version.country + " " + version.period + " again");
    }
    if (!version.balanced) {
        return wrong_state(version, "but what was sold is not what it accounts for: look at its difference, and run infer again");
    }
    if (version.waiting > 0 && !despite_waiting) {
        return wrong_state(
            version, "but " + std::to_string(version.waiting) +
                         " items still wait for people: decide them and draft again, or approve it all the same with `despite_waiting`;"
                         " what is decided later gives an amendment"
        );
    }
    return {};
}

Result<void> may_file(const Version& version, const std::string& who) {
    if (version.state != State::Approved) {
        return wrong_state(version, "only what is approved can be filed");
    }
    if (version.automatic && version.approved_by == who) {
        return wrong_state(version, who + " approved what the daemon drafted, another person must file it");
    }
    return {};
}

bool is_period(std::string_view text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 7 || text[4] != '-' || !digit(0) || !digit(1) || !digit(2) || !digit(3) || !digit(5) || !digit(6)) {
        return false;
    }
    const int month = (text[5] - '0') * 10 + (text[6] - '0');
    return month >= 1 && month <= 12;
}

std::string due_on(const DueDays& days, const std::string& country, std::string_view period) {
    const auto found = days.by_country.find(country);
    const int day = std::clamp(found == days.by_country.end() ? days.otherwise : found->second, 1, due_day_max);
    int year = std::stoi(std::string(period.substr(0, 4)));
    int month = std::stoi(std::string(period.substr(5))) + 1;
    if (month > 12) {
        month = 1;
        ++year;
    }
    const auto padded = [](int number, std::size_t width) {
        std::string text = std::to_string(number);
        text.insert(0, width > text.size() ? width - text.size() : 0, '0');
        return text;
    };
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2);
}

}  // namespace kontor::core::filing
