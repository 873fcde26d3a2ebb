#include "core/trigger/collector.hpp"

#include <algorithm>

namespace kontor::core::trigger {

Instant due_at(const dag::Collecting& rule, Instant first, Instant last) {
    switch (rule.kind) {
        case dag::Collect::None: return first;
        case dag::Collect::Batch: return first + rule.within;
        case dag::Collect::Debounce: return std::min(first + rule.within, last + rule.quiet);
    }
    KONTOR_UNREACHABLE();
}

std::optional<Group> Collector::add(const GroupName& name, const dag::Collecting& rule, Event event, Instant at) {
    auto [found, fresh] = groups_.try_emplace(name);
    Group& group = found->second;
    if (fresh) {
        group.name = name;
        group.first = at;
    } else {
        dues_.erase({group.due, name});
    }
    group.last = fresh ? at : std::max(group.last, at);  // a clock that was set back must not shorten the wait
    group.due = due_at(rule, group.first, group.last);
    group.events.push_back(std::move(event));
    dues_.emplace(group.due, name);
    ++event_count_;
    if (group.events.size() < static_cast<std::size_t>(rule.count)) {
        return std::nullopt;
    }
    return take(found);
}

Group Collector::take(std::map<GroupName, Group>::iterator found) {
    Group group = std::move(found->second);
    groups_.erase(found);
    dues_.erase({group.due, group.name});
    event_count_ -= group.events.size();
    return group;
}

std::vector<Group> Collector::take_due(Instant now) {
    std::vector<Group> taken;
    while (!dues_.empty() && dues_.begin()->first <= now) {
        taken.push_back(take(groups_.find(dues_.begin()->second)));
    }
    return taken;
}

std::optional<Group> Collector::take_first() {
    return dues_.empty() ? std::nullopt : std::optional(take(groups_.find(dues_.begin()->second)));
}

std::vector<Group> Collector::take_of(const std::string& workflow, const std::string& trigger) {
    std::vector<Group> taken;
    for (auto at = groups_.lower_bound({workflow, trigger, ""});
         at != groups_.end() && at->first.workflow == workflow && at->first.trigger == trigger;) {
        taken.push_back(take(at++));
    }
    return taken;
}

std::optional<Instant> Collector::next_due() const {
    return dues_.empty() ? std::nullopt : std::optional(dues_.begin()->first);
}

const Group* Collector::find(const GroupName& name) const {
    const auto found = groups_.find(name);
    return found == groups_.end() ? nullptr : &found->second;
}

std::size_t Collector::count_of(const std::string& workflow, const std::string& trigger) const {
    std::size_t count = 0;
    for (auto at = groups_.lower_bound({workflow, trigger, ""}); at != groups_.end() && at->first.workflow == workflow && at->first.trigger == trigger; ++at) {
        count += at->second.events.size();
    }
    return count;
}

std::set<std::pair<std::string, std::string>> Collector::triggers() const {
    std::set<std::pair<std::string, std::string>> found;
    for (const auto& [name, group] : groups_) {
        found.emplace(name.workflow, name.trigger);
    }
    return found;
}

}  // namespace kontor::core::trigger
