// The road of a version of a report: drafted, approved by another person, filed, and amended by the next one that is filed.
// Who may take which step, and when one is due. Pure. Thread: any. Owner: none.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kontor::core::filing {

enum class State {
    Draft,
    Approved,
    Filed,
    Amended,     // it was filed, and a later version is what holds now
    Superseded,  // never filed: a later version took its place
};
std::string_view to_string(State state);
std::optional<State> state_from(std::string_view text);

// A version as these rules see it.
struct Version {
    std::int64_t id = 0;
    std::string country;
    std::string period;
    int number = 1;
    State state = State::Draft;
    std::string drafted_by;
    bool automatic = false;   // drafted by the daemon itself
    std::string approved_by;  // empty: nobody has
    bool balanced = true;
    bool stale = false;       // something was decided or run since it was drafted
    std::int64_t waiting = 0;  // items that nobody has decided, the unresolved included
};
// "report 7 (DE 2026-11, version 2)"
std::string name_of(const Version& version);

// Errors: Conflict with the version's state and what to do.
Result<void> may_approve(const Version& version, const std::string& who, bool despite_waiting);
// Two people stand behind everything that is filed: whoever drafted did not approve, and what the daemon drafted is not
// filed by who approved it.
Result<void> may_file(const Version& version, const std::string& who);

// The day of the following month on which a month's report is due.
struct DueDays {
    int otherwise = 15;
    std::map<std::string, int, std::less<>> by_country;
};
inline constexpr int due_day_max = 28;  // there in every month
bool is_period(std::string_view text);  // YYYY-MM
// YYYY-MM-DD. Requires: is_period(period).
std::string due_on(const DueDays& days, const std::string& country, std::string_view period);

}  // namespace kontor::core::filing
