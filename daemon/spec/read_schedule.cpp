// The part of a trigger that says when: cron or interval, zone, working days, and what becomes of ticks that come badly.
#include <algorithm>
#include <array>
#include <charconv>

#include "spec/draft.hpp"
#include "spec/keys.hpp"

namespace kontor::spec {
namespace {

using core::schedule::BusinessDays;
using core::schedule::Catchup;
using core::schedule::Fold;
using core::schedule::Gap;
using core::schedule::Overlap;
using core::schedule::Schedule;
using core::schedule::Shift;

constexpr std::array<std::string_view, 3> gaps{"skip", "before", "after"};
constexpr std::array<std::string_view, 3> folds{"first", "second", "both"};
constexpr std::array<std::string_view, 3> catchups{"none", "last", "all"};
constexpr std::array<std::string_view, 4> overlaps{"start", "skip", "wait", "replace"};
constexpr std::array<std::string_view, 3> moves{"skip", "before", "after"};
constexpr std::array<std::string_view, 7> weekdays{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
// `catchup: all` without a number: a day of hourly ticks, not a year of minutes.
constexpr int catchup_all = 24;
constexpr std::int64_t catchup_all_max = 10'000;

// False: there is none that could be read.
bool read_cron(Context& context, const YamlEntry& entry, Schedule& schedule) {
    const auto text = read_text(context, entry);
    if (!text) {
        return false;
    }
    schedule.text = *text;
    auto cron = core::schedule::parse_cron(*text);
    if (!cron) {
        std::size_t at = 0;
        const std::string pointer = cron.error().details.at(0).pointer;
        std::from_chars(pointer.data(), pointer.data() + pointer.size(), at);
        context.out.add(offset_within(context.out.text(), *entry.value, at), cron.error().message);
        return false;
    }
    schedule.cron = std::move(*cron);
    return true;
}

void read_interval(Context& context, const YamlNode& map, const YamlEntry& entry, Schedule& schedule) {
    schedule.interval.emplace();
    const auto every = read_duration(context, entry);
    if (every && (*every < core::schedule::interval_min || *every > core::schedule::interval_max)) {
        context.out.add(
            entry.value->offset, "'every' must be from " + to_text(core::schedule::interval_min) + " to " +
                                     to_text(core::schedule::interval_max) + ", not " + to_text(*every)
        );
    }
    schedule.interval->every = every.value_or(core::schedule::interval_min);
    schedule.text = "@every " + to_text(schedule.interval->every);
    if (const YamlEntry* from = map.find("from")) {
        const auto text = read_text(context, *from);
        const auto at = instant_from_iso(text.value_or(""));
        if (text && !at) {
            context.out.add(from->value->offset, "'from' must be a time like 2026-01-01T06:00:00Z, not '" + text->substr(0, 40) + "'");
        }
        schedule.interval->from = at ? *at : Instant{};
        schedule.text += at ? " from " + to_iso(*at) : "";
    }
}

void read_zone(Context& context, const YamlNode& map, Schedule& schedule) {
    const YamlEntry* entry = map.find("timezone");
    const auto name = entry == nullptr ? std::optional<std::string>("UTC") : read_text(context, *entry);
    if (!name) {
        return;
    }
    auto zone = context.vocabulary.zone(*name);
    if (!zone) {
        context.out.add(entry == nullptr ? map.offset : entry->value->offset, zone.error().message);
        return;
    }
    schedule.zone = std::move(*zone);
}

void read_dst(Context& context, const YamlNode& map, Schedule& schedule) {
    const YamlEntry* entry = map.find("dst");
    if (entry == nullptr || !expect_map(context, *entry->value, "'dst'", keys::dst)) {
        return;
    }
    if (schedule.interval) {
        context.out.add(entry->key_offset, "'dst' belongs to a trigger with 'cron': an interval is elapsed time");
    }
    if (const YamlEntry* gap = entry->value->find("gap")) {
        constexpr std::array<Gap, 3> meanings{Gap::Skip, Gap::Before, Gap::After};
        schedule.gap = meanings[read_choice(context, *gap, gaps).value_or(2)];
    }
    if (const YamlEntry* fold = entry->value->find("fold")) {
        constexpr std::array<Fold, 3> meanings{Fold::First, Fold::Second, Fold::Both};
        schedule.fold = meanings[read_choice(context, *fold, folds).value_or(0)];
    }
}

void read_catchup(Context& context, const YamlNode& map, Schedule& schedule) {
    const YamlEntry* entry = map.find("catchup");
    if (entry == nullptr) {
        return;
    }
    if (entry->value->kind == YamlNode::Kind::Map) {
        expect_map(context, *entry->value, "'catchup'", keys::catchup);
        if (const YamlEntry* all = entry->value->find("all")) {
            schedule.catchup = Catchup::All;
            schedule.catchup_max = static_cast<int>(read_integer(context, *all, 1, catchup_all_max).value_or(1));
        }
        return;
    }
    constexpr std::array<Catchup, 3> meanings{Catchup::None, Catchup::Last, Catchup::All};
    schedule.catchup = meanings[read_choice(context, *entry, catchups).value_or(1)];
    schedule.catchup_max = schedule.catchup == Catchup::All ? catchup_all : 1;
}

void read_weekend(Context& context, const YamlEntry& entry, BusinessDays& days) {
    days.weekend = 0;
    for (const Named& name : read_names(context, entry)) {
        const auto* found = std::find(weekdays.begin(), weekdays.end(), name.text);
        if (found == weekdays.end()) {
            context.out.add_unknown(
                name.offset, "'" + name.text + "' is no day of the week", name.text, std::vector<std::string>(weekdays.begin(), weekdays.end())
            );
            continue;
        }
        days.weekend |= 1U << static_cast<unsigned>(found - weekdays.begin());
    }
    if (days.weekend == 0x7F) {
        context.out.add(entry.key_offset, "a week without a working day leaves no tick");
    }
}

void read_business_days(Context& context, const YamlNode& map, Schedule& schedule) {
    const YamlEntry* entry = map.find("business_days");
    if (entry == nullptr) {
        return;
    }
    BusinessDays days;
    constexpr std::array<Shift, 3> meanings{Shift::Skip, Shift::Before, Shift::After};
    const YamlEntry* move = entry;
    if (entry->value->kind != YamlNode::Kind::Scalar) {
        if (!expect_map(context, *entry->value, "'business_days'", keys::business_days)) {
            return;
        }
        move = entry->value->find("move");
        if (const YamlEntry* weekend = entry->value->find("weekend")) {
            read_weekend(context, *weekend, days);
        }
        if (const YamlEntry* holidays = entry->value->find("holidays")) {
            for (const Named& name : read_names(context, *holidays)) {
                if (!days.add_holiday(name.text)) {
                    context.out.add(
                        name.offset, "'" + name.text.substr(0, 40) + "' is no date",
                        "write 2026-12-25, or 12-25 for every year"
                    );
                }
            }
        }
    }
    if (move != nullptr) {
        days.shift = meanings[read_choice(context, *move, moves).value_or(0)];
    }
    if (schedule.interval && days.shift != Shift::Skip) {
        context.out.add(
            move->value->offset, "a tick of an interval cannot be moved to another day", "write 'business_days: skip', or use 'cron'"
        );
    }
    schedule.calendar = std::make_shared<const BusinessDays>(std::move(days));
}

}  // namespace

Schedule read_schedule(Context& context, const YamlNode& map) {
    Schedule schedule;
    const YamlEntry* cron = map.find("cron");
    const YamlEntry* every = map.find("every");
    const bool known = cron == nullptr || read_cron(context, *cron, schedule);
    if (every != nullptr) {
        read_interval(context, map, *every, schedule);
    }
    read_zone(context, map, schedule);
    read_dst(context, map, schedule);
    read_business_days(context, map, schedule);
    read_catchup(context, map, schedule);
    if (const YamlEntry* overlap = map.find("overlap")) {
        constexpr std::array<Overlap, 4> meanings{Overlap::Start, Overlap::Skip, Overlap::Wait, Overlap::Replace};
        schedule.overlap = meanings[read_choice(context, *overlap, overlaps).value_or(0)];
    }
    if (known && schedule.calendar != nullptr) {
        if (const auto possible = core::schedule::check_possible(schedule); !possible) {
            context.out.add(map.find("business_days")->key_offset, possible.error().message);
        }
    }
    return schedule;
}

}  // namespace kontor::spec
