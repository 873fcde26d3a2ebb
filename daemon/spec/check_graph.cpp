#include <algorithm>
#include <queue>
#include <set>

#include "spec/draft.hpp"

namespace kontor::spec {
namespace {

int index_of(const Draft& draft, std::string_view name) {
    for (std::size_t i = 0; i < draft.tasks.size(); ++i) {
        if (draft.tasks[i].node.name == name) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

std::vector<std::string> names_of(const Draft& draft) {
    std::vector<std::string> names;
    for (const TaskDraft& task : draft.tasks) {
        names.push_back(task.node.name);
    }
    return names;
}

// Fills node.after with positions in text order.
bool resolve_after(Context& context, Draft& draft) {
    bool good = true;
    for (std::size_t i = 0; i < draft.tasks.size(); ++i) {
        TaskDraft& task = draft.tasks[i];
        for (const Named& name : task.after) {
            const int parent = index_of(draft, name.text);
            if (parent < 0) {
                context.out.add_unknown(name.offset, "there is no task '" + name.text + "'", name.text, names_of(draft));
                good = false;
            } else if (parent == static_cast<int>(i)) {
                context.out.add(name.offset, "task '" + name.text + "' cannot come after itself");
                good = false;
            } else {
                task.node.after.push_back(parent);
            }
        }
    }
    return good;
}

// Parents first; among the free ones the one that stands first in the text. Shorter than the tasks when there is a cycle.
std::vector<int> topological_order(const Draft& draft) {
    std::vector<std::size_t> waits_for(draft.tasks.size());
    std::vector<std::vector<int>> children(draft.tasks.size());
    std::priority_queue<int, std::vector<int>, std::greater<>> free;
    for (std::size_t i = 0; i < draft.tasks.size(); ++i) {
        waits_for[i] = draft.tasks[i].node.after.size();
        for (const int parent : draft.tasks[i].node.after) {
            children[static_cast<std::size_t>(parent)].push_back(static_cast<int>(i));
        }
        if (waits_for[i] == 0) {
            free.push(static_cast<int>(i));
        }
    }
    std::vector<int> order;
    while (!free.empty()) {
        const int next = free.top();
        free.pop();
        order.push_back(next);
        for (const int child : children[static_cast<std::size_t>(next)]) {
            if (--waits_for[static_cast<std::size_t>(child)] == 0) {
                free.push(child);
            }
        }
    }
    return order;
}

// Every task left out of the order has a parent left out: following them leads round the cycle.
void name_cycle(Context& context, const Draft& draft, const std::vector<int>& order) {
    std::set<int> left;
    for (std::size_t i = 0; i < draft.tasks.size(); ++i) {
        left.insert(static_cast<int>(i));
    }
    for (const int done : order) {
        left.erase(done);
    }
    std::vector<int> path{*left.begin()};
    while (std::count(path.begin(), path.end(), path.back()) < 2) {
        const auto& parents = draft.tasks[static_cast<std::size_t>(path.back())].node.after;
        path.push_back(*std::find_if(parents.begin(), parents.end(), [&](int parent) { return left.contains(parent); }));
    }
    path.erase(path.begin(), std::find(path.begin(), path.end(), path.back()));
    // From the task that stands first in the text, so that the same cycle is always told the same way.
    path.pop_back();
    std::rotate(path.begin(), std::min_element(path.begin(), path.end()), path.end());
    std::string words = draft.tasks[static_cast<std::size_t>(path[0])].node.name;
    for (std::size_t i = 1; i < path.size(); ++i) {
        words += " after " + draft.tasks[static_cast<std::size_t>(path[i])].node.name;
    }
    words += " after " + draft.tasks[static_cast<std::size_t>(path[0])].node.name;
    const TaskDraft& first = draft.tasks[static_cast<std::size_t>(path[0])];
    context.out.add(
        first.after.empty() ? first.offset : first.after[0].offset, "the tasks wait for each other in a circle: " + words
    );
}

void reorder(Draft& draft, const std::vector<int>& order) {
    std::vector<int> position(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        position[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
    }
    std::vector<TaskDraft> sorted;
    for (const int index : order) {
        sorted.push_back(std::move(draft.tasks[static_cast<std::size_t>(index)]));
        for (int& parent : sorted.back().node.after) {
            parent = position[static_cast<std::size_t>(parent)];
        }
    }
    draft.tasks = std::move(sorted);
}

bool is_reserved(std::string_view name) {
    static const std::set<std::string_view> names{
        "params", "tasks", "run", "country", "winner", "event", "tick", "true", "false", "null", "in",
    };
    return names.contains(name);
}

// An expression reads the fan's item by its name, so the name must be one.
bool is_fan_name(std::string_view name) {
    return is_name(name) && name.find('-') == std::string_view::npos && (name[0] < '0' || name[0] > '9') && !is_reserved(name);
}

// A parent of the same shape whose fan this task continues, item by item.
const core::dag::Fan* continued_fan(const Draft& draft, const TaskDraft& task, std::string_view name) {
    for (const int parent : task.node.after) {
        const auto& above = draft.tasks[static_cast<std::size_t>(parent)].node;
        if (above.fan && above.fan->name == name && above.per_country == task.node.per_country) {
            return &*above.fan;
        }
    }
    return nullptr;
}

void check_fan_dimension(Context& context, const Draft& draft, TaskDraft& task, const Named& dimension) {
    const core::dag::Fan* above = continued_fan(draft, task, dimension.text);
    if (task.fan_out && task.fan_out->text == dimension.text) {
        if (above != nullptr) {
            context.out.add(
                task.fan_out->offset, "task '" + task.node.name + "' continues '" + dimension.text + "' of the task before it",
                "remove 'fan_out'"
            );
        }
        return;
    }
    if (above != nullptr && !task.fan_out) {
        task.node.fan = core::dag::Fan{dimension.text, {}};
        return;
    }
    std::vector<std::string> known;
    if (!draft.workflow.partition_key.empty()) {
        known.push_back(draft.workflow.partition_key);
    }
    if (task.fan_out) {
        known.push_back(task.fan_out->text);
    }
    context.out.add_unknown(
        dimension.offset, "'" + dimension.text + "' is neither the partition's key nor a 'fan_out' of this task or of one directly before it",
        dimension.text, known
    );
}

void check_per(Context& context, const Draft& draft, TaskDraft& task) {
    const bool names_country = !task.per.empty() && task.per[0].text == "country";
    task.node.per_country = names_country;
    if (names_country && draft.workflow.partition_key.empty()) {
        context.out.add(task.per[0].offset, "the workflow has no partition", "add 'partition: {key: country, over: [DE, FR]}'");
    }
    for (std::size_t i = names_country ? 1 : 0; i < task.per.size(); ++i) {
        const Named& dimension = task.per[i];
        if (dimension.text == "country") {
            context.out.add(dimension.offset, "'country' stands first in 'per'");
        } else if (i > (names_country ? 1U : 0U)) {
            context.out.add(dimension.offset, "'per' has one dimension besides country");
        } else {
            check_fan_dimension(context, draft, task, dimension);
        }
    }
    if (!task.fan_out) {
        return;
    }
    const bool matched = std::any_of(task.per.begin(), task.per.end(), [&](const Named& name) { return name.text == task.fan_out->text; });
    if (!is_fan_name(task.fan_out->text)) {
        context.out.add(
            task.fan_out->offset, "'" + task.fan_out->text + "' is no name for a dimension",
            "a letter, then letters, digits and _; expressions read it by this name"
        );
    } else if (!matched) {
        const std::string prefix = names_country || !draft.workflow.partition_key.empty() ? "country, " : "";
        context.out.add(
            task.fan_out->offset, "'per' does not name the dimension '" + task.fan_out->text + "'",
            "write per: [" + prefix + task.fan_out->text + "]"
        );
    }
}

// Does `task` wait for several instances of one parent?
void check_gate(Context& context, const Draft& draft, const TaskDraft& task) {
    bool joins = false;
    bool joins_countries = false;
    for (const int parent : task.node.after) {
        const auto& above = draft.tasks[static_cast<std::size_t>(parent)].node;
        const bool countries = above.per_country && !task.node.per_country;
        const bool chained = above.fan && task.node.fan && above.fan->name == task.node.fan->name &&
                             above.per_country == task.node.per_country;
        joins = joins || countries || (above.fan && !chained);
        joins_countries = joins_countries || countries;
    }
    if (task.gate_offset && !joins) {
        context.out.add(
            *task.gate_offset, "task '" + task.node.name + "' joins nothing, so it has no use for a gate",
            "a gate stands on a task without 'per' behind one with 'per'"
        );
    } else if (task.must_offset && !joins_countries) {
        context.out.add(*task.must_offset, "task '" + task.node.name + "' does not join countries, so it cannot insist on some");
    }
}

}  // namespace

bool check_graph(Context& context, Draft& draft) {
    if (!resolve_after(context, draft)) {
        return false;
    }
    const std::vector<int> order = topological_order(draft);
    if (order.size() < draft.tasks.size()) {
        name_cycle(context, draft, order);
        return false;
    }
    reorder(draft, order);
    for (TaskDraft& task : draft.tasks) {
        check_per(context, draft, task);
    }
    for (const TaskDraft& task : draft.tasks) {
        check_gate(context, draft, task);
    }
    return true;
}

}  // namespace kontor::spec
