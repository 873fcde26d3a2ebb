// A workflow between text and core type: names not yet resolved, positions still known. Private to spec.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/dag/workflow.hpp"
#include "spec/reader.hpp"

namespace kontor::spec {

struct TaskDraft {
    core::dag::TaskNode node;  // all but `after`, `per_country` and a continued fan
    std::size_t offset = 0;
    bool after_misspelt = false;  // 'afer': what the task comes after is not known, though it was said
    std::vector<Named> after;
    std::vector<Named> per;
    std::optional<Named> fan_out;
    std::optional<std::size_t> gate_offset;
    std::optional<std::size_t> must_offset;
    std::vector<Reading> with_readings;
    std::vector<Reading> when_readings;
    std::vector<Reading> fan_readings;
};

struct Draft {
    core::dag::Workflow workflow;
    std::vector<TaskDraft> tasks;  // in text order
    std::vector<std::string> params;
    std::vector<Reading> partition_readings;
    std::vector<Reading> period_readings;  // of `partition.period` and `.counts`
    std::optional<Named> made_by;
    std::size_t partition_offset = 0;
};

// The parameters of a workflow or a template as one JSON Schema; their names in text order.
Json read_params(Context& context, const YamlNode& owner, std::vector<std::string>& names);
// Each task that uses a template becomes the template's tasks. nullptr: something was found that makes further checks misleading.
YamlPtr expand_templates(Context& context, const YamlPtr& root);
// Into the members of `node` that they are about; what is not said stays.
void read_retry(Context& context, const YamlEntry& entry, core::dag::TaskNode& node);
void read_timeouts(Context& context, const YamlEntry& entry, core::dag::TaskNode& node);
// `defaults`: of which a task inherits `retry` and `timeout`.
std::optional<TaskDraft> read_task(Context& context, const YamlEntry& entry, const core::dag::TaskNode& defaults);
// Appends to draft.workflow.triggers; checks its expressions' names at once, as they see nothing of the tasks.
void read_trigger(Context& context, const YamlEntry& entry, Draft& draft);

// `after` resolved, cycles named, `per` and `fan_out` matched; orders the tasks so that parents stand first.
// False: something was found that makes further checks misleading.
bool check_graph(Context& context, Draft& draft);

// Requires: check_graph() was true. Every name an expression reads exists where it stands.
void check_names(Context& context, Draft& draft);

// What says when, of a trigger by the clock; zone, calendar and policies included.
core::schedule::Schedule read_schedule(Context& context, const YamlNode& map);

// Every name that a trigger's expressions read is one of `roots`.
void check_trigger_names(
    Context& context, const std::vector<Reading>& readings, const std::vector<std::string>& roots, std::string_view trigger
);

}  // namespace kontor::spec
