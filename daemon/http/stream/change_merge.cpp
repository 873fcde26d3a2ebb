#include "http/stream/change_merge.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <functional>

namespace kontor::http {

namespace {

std::optional<std::int64_t> id_of(const Json& value, std::string_view name = "id") {
    const Json* id = member(value, name);
    return id != nullptr && id->is_int64() ? std::optional(id->get_int64()) : std::nullopt;
}

void for_each(
    const Json& data, std::string_view list, const std::function<void(const Json&)>& visit
) {
    const Json* items = member(data, list);
    if (items != nullptr && items->is_array()) {
        for (const Json& item : items->get_array()) {
            visit(item);
        }
    }
}

bool is_final(std::string_view state) {
    return state == "succeeded" || state == "failed" || state == "skipped" ||
           state == "cancelled" || state == "dead";
}

bool passes(
    const StreamFilter& filter, std::optional<std::int64_t> run, std::string_view correlation
) {
    return (!filter.run || run == filter.run) &&
           (filter.correlation.empty() || correlation == filter.correlation);
}

// A run lies in the countries when one of its own does; what is shown of it then are those alone.
bool reaches(const Countries& countries, const Json& run) {
    const Json* list = member(run, "countries");
    return countries.is_all() ||
           (list != nullptr && list->is_array() &&
            std::any_of(
                list->get_array().begin(),
                list->get_array().end(),
                [&](const Json& each) {
                    return each.is_string() &&
                           countries.contains(std::string_view(each.get_string()));
                }
            ));
}

std::string shown(const Countries& countries, const Json& item) {
    const Json* list = member(item, "countries");
    if (countries.is_all() || list == nullptr || !list->is_array()) {
        return to_text(item);
    }
    Json part = item;
    JsonArray kept;
    for (const Json& each : list->get_array()) {
        if (each.is_string() && countries.contains(std::string_view(each.get_string()))) {
            kept.push_back(each);
        }
    }
    part.get_object()["countries"] = std::move(kept);
    return to_text(part);
}

// "name":[the values that pass], after a comma.
template <class Items, class Passes>
bool append_list(
    std::string& out,
    std::string_view name,
    const Items& items,
    const Countries& countries,
    Passes&& wanted
) {
    out.append(",\"").append(name).append("\":[");
    bool any = false;
    for (const auto& item : items) {
        if (wanted(*item.value)) {
            out += any ? "," : "";
            out += shown(countries, *item.value);
            any = true;
        }
    }
    out += "]";
    return any;
}

}  // namespace

void TaskOwners::learn(const engine::Change& change) {
    for_each(change.data, "tasks", [this](const Json& task) {
        const auto id = id_of(task);
        if (!id) {
            return;
        }
        if (is_final(text_member(task, "state"))) {
            owners_.erase(*id);
        } else if (owners_.size() < owners_max || owners_.contains(*id)) {
            owners_[*id] = {
                id_of(task, "run").value_or(0),
                text_member(task, "correlation"),
                text_member(task, "country")};
        }
    });
}

const TaskOwners::Owner* TaskOwners::find(ports::TaskId task) const {
    const auto found = owners_.find(task);
    return found == owners_.end() ? nullptr : &found->second;
}

void ChangeMerge::Items::put(const Json& value) {
    const auto id = id_of(value);
    if (!id) {
        return;
    }
    const auto [found, inserted] = index.emplace(*id, list.size());
    if (inserted) {
        list.push_back({&value});
    } else {
        list[found->second].value = &value;
    }
}

void ChangeMerge::add(ChangePtr change) {
    for_each(change->data, "runs", [this](const Json& item) { runs_.put(item); });
    for_each(change->data, "tasks", [this](const Json& item) { tasks_.put(item); });
    for_each(change->data, "progress", [this](const Json& item) { progress_.put(item); });
    changes_.push_back(std::move(change));
}

void ChangeMerge::clear() { *this = ChangeMerge{}; }

std::string ChangeMerge::message(const StreamFilter& filter, const TaskOwners& owners) const {
    KONTOR_CHECK(!changes_.empty());
    const engine::Change& last = *changes_.back();
    std::string out = "event: change\nid: " + position_text(StreamPosition{last.epoch, last.seq}) +
                      "\ndata: {\"seq\":" + std::to_string(last.seq) +
                      ",\"at\":" + to_text(Json(text_member(last.data, "at")));
    bool any = append_list(out, "runs", runs_.list, filter.countries, [&](const Json& run) {
        return reaches(filter.countries, run) &&
               passes(filter, id_of(run), text_member(run, "correlation"));
    });
    any |= append_list(out, "tasks", tasks_.list, filter.countries, [&](const Json& task) {
        return filter.countries.contains(text_member(task, "country")) &&
               passes(filter, id_of(task, "run"), text_member(task, "correlation"));
    });
    any |= append_list(out, "progress", progress_.list, filter.countries, [&](const Json& progress) {
        const auto* owner = owners.find(id_of(progress).value_or(0));
        if (owner == nullptr) {
            return filter.countries.is_all();
        }
        return filter.countries.contains(owner->country) &&
               passes(filter, owner->run, owner->correlation);
    });
    out += "}\n\n";
    return any ? out : std::string();
}

std::string resync_message(const StreamPosition& position) {
    // A message needs a data line, or browsers do not deliver it.
    return "event: resync\nid: " + position_text(position) + "\ndata: {}\n\n";
}

std::string heartbeat_message(const StreamPosition& position) {
    return ": still here\nid: " + position_text(position) + "\n\n";
}

}  // namespace kontor::http
