#include <algorithm>
#include <array>

#include "base/sha256.hpp"
#include "core/fair/pools.hpp"
#include "spec/draft.hpp"
#include "spec/keys.hpp"

namespace kontor::spec {
namespace {

using core::dag::OnConflict;

constexpr std::array<std::string_view, 4> conflicts{"queue", "reject", "replace", "cancel_oldest"};
constexpr std::int64_t concurrency_max = 1000;

void read_title(Context& context, const YamlNode& root, Draft& draft) {
    const YamlEntry* name = root.find("workflow");
    if (name == nullptr) {
        context.out.add(root.offset, "the workflow has no name", "add 'workflow: <name>'");
    } else if (const auto text = read_text(context, *name)) {
        check_name(context, name->value->offset, *text, "a workflow");
        draft.workflow.name = *text;
    }
    if (const YamlEntry* title = root.find("title")) {
        draft.workflow.title = read_text(context, *title).value_or("");
    }
}

// Countries written out. What an expression gives is checked when it is known.
void check_countries(Context& context, const YamlNode& list) {
    for (const YamlPtr& item : list.items) {
        const std::string& text = item->text;
        if (core::expr::has_expression(text)) {
            continue;
        }
        const bool country = text.size() == 2 && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
        if (item->kind != YamlNode::Kind::Scalar || !country) {
            context.out.add(item->offset, "'" + text.substr(0, 40) + "' is no country", "countries are two capital letters");
        }
    }
}

void read_partition(Context& context, const YamlNode& root, Draft& draft) {
    const YamlEntry* partition = root.find("partition");
    if (partition == nullptr || !expect_map(context, *partition->value, "'partition'", keys::partition)) {
        return;
    }
    draft.partition_offset = partition->key_offset;
    const YamlEntry* key = partition->value->find("key");
    if (key == nullptr) {
        context.out.add(partition->key_offset, "the partition has no key", "add 'key: country'");
    } else if (const auto text = read_text(context, *key); text && *text != "country") {
        context.out.add(key->value->offset, "the partition's key must be 'country', not '" + *text + "'");
    }
    draft.workflow.partition_key = "country";
    const YamlEntry* over = partition->value->find("over");
    if (over == nullptr) {
        context.out.add(partition->key_offset, "the partition does not say over which countries", "add 'over: [DE, FR]' or an expression that gives a list");
        return;
    }
    Json plain;
    draft.workflow.partition_over = read_template(context, *over->value, draft.partition_readings, &plain);
    const bool expression = plain.is_string() && core::expr::has_expression(std::string_view(plain.get_string()));
    if (!expression && !plain.is_array()) {
        context.out.add(over->value->offset, "'over' must be a list of countries or an expression that gives one");
    }
    check_countries(context, *over->value);
}

// What its state across runs is: which period a run works for, whether it counts, and what makes it.
void read_partition_state(Context& context, const YamlNode& partition, Draft& draft) {
    Json plain;
    if (const YamlEntry* period = partition.find("period")) {
        draft.workflow.partition_period = read_template(context, *period->value, draft.period_readings, &plain);
        if (!plain.is_string()) {
            context.out.add(period->value->offset, "'period' must be a text such as 2026-11, or an expression that gives one");
        }
    }
    if (const YamlEntry* counts = partition.find("counts")) {
        draft.workflow.partition_counts = read_template(context, *counts->value, draft.period_readings, &plain);
        const bool expression = plain.is_string() && core::expr::has_expression(std::string_view(plain.get_string()));
        if (!expression && !plain.is_bool()) {
            context.out.add(counts->value->offset, "'counts' must be true, false or an expression that gives one of them");
        }
    }
    if (const YamlEntry* task = partition.find("made_by")) {
        if (const auto text = read_text(context, *task)) {
            draft.made_by = Named{*text, task->value->offset};
        }
    }
}

void read_concurrency(Context& context, const YamlNode& root, Draft& draft) {
    const YamlEntry* entry = root.find("concurrency");
    if (entry == nullptr || !expect_map(context, *entry->value, "'concurrency'", keys::concurrency)) {
        return;
    }
    auto& concurrency = draft.workflow.concurrency;
    const YamlEntry* group = entry->value->find("group");
    if (group == nullptr) {
        context.out.add(entry->key_offset, "the concurrency limit has no group", "add 'group: <name>'");
    } else if (const auto text = read_text(context, *group); text && check_name(context, group->value->offset, *text, "a group")) {
        concurrency.group = *text;
    }
    if (const YamlEntry* limit = entry->value->find("limit")) {
        concurrency.limit = static_cast<int>(read_integer(context, *limit, 1, concurrency_max).value_or(1));
    }
    if (const YamlEntry* conflict = entry->value->find("on_conflict")) {
        constexpr std::array<OnConflict, 4> meanings{OnConflict::Queue, OnConflict::Reject, OnConflict::Replace, OnConflict::CancelOldest};
        concurrency.on_conflict = meanings[read_choice(context, *conflict, conflicts).value_or(0)];
    }
}

void read_limits(Context& context, const YamlNode& root, Draft& draft) {
    const YamlEntry* entry = root.find("limits");
    if (entry == nullptr || !expect_map(context, *entry->value, "'limits'", keys::limits)) {
        return;
    }
    const auto read = [&](const char* key, std::optional<int>& limit) {
        if (const YamlEntry* one = entry->value->find(key)) {
            const auto number = read_integer(context, *one, 1, core::fair::pool_slots_max);
            limit = number ? std::optional(static_cast<int>(*number)) : std::nullopt;
        }
    };
    read("attempts", draft.workflow.limits.attempts);
    read("per_country", draft.workflow.limits.per_country);
    if (entry->value->find("per_country") != nullptr && draft.workflow.partition_key.empty()) {
        context.out.add(entry->value->find("per_country")->key_offset, "the workflow is not divided by country", "add 'partition: {key: country, over: ...}'");
    }
}

core::dag::TaskNode read_defaults(Context& context, const YamlNode& root) {
    core::dag::TaskNode defaults;
    const YamlEntry* entry = root.find("defaults");
    if (entry == nullptr || !expect_map(context, *entry->value, "'defaults'", keys::defaults)) {
        return defaults;
    }
    if (const YamlEntry* retry = entry->value->find("retry")) {
        read_retry(context, *retry, defaults);
    }
    if (const YamlEntry* timeout = entry->value->find("timeout")) {
        read_timeouts(context, *timeout, defaults);
    }
    return defaults;
}

// False: not every task could be read.
bool read_tasks(Context& context, const YamlNode& root, Draft& draft) {
    const core::dag::TaskNode defaults = read_defaults(context, root);
    const YamlEntry* tasks = root.find("tasks");
    if (tasks == nullptr) {
        context.out.add(root.offset, "the workflow has no tasks", "add 'tasks:'");
        return false;
    }
    if (!expect_map(context, *tasks->value, "'tasks'")) {
        return false;
    }
    if (tasks->value->entries.empty()) {
        context.out.add(tasks->key_offset, "the workflow has no tasks");
    }
    bool complete = true;
    for (const YamlEntry& entry : tasks->value->entries) {
        if (auto task = read_task(context, entry, defaults)) {
            draft.tasks.push_back(std::move(*task));
        } else {
            complete = false;
        }
    }
    return complete;
}

void read_all(Context& context, const YamlNode& root, Draft& draft) {
    if (!expect_map(context, root, "a workflow", keys::workflow)) {
        return;
    }
    read_title(context, root, draft);
    draft.workflow.params_schema = read_params(context, root, draft.params);
    read_partition(context, root, draft);
    if (const YamlEntry* partition = root.find("partition"); partition != nullptr && !draft.workflow.partition_key.empty()) {
        read_partition_state(context, *partition->value, draft);
    }
    read_concurrency(context, root, draft);
    read_limits(context, root, draft);
    if (const YamlEntry* deadline = root.find("deadline")) {
        draft.workflow.deadline = read_duration(context, *deadline);
    }
    if (const YamlEntry* triggers = root.find("triggers")) {
        if (expect_map(context, *triggers->value, "'triggers'")) {
            for (const YamlEntry& entry : triggers->value->entries) {
                read_trigger(context, entry, draft);
            }
        }
    }
    if (read_tasks(context, root, draft) && check_graph(context, draft)) {
        check_names(context, draft);
    }
}

}  // namespace

Parsed parse_workflow(std::string_view text, const Vocabulary& vocabulary) {
    Diagnostics out(text);
    Context context{out, vocabulary};
    Draft draft;
    if (YamlPtr root = read_yaml(text, out); root != nullptr && (root = expand_templates(context, root)) != nullptr) {
        read_all(context, *root, draft);
    }
    if (!out.empty()) {
        return {nullptr, out.take()};
    }
    draft.workflow.source = text;
    draft.workflow.hash = sha256_hex(text);
    for (TaskDraft& task : draft.tasks) {
        draft.workflow.tasks.push_back(std::move(task.node));
    }
    return {std::make_shared<const core::dag::Workflow>(std::move(draft.workflow)), {}};
}

}  // namespace kontor::spec
