#include <array>
#include <charconv>

#include "core/schema/schema.hpp"
#include "spec/draft.hpp"
#include "spec/keys.hpp"

namespace kontor::spec {
namespace {

using core::schedule::Catchup;
using core::schedule::Fold;
using core::schedule::Gap;
using core::schedule::Schedule;

constexpr std::array<std::string_view, 3> gaps{"skip", "before", "after"};
constexpr std::array<std::string_view, 3> folds{"first", "second", "both"};
constexpr std::array<std::string_view, 3> catchups{"none", "last", "all"};
// `catchup: all` without a number: a day of hourly ticks, not a year of minutes.
constexpr int catchup_all = 24;
constexpr std::int64_t catchup_all_max = 10'000;

void read_cron(Context& context, const YamlEntry& entry, Schedule& schedule) {
    const auto text = read_text(context, entry);
    if (!text) {
        return;
    }
    schedule.text = *text;
    auto cron = core::schedule::parse_cron(*text);
    if (!cron) {
        std::size_t at = 0;
        const std::string pointer = cron.error().details.at(0).pointer;
        std::from_chars(pointer.data(), pointer.data() + pointer.size(), at);
        context.out.add(offset_within(context.out.text(), *entry.value, at), cron.error().message);
        return;
    }
    schedule.cron = std::move(*cron);
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

void read_params(Context& context, const YamlEntry& entry, core::dag::Trigger& trigger, Draft& draft, std::vector<Reading>& readings) {
    if (!expect_map(context, *entry.value, "'params'")) {
        return;
    }
    Json plain;
    trigger.params = read_template(context, *entry.value, readings, &plain);
    // What is missing may have a default or come by expression; only what is there is checked.
    JsonObject schema{{"type", "object"}, {"additionalProperties", false}};
    if (const Json* properties = member(draft.workflow.params_schema, "properties")) {
        schema.emplace("properties", *properties);
    }
    check_against(context, *entry.value, Json(std::move(schema)), plain, "params");
}

// Keys that mean something only with a cron, or only with an event.
void refuse_keys(Context& context, const YamlNode& map, std::initializer_list<std::string_view> names, std::string_view other) {
    for (const std::string_view name : names) {
        if (const YamlEntry* entry = map.find(name)) {
            context.out.add(entry->key_offset, "'" + entry->key + "' belongs to a trigger with '" + std::string(other) + "'");
        }
    }
}

}  // namespace

void read_trigger(Context& context, const YamlEntry& entry, Draft& draft) {
    check_name(context, entry.key_offset, entry.key, "a trigger");
    if (!expect_map(context, *entry.value, "trigger '" + entry.key + "'", keys::trigger)) {
        return;
    }
    const YamlNode& map = *entry.value;
    const YamlEntry* cron = map.find("cron");
    const YamlEntry* event = map.find("event");
    core::dag::Trigger trigger;
    trigger.name = entry.key;
    std::vector<Reading> readings;
    if ((cron == nullptr) == (event == nullptr)) {
        context.out.add(entry.key_offset, "trigger '" + entry.key + "' needs 'cron' or 'event', and not both");
        return;
    }
    if (cron != nullptr) {
        refuse_keys(context, map, {"when"}, "event");
        trigger.cron.emplace();
        read_cron(context, *cron, *trigger.cron);
        read_zone(context, map, *trigger.cron);
        read_dst(context, map, *trigger.cron);
        read_catchup(context, map, *trigger.cron);
    } else {
        refuse_keys(context, map, {"timezone", "dst", "catchup"}, "cron");
        trigger.event = read_text(context, *event).value_or("");
        if (trigger.event.empty()) {
            context.out.add(event->value->offset, "an event's type is a text such as kontor.model.trained");
        }
        if (const YamlEntry* when = map.find("when")) {
            trigger.when = read_expression(context, *when->value, readings);
        }
    }
    if (const YamlEntry* params = map.find("params")) {
        read_params(context, *params, trigger, draft, readings);
    }
    check_trigger_names(context, readings, cron != nullptr ? "tick" : "event", entry.key);
    draft.workflow.triggers.push_back(std::move(trigger));
}

}  // namespace kontor::spec
