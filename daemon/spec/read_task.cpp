#include <algorithm>
#include <array>
#include <charconv>

#include "base/nearest.hpp"
#include "core/fair/pools.hpp"
#include "spec/draft.hpp"
#include "spec/keys.hpp"

namespace kontor::spec {
namespace {

using core::dag::Gate;
using core::dag::Jitter;
using core::dag::When;

constexpr std::array<std::string_view, 2> jitters{"none", "full"};
constexpr std::array<std::pair<std::string_view, sdk::FailureClass>, 5> failure_classes{{
    {"transient", sdk::FailureClass::Transient},
    {"resource", sdk::FailureClass::Resource},
    {"data", sdk::FailureClass::Data},
    {"config", sdk::FailureClass::Config},
    {"bug", sdk::FailureClass::Bug},
}};
// Beyond it a retry policy is a typing error.
constexpr std::int64_t attempts_max = 100;
constexpr Duration cache_for_default = std::chrono::days(30);
constexpr std::int64_t cores_max = 1024;
constexpr std::int64_t priority_max = 1000;

void read_uses(Context& context, const YamlNode& map, TaskDraft& task) {
    const YamlEntry* uses = map.find("uses");
    if (uses == nullptr) {
        context.out.add(task.offset, "task '" + task.node.name + "' says not what it does", "add 'uses: <task type>'");
        return;
    }
    const auto name = read_text(context, *uses);
    if (!name) {
        return;
    }
    const auto& known = context.vocabulary.tasks;
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
        context.out.add_unknown(uses->value->offset, "there is no task type '" + *name + "'", *name, known);
        return;
    }
    task.node.uses = *name;
}

void read_with(Context& context, const YamlNode& map, TaskDraft& task) {
    const YamlEntry* with = map.find("with");
    Json plain = JsonObject{};
    if (with != nullptr) {
        if (!expect_map(context, *with->value, "'with'")) {
            return;
        }
        task.node.with = read_template(context, *with->value, task.with_readings, &plain);
    }
    const bool known = !task.node.uses.empty() && context.vocabulary.input_schema;
    const Json* schema = known ? context.vocabulary.input_schema(task.node.uses) : nullptr;
    if (schema != nullptr) {
        YamlNode nothing;
        nothing.kind = YamlNode::Kind::Map;
        nothing.offset = task.offset;
        check_against(context, with == nullptr ? nothing : *with->value, *schema, plain, task.node.uses);
    }
}

void read_pass(Context& context, const YamlEntry& entry, Gate& gate) {
    const std::string& text = entry.value->text;
    const bool percent = text.ends_with('%');
    const std::string_view digits = std::string_view(text).substr(0, text.size() - (percent ? 1 : 0));
    double share = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), share, std::chars_format::fixed);
    share /= percent ? 100 : 1;
    if (error != std::errc() || end != digits.data() + digits.size() || !(share >= 0 && share <= 1)) {
        context.out.add(entry.value->offset, "'pass' must be a share such as 90% or 0.9");
        return;
    }
    gate.pass = share;
}

void read_gate(Context& context, const YamlNode& map, TaskDraft& task) {
    const YamlEntry* entry = map.find("gate");
    if (entry == nullptr || !expect_map(context, *entry->value, "a gate", keys::gate)) {
        return;
    }
    Gate& gate = task.node.gate;
    task.gate_offset = entry->key_offset;
    const YamlEntry* pass = entry->value->find("pass");
    const YamlEntry* any = entry->value->find("any");
    if (pass != nullptr) {
        read_pass(context, *pass, gate);
    }
    if (any != nullptr) {
        gate.any = read_bool(context, *any).value_or(false);
    }
    if (pass != nullptr && any != nullptr) {
        context.out.add(any->key_offset, "a gate has 'pass' or 'any', not both");
    }
    if (const YamlEntry* must = entry->value->find("must")) {
        task.must_offset = must->key_offset;
        for (const Named& country : read_names(context, *must)) {
            const bool good = country.text.size() == 2 && country.text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
            if (!good) {
                context.out.add(country.offset, "'" + country.text.substr(0, 40) + "' is no country", "countries are two capital letters");
            }
            gate.must.push_back(country.text);
        }
    }
    if (const YamlEntry* ended = entry->value->find("ended")) {
        gate.ended = read_bool(context, *ended).value_or(false);
    }
    if (const YamlEntry* within = entry->value->find("within")) {
        gate.within = read_duration(context, *within);
    }
}

void read_when(Context& context, const YamlNode& map, TaskDraft& task) {
    const YamlEntry* entry = map.find("when");
    if (entry == nullptr) {
        return;
    }
    const YamlNode& node = *entry->value;
    if (node.kind == YamlNode::Kind::Scalar && node.text == "always") {
        task.node.when = When::Always;
        return;
    }
    if (node.kind != YamlNode::Kind::Scalar || !core::expr::has_expression(node.text)) {
        context.out.add(node.offset, "'when' must be 'always' or an expression", "write when: ${{ ... }}");
        return;
    }
    task.node.when = When::Expression;
    task.node.when_expr = read_expression(context, node, task.when_readings);
}

void read_fan_out(Context& context, const YamlNode& map, TaskDraft& task) {
    const YamlEntry* entry = map.find("fan_out");
    if (entry == nullptr || !expect_map(context, *entry->value, "'fan_out'")) {
        return;
    }
    if (entry->value->entries.size() != 1) {
        context.out.add(entry->key_offset, "'fan_out' names one dimension", "write fan_out: {trial: 8}");
        return;
    }
    const YamlEntry& fan = entry->value->entries[0];
    task.fan_out = Named{fan.key, fan.key_offset};
    Json plain;
    core::expr::Template over = read_template(context, *fan.value, task.fan_readings, &plain);
    const bool expression = plain.is_string() && core::expr::has_expression(std::string_view(plain.get_string()));
    const bool count = plain.is_int64() && plain.get_int64() >= 0;
    if (!expression && !count && !plain.is_array()) {
        context.out.add(fan.value->offset, "'" + fan.key + "' must be a count, a list or an expression that gives one");
    }
    task.node.fan = core::dag::Fan{fan.key, std::move(over)};
}

// "1500MB", "2GB": a number and its unit.
void read_memory(Context& context, const YamlNode& map, TaskDraft& task) {
    const YamlEntry* entry = map.find("memory");
    if (entry == nullptr) {
        return;
    }
    const std::string text = read_text(context, *entry).value_or("");
    int amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    const int in_mb = unit == "MB" ? 1 : unit == "GB" ? 1000 : 0;
    if (error != std::errc() || in_mb == 0 || amount < 1 || amount > core::fair::pool_slots_max / in_mb) {
        context.out.add(entry->value->offset, "'memory' must be an amount such as 500MB or 2GB");
        return;
    }
    task.node.memory_mb = amount * in_mb;
}

void read_pools(Context& context, const YamlNode& map, TaskDraft& task) {
    const YamlEntry* entry = map.find("pools");
    if (entry == nullptr || !expect_map(context, *entry->value, "'pools'")) {
        return;
    }
    for (const YamlEntry& pool : entry->value->entries) {
        if (!core::fair::is_token_pool(pool.key)) {
            context.out.add(
                pool.key_offset, "'" + pool.key.substr(0, 40) + "' is no pool that a task may name", "a pool's name is of small letters, digits, - and _"
            );
            continue;
        }
        if (const auto amount = read_integer(context, pool, 1, core::fair::pool_slots_max)) {
            task.node.pools.emplace_back(pool.key, static_cast<int>(*amount));
        }
    }
}

void read_backoff(Context& context, const YamlNode& map, core::dag::RetryPolicy& retry) {
    if (const YamlEntry* attempts = map.find("attempts")) {
        retry.attempts_max = static_cast<int>(read_integer(context, *attempts, 1, attempts_max).value_or(1));
    }
    if (const YamlEntry* backoff = map.find("backoff")) {
        retry.backoff = read_duration(context, *backoff).value_or(retry.backoff);
    }
    if (const YamlEntry* factor = map.find("factor")) {
        retry.factor = read_number(context, *factor, 1, 100).value_or(retry.factor);
    }
    if (const YamlEntry* max = map.find("max")) {
        retry.max = read_duration(context, *max).value_or(retry.max);
    }
    if (const YamlEntry* jitter = map.find("jitter")) {
        retry.jitter = read_choice(context, *jitter, jitters).value_or(1) == 0 ? Jitter::None : Jitter::Full;
    }
}

void read_cache(Context& context, const YamlNode& map, TaskDraft& task) {
    const YamlEntry* entry = map.find("cache");
    if (entry == nullptr) {
        return;
    }
    if (entry->value->kind == YamlNode::Kind::Map) {
        if (expect_map(context, *entry->value, "'cache'", keys::cache)) {
            const YamlEntry* age = entry->value->find("for");
            task.node.cache_for = age == nullptr ? std::optional(cache_for_default) : read_duration(context, *age);
        }
    } else if (read_bool(context, *entry).value_or(false)) {
        task.node.cache_for = cache_for_default;
    }
    const auto& known = context.vocabulary.repeatable;
    if (task.node.cache_for && !task.node.uses.empty() && std::find(known.begin(), known.end(), task.node.uses) == known.end()) {
        std::string names;
        for (const std::string& name : known) {
            names += (names.empty() ? "" : ", ") + name;
        }
        context.out.add(
            entry->key_offset, "a result of '" + task.node.uses + "' cannot stand for a later one: it does more than compute, or goes by what is not in its input",
            "'cache' goes with: " + names
        );
    }
}

void read_plain_fields(Context& context, const YamlNode& map, TaskDraft& task) {
    if (const YamlEntry* title = map.find("title")) {
        task.node.title = read_text(context, *title).value_or("");
    }
    if (const YamlEntry* timeout = map.find("timeout")) {
        read_timeouts(context, *timeout, task.node);
    }
    if (const YamlEntry* role = map.find("role")) {
        task.node.role = read_text(context, *role).value_or("");
        check_name(context, role->value->offset, task.node.role, "a role");
    }
    if (const YamlEntry* cores = map.find("cores")) {
        task.node.cores = static_cast<int>(read_integer(context, *cores, 1, cores_max).value_or(0));
    }
    read_cache(context, map, task);
    read_memory(context, map, task);
    read_pools(context, map, task);
    if (const YamlEntry* priority = map.find("priority")) {
        task.node.priority = static_cast<int>(read_integer(context, *priority, -priority_max, priority_max).value_or(0));
    }
    if (const YamlEntry* after = map.find("after")) {
        task.after = read_names(context, *after);
    } else {
        const std::vector<std::string> known(keys::task.begin(), keys::task.end());
        task.after_misspelt = std::any_of(map.entries.begin(), map.entries.end(), [&](const YamlEntry& other) {
            return nearest(other.key, known) == "after";
        });
    }
    if (const YamlEntry* per = map.find("per")) {
        task.per = read_names(context, *per);
    }
}

}  // namespace

void read_retry(Context& context, const YamlEntry& entry, core::dag::TaskNode& node) {
    if (!expect_map(context, *entry.value, "'retry'", keys::retry)) {
        return;
    }
    read_backoff(context, *entry.value, node.retry);
    for (const auto& [name, kind] : failure_classes) {
        const YamlEntry* own = entry.value->find(name);
        if (own != nullptr && expect_map(context, *own->value, "'" + std::string(name) + "'", keys::backoff)) {
            read_backoff(context, *own->value, node.retry_of.try_emplace(kind, node.retry).first->second);
        }
    }
}

void read_timeouts(Context& context, const YamlEntry& entry, core::dag::TaskNode& node) {
    if (entry.value->kind != YamlNode::Kind::Map) {
        node.timeout = read_duration(context, entry).value_or(node.timeout);
        return;
    }
    if (!expect_map(context, *entry.value, "'timeout'", keys::timeout)) {
        return;
    }
    const auto read = [&](std::string_view key) {
        const YamlEntry* found = entry.value->find(key);
        return found == nullptr ? std::nullopt : read_duration(context, *found);
    };
    const std::optional<Duration> attempt = read("attempt");
    if (const std::optional<Duration> total = read("total")) {
        node.total_timeout = total;
        if (attempt && *attempt > *total) {
            context.out.add(
                entry.value->find("attempt")->value->offset,
                "one attempt may take " + to_text(*attempt) + ", and all of them together only " + to_text(*total), "make 'total' the longer one"
            );
        }
    }
    if (const std::optional<Duration> start = read("start")) {
        node.start_timeout = start;
    }
    node.timeout = attempt.value_or(node.timeout);
}

std::optional<TaskDraft> read_task(Context& context, const YamlEntry& entry, const core::dag::TaskNode& defaults) {
    check_name(context, entry.key_offset, entry.key, "a task");
    if (!expect_map(context, *entry.value, "task '" + entry.key + "'", keys::task)) {
        return std::nullopt;
    }
    TaskDraft task;
    task.offset = entry.key_offset;
    task.node.name = entry.key;
    task.node.retry = defaults.retry;
    task.node.retry_of = defaults.retry_of;
    task.node.timeout = defaults.timeout;
    task.node.total_timeout = defaults.total_timeout;
    task.node.start_timeout = defaults.start_timeout;
    const YamlNode& map = *entry.value;
    read_uses(context, map, task);
    read_plain_fields(context, map, task);
    read_fan_out(context, map, task);
    read_gate(context, map, task);
    read_when(context, map, task);
    read_with(context, map, task);
    if (const YamlEntry* retry = map.find("retry")) {
        read_retry(context, *retry, task.node);
    }
    return task;
}

}  // namespace kontor::spec
