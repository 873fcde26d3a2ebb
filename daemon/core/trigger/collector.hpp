// Events that wait to be gathered into one run: batches and debounces, each key apart. Pure: it is given the time. What it
// holds can be rebuilt by adding the same events again in the same order.
// Owner: whoever routes events. Thread: its owner's.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/trigger/match.hpp"

namespace kontor::core::trigger {

// Of one trigger, with one key.
struct GroupName {
    std::string workflow;
    std::string trigger;
    std::string key;
    std::string scope{};  // the countries of those who sent its events, as text; empty: all. One run may reach no further than each of them
    auto operator<=>(const GroupName&) const = default;
};

struct Group {
    GroupName name;
    std::vector<Event> events;  // in the order in which they came
    Instant first;
    Instant last;
    Instant due;
};

// When the group's run starts if nothing more comes.
Instant due_at(const dag::Collecting& rule, Instant first, Instant last);

class Collector {
 public:
    // Requires: the rule gathers.
    // Ensures: the group, taken out, when this event makes it full.
    std::optional<Group> add(const GroupName& name, const dag::Collecting& rule, Event event, Instant at);

    // The groups whose time has come, earliest first; taken out.
    std::vector<Group> take_due(Instant now);
    // The one that would start first, however far off.
    std::optional<Group> take_first();
    // All of a trigger's: it is gone, or its rule has changed.
    std::vector<Group> take_of(const std::string& workflow, const std::string& trigger);

    std::optional<Instant> next_due() const;
    // nullptr when nothing waits there.
    const Group* find(const GroupName& name) const;
    // The groups' triggers, each once.
    std::set<std::pair<std::string, std::string>> triggers() const;
    std::size_t event_count() const { return event_count_; }
    std::size_t count_of(const std::string& workflow, const std::string& trigger) const;

 private:
    Group take(std::map<GroupName, Group>::iterator found);

    std::map<GroupName, Group> groups_;
    std::set<std::pair<Instant, GroupName>> dues_;
    std::size_t event_count_ = 0;
};

}  // namespace kontor::core::trigger
