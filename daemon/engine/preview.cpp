// The next ticks of a schedule, deployed or only written down. Reads the definition, asks the core; touches no conductor.
#include <algorithm>
#include <charconv>

#include "engine/engine.hpp"

namespace kontor::engine {
namespace {

using core::schedule::Fold;
using core::schedule::Gap;
using core::schedule::Schedule;
using core::schedule::Shift;

constexpr int preview_max = 100;

Error fault(const std::string& parameter, const std::string& message) {
    Error error = invalid("preview", message);
    error.details.push_back({parameter, message});
    return error;
}

// The enumerator of a word of the workflow language.
template <class Enum>
Result<Enum> word(const std::string& parameter, const std::string& text, Enum otherwise, std::initializer_list<std::pair<std::string_view, Enum>> words) {
    if (text.empty()) {
        return otherwise;
    }
    std::string all;
    for (const auto& [name, value] : words) {
        if (name == text) {
            return value;
        }
        all += (all.empty() ? "" : ", ") + std::string(name);
    }
    return fault(parameter, "'" + text + "' is none of " + all);
}

Result<void> read_calendar(const PreviewRequest& wanted, Schedule& schedule) {
    if (wanted.business_days.empty() && wanted.holidays.empty()) {
        return {};
    }
    core::schedule::BusinessDays days;
    const Result<Shift> shift =
        word("business_days", wanted.business_days, Shift::Skip, {{"skip", Shift::Skip}, {"before", Shift::Before}, {"after", Shift::After}});
    if (!shift) {
        return shift.error();
    }
    days.shift = *shift;
    for (const std::string& text : wanted.holidays) {
        if (!days.add_holiday(text)) {
            return fault("holidays", "'" + text + "' is no date: write 2026-12-25, or 12-25 for every year");
        }
    }
    if (schedule.interval && days.shift != Shift::Skip) {
        return fault("business_days", "a tick of an interval cannot be moved to another day: use skip, or a cron expression");
    }
    schedule.calendar = std::make_shared<const core::schedule::BusinessDays>(std::move(days));
    return {};
}

Result<void> read_when(const PreviewRequest& wanted, Schedule& schedule) {
    if (wanted.cron.empty() == wanted.every.empty()) {
        return fault("cron", "give 'cron' or 'every', and not both");
    }
    if (!wanted.cron.empty()) {
        auto cron = core::schedule::parse_cron(wanted.cron);
        if (!cron) {
            const std::string at = cron.error().details.at(0).pointer;  // error() gives a copy: nothing of it may be referred to
            return fault("cron", "at character " + std::to_string(std::stoul(at) + 1) + ": " + cron.error().message);
        }
        schedule.text = wanted.cron;
        schedule.cron = std::move(*cron);
        return {};
    }
    const Result<Duration> every = duration_from_text(wanted.every);
    if (!every || *every < core::schedule::interval_min || *every > core::schedule::interval_max) {
        return fault("every", "must be a duration from 1s to 366d, such as 15m");
    }
    schedule.interval = core::schedule::Interval{*every, Instant{}};
    schedule.text = "@every " + to_text(*every);
    return {};
}

}  // namespace

Result<Schedule> Engine::schedule_of(const PreviewRequest& wanted) const {
    Schedule schedule;
    if (!wanted.workflow.empty()) {
        const Result<std::string> stored = reads_.read("workflow_one", {wanted.workflow});
        if (!stored) {
            return stored.error();
        }
        const Result<Json> read = json_from_text(*stored);
        const Parsed parsed = read && !read->is_null() ? parse_(text_member(*read, "source")) : Parsed{};
        if (parsed.workflow != nullptr) {
            for (const core::dag::Trigger& trigger : parsed.workflow->triggers) {
                if (trigger.name == wanted.trigger && trigger.cron) {
                    return *trigger.cron;
                }
            }
        }
        return not_found("preview", "workflow '" + wanted.workflow + "' has no schedule '" + wanted.trigger + "'");
    }
    if (Result<void> when = read_when(wanted, schedule); !when) {
        return when.error();
    }
    Result<std::shared_ptr<const core::schedule::Zone>> zone = options_.find_zone(wanted.timezone.empty() ? "UTC" : wanted.timezone);
    if (!zone) {
        return fault("timezone", zone.error().message);
    }
    schedule.zone = std::move(*zone);
    const Result<Gap> gap = word("gap", wanted.gap, Gap::After, {{"skip", Gap::Skip}, {"before", Gap::Before}, {"after", Gap::After}});
    const Result<Fold> fold = word("fold", wanted.fold, Fold::First, {{"first", Fold::First}, {"second", Fold::Second}, {"both", Fold::Both}});
    if (!gap || !fold) {
        return gap ? fold.error() : gap.error();
    }
    schedule.gap = *gap;
    schedule.fold = *fold;
    if (Result<void> calendar = read_calendar(wanted, schedule); !calendar) {
        return calendar.error();
    }
    if (Result<void> possible = core::schedule::check_possible(schedule); !possible) {
        return fault("business_days", possible.error().message);
    }
    return schedule;
}

Result<Reply> Engine::preview(const PreviewRequest& request) {
    const Result<Schedule> schedule = schedule_of(request);
    if (!schedule) {
        return schedule.error();
    }
    std::vector<std::shared_ptr<const core::schedule::Zone>> zones{schedule->zone};
    std::vector<std::string> names = request.zones;
    if (std::find(names.begin(), names.end(), "all") != names.end()) {
        names = options_.zone_names();
    }
    for (const std::string& name : names) {
        Result<std::shared_ptr<const core::schedule::Zone>> zone = options_.find_zone(name);
        if (!zone) {
            return fault("zones", zone.error().message);
        }
        zones.push_back(std::move(*zone));
    }
    JsonArray items;
    std::optional<Instant> at = request.from.value_or(options_.now());
    for (int n = 0; n < std::min(request.count, preview_max) && (at = core::schedule::next_fire(*schedule, *at)); ++n) {
        JsonObject local;
        for (const auto& zone : zones) {
            local[zone->name()] = core::schedule::to_local_text(*zone, *at);
        }
        items.push_back(JsonObject{
            {"at", to_iso(*at)},
            {"local", core::schedule::to_local_text(*schedule->zone, *at)},
            {"zones", std::move(local)},
            {"note", core::schedule::note_of(*schedule, *at)}
        });
    }
    const JsonObject body{{"cron", schedule->text}, {"timezone", schedule->zone->name()}, {"items", std::move(items)}, {"next", nullptr}};
    return Reply{200, to_text(body)};
}

}  // namespace kontor::engine
