#include <algorithm>
#include <array>

#include "core/schema/schema.hpp"
#include "core/trigger/match.hpp"
#include "spec/draft.hpp"
#include "spec/keys.hpp"

namespace kontor::spec {
namespace {

using core::dag::Collect;
using core::dag::Collecting;
using core::dag::Trigger;

constexpr std::array<std::string_view, 4> ends{"succeeded", "failed", "cancelled", "ended"};
// What a trigger may wait for: a key is kept for so long, and gathered events lie in memory for so long.
constexpr Duration window_max = std::chrono::days(31);

void read_params(Context& context, const YamlEntry& entry, Trigger& trigger, Draft& draft, std::vector<Reading>& readings) {
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
            context.out.add(entry->key_offset, "'" + entry->key + "' belongs to a trigger with " + std::string(other));
        }
    }
}

// A required duration within bounds.
Duration read_window(Context& context, const YamlEntry& map, std::string_view key) {
    const YamlEntry* entry = map.value->find(key);
    if (entry == nullptr) {
        context.out.add(map.key_offset, "'" + map.key + "' needs '" + std::string(key) + "', a duration such as 5m");
        return Duration(1);
    }
    const Duration window = read_duration(context, *entry).value_or(Duration(1));
    if (window > window_max) {
        context.out.add(entry->value->offset, "'" + std::string(key) + "' must be at most " + to_text(window_max));
    }
    return window;
}

void read_dedupe(Context& context, const YamlEntry& entry, Trigger& trigger, std::vector<Reading>& readings) {
    if (!expect_map(context, *entry.value, "'dedupe'", keys::dedupe)) {
        return;
    }
    if (const YamlEntry* key = entry.value->find("key")) {
        trigger.dedupe.key = read_expression(context, *key->value, readings);
    } else {
        context.out.add(entry.key_offset, "'dedupe' needs 'key', an expression over the event");
    }
    trigger.dedupe.window = read_window(context, entry, "window");
}

void read_collecting(Context& context, const YamlEntry& entry, Collect kind, Trigger& trigger, std::vector<Reading>& readings) {
    const bool batch = kind == Collect::Batch;
    const std::span<const std::string_view> known = batch ? std::span<const std::string_view>(keys::batch) : keys::debounce;
    if (!expect_map(context, *entry.value, "'" + entry.key + "'", known)) {
        return;
    }
    Collecting& collect = trigger.collect;
    collect.kind = kind;
    collect.count = core::trigger::gathered_max;
    if (const YamlEntry* count = entry.value->find("count")) {
        collect.count = static_cast<int>(read_integer(context, *count, 1, core::trigger::gathered_max).value_or(1));
    }
    if (batch) {
        collect.within = read_window(context, entry, "within");
    } else {
        collect.quiet = read_window(context, entry, "quiet");
        collect.within = entry.value->find("within") == nullptr ? window_max : read_window(context, entry, "within");
        if (collect.within < collect.quiet) {
            context.out.add(entry.value->find("within")->value->offset, "'within' must not be shorter than 'quiet'");
        }
    }
    if (const YamlEntry* key = entry.value->find("key")) {
        collect.key = read_expression(context, *key->value, readings);
    }
}

void read_completion(Context& context, const YamlEntry& entry, Trigger& trigger) {
    trigger.event = core::trigger::run_finished;
    trigger.on.emplace();
    if (!expect_map(context, *entry.value, "'on'", keys::on)) {
        return;
    }
    if (const YamlEntry* workflow = entry.value->find("workflow")) {
        const auto name = read_text(context, *workflow);
        if (name && check_name(context, workflow->value->offset, *name, "a workflow")) {
            trigger.on->workflow = *name;
        }
    } else {
        context.out.add(entry.key_offset, "'on' needs 'workflow', whose runs it waits for");
    }
    const YamlEntry* states = entry.value->find("state");
    if (states == nullptr) {
        trigger.on->states = {"succeeded"};
        return;
    }
    for (const Named& name : read_names(context, *states)) {
        if (std::find(ends.begin(), ends.end(), name.text) == ends.end()) {
            context.out.add_unknown(name.offset, "no run ends as '" + name.text + "'", name.text, {ends.begin(), ends.end()});
        } else if (name.text == "ended") {
            trigger.on->states = {"succeeded", "failed", "cancelled"};
        } else {
            trigger.on->states.push_back(name.text);
        }
    }
}

void read_event(Context& context, const YamlEntry& entry, Trigger& trigger) {
    trigger.event = read_text(context, entry).value_or("");
    const std::size_t star = trigger.event.find('*');
    if (trigger.event.empty()) {
        context.out.add(entry.value->offset, "an event's type is a text such as kontor.model.trained");
    } else if (star != std::string::npos && (star + 1 != trigger.event.size() || star < 2 || trigger.event[star - 1] != '.')) {
        context.out.add(
            offset_within(context.out.text(), *entry.value, star), "'*' may only end a type, behind a dot", "write kontor.model.*"
        );
    }
}

void read_file(Context& context, const YamlEntry& entry, Trigger& trigger) {
    trigger.event = core::trigger::file_arrived;
    trigger.file = read_text(context, entry).value_or("");
    if (trigger.file.empty() || trigger.file.front() == '/') {
        context.out.add(entry.value->offset, "'file' is a pattern of names in the inbox, such as sales/*.csv");
    }
}

// The one key that says what the trigger waits for; nullptr when there is none or more than one.
const YamlEntry* source_of(Context& context, const YamlEntry& trigger) {
    const YamlEntry* found = nullptr;
    int count = 0;
    for (const std::string_view key : {"cron", "every", "event", "on", "file"}) {
        if (const YamlEntry* entry = trigger.value->find(key)) {
            found = entry;
            ++count;
        }
    }
    if (count != 1) {
        context.out.add(
            trigger.key_offset, "trigger '" + trigger.key + "' needs one of 'cron', 'every', 'event', 'on' and 'file'" +
                                    (count == 0 ? "" : ", and only one")
        );
        return nullptr;
    }
    return found;
}

void read_event_keys(Context& context, const YamlNode& map, Trigger& trigger, std::vector<Reading>& readings) {
    if (const YamlEntry* when = map.find("when")) {
        trigger.when = read_expression(context, *when->value, readings);
    }
    if (const YamlEntry* dedupe = map.find("dedupe")) {
        read_dedupe(context, *dedupe, trigger, readings);
    }
    const YamlEntry* batch = map.find("batch");
    const YamlEntry* debounce = map.find("debounce");
    if (batch != nullptr) {
        read_collecting(context, *batch, Collect::Batch, trigger, readings);
    }
    if (debounce != nullptr && batch != nullptr) {
        context.out.add(debounce->key_offset, "a trigger has 'batch' or 'debounce', not both");
    } else if (debounce != nullptr) {
        read_collecting(context, *debounce, Collect::Debounce, trigger, readings);
    }
}

}  // namespace

void read_trigger(Context& context, const YamlEntry& entry, Draft& draft) {
    check_name(context, entry.key_offset, entry.key, "a trigger");
    if (!expect_map(context, *entry.value, "trigger '" + entry.key + "'", keys::trigger)) {
        return;
    }
    const YamlNode& map = *entry.value;
    const YamlEntry* source = source_of(context, entry);
    if (source == nullptr) {
        return;
    }
    Trigger trigger;
    trigger.name = entry.key;
    std::vector<Reading> readings;
    std::vector<std::string> roots{"event"};
    if (source->key == "cron" || source->key == "every") {
        refuse_keys(context, map, {"when", "dedupe", "batch", "debounce"}, "an event");
        if (source->key == "cron") {
            refuse_keys(context, map, {"from"}, "'every'");
        }
        trigger.cron = read_schedule(context, map);
        roots = {"tick"};
    } else {
        refuse_keys(
            context, map, {"from", "timezone", "dst", "business_days", "catchup", "overlap"}, "'cron' or 'every'"
        );
        if (source->key == "on") {
            read_completion(context, *source, trigger);
        } else if (source->key == "file") {
            read_file(context, *source, trigger);
        } else {
            read_event(context, *source, trigger);
        }
        read_event_keys(context, map, trigger, readings);
        check_trigger_names(context, readings, roots, entry.key);
        readings.clear();
        if (trigger.collect.kind != Collect::None) {
            roots.emplace_back("batch");
        }
    }
    if (const YamlEntry* params = map.find("params")) {
        read_params(context, *params, trigger, draft, readings);
    }
    check_trigger_names(context, readings, roots, entry.key);
    draft.workflow.triggers.push_back(std::move(trigger));
}

}  // namespace kontor::spec
