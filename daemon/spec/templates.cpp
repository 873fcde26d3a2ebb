// Blocks of tasks that are written once. A task that says `use` becomes the template's tasks, named <task>_<theirs>: before
// anything else of the workflow is read, so that all that comes later knows only tasks.
#include <algorithm>
#include <map>
#include <set>

#include "core/expr/rewrite.hpp"
#include "spec/draft.hpp"
#include "spec/keys.hpp"

namespace kontor::spec {
namespace {

struct TaskTemplate {
    Json params_schema;
    std::map<std::string, YamlPtr> defaults;
    std::vector<std::string> params;
    std::vector<YamlEntry> tasks;
    std::vector<std::string> last;  // of its tasks: those that no other one comes after
    bool has(std::string_view task) const {
        return std::any_of(tasks.begin(), tasks.end(), [&](const YamlEntry& each) { return each.key == task; });
    }
};

YamlPtr scalar(std::size_t offset, std::string text) {
    auto node = std::make_shared<YamlNode>();
    node->kind = YamlNode::Kind::Scalar;
    node->offset = offset;
    node->text = std::move(text);
    node->rewritten = true;
    return node;
}

// Counted again from below.
YamlPtr weighed(std::shared_ptr<YamlNode> node) {
    node->weight = 1;
    for (const YamlPtr& item : node->items) {
        node->weight += item->weight;
    }
    for (const YamlEntry& entry : node->entries) {
        node->weight += entry.value->weight;
    }
    return node;
}

bool holds_expression(const YamlNode& node) {
    return core::expr::has_expression(node.text) ||
           std::any_of(node.items.begin(), node.items.end(), [](const YamlPtr& each) { return holds_expression(*each); }) ||
           std::any_of(node.entries.begin(), node.entries.end(), [](const YamlEntry& each) { return holds_expression(*each.value); });
}

class Expansion {
 public:
    explicit Expansion(Context& context) : context_(context) {}

    YamlPtr expand(const YamlNode& root);

 private:
    void read_templates(const YamlNode& templates);
    void use(const YamlEntry& entry, const YamlEntry& used, std::vector<YamlEntry>& out);

    // One use of a template.
    struct Place {
        const std::string& block;
        const TaskTemplate& made_of;
        std::map<std::string, YamlPtr> values;
        std::optional<YamlEntry> after;
    };
    YamlPtr task_of(const YamlEntry& entry, const Place& place);
    YamlPtr filled(const YamlPtr& node, const Place& place);
    // As it stands within an expression; nullopt: something was found.
    std::optional<std::string> as_operand(const YamlNode& value, std::size_t offset);
    // `after` with the names of blocks replaced by those of their last tasks.
    YamlEntry resolved(const YamlEntry& after);

    Context& context_;
    std::map<std::string, TaskTemplate> templates_;
    std::map<std::string, const TaskTemplate*> blocks_;  // by the name of the task that uses it
};

void Expansion::read_templates(const YamlNode& templates) {
    for (const YamlEntry& entry : templates.entries) {
        check_name(context_, entry.key_offset, entry.key, "a template");
        TaskTemplate& made = templates_[entry.key];
        if (!expect_map(context_, *entry.value, "template '" + entry.key + "'", keys::template_of_tasks)) {
            continue;
        }
        made.params_schema = read_params(context_, *entry.value, made.params);
        if (const YamlEntry* params = entry.value->find("params")) {
            for (const YamlEntry& param : params->value->entries) {
                if (const YamlEntry* given = param.value->find("default")) {
                    made.defaults[param.key] = given->value;
                }
            }
        }
        const YamlEntry* tasks = entry.value->find("tasks");
        if (tasks == nullptr || tasks->value->entries.empty()) {
            context_.out.add(entry.key_offset, "template '" + entry.key + "' has no tasks", "add 'tasks:'");
            continue;
        }
        made.tasks = tasks->value->entries;
        std::set<std::string> before;
        for (const YamlEntry& task : made.tasks) {
            if (const YamlEntry* nested = task.value->find("use")) {
                context_.out.add(nested->key_offset, "a task of a template cannot use a template", "write its tasks out");
            }
            if (const YamlEntry* after = task.value->find("after")) {
                for (const Named& name : read_names(context_, *after)) {
                    before.insert(name.text);
                }
            }
        }
        for (const YamlEntry& task : made.tasks) {
            if (!before.contains(task.key)) {
                made.last.push_back(task.key);
            }
        }
    }
}

YamlEntry Expansion::resolved(const YamlEntry& after) {
    auto list = std::make_shared<YamlNode>();
    list->kind = YamlNode::Kind::List;
    list->offset = after.value->offset;
    for (const Named& name : read_names(context_, after)) {
        const auto block = blocks_.find(name.text);
        if (block == blocks_.end()) {
            list->items.push_back(scalar(name.offset, name.text));
            continue;
        }
        for (const std::string& last : block->second->last) {
            list->items.push_back(scalar(name.offset, name.text + "_" + last));
        }
    }
    return {after.key, after.key_offset, weighed(std::move(list))};
}

std::optional<std::string> Expansion::as_operand(const YamlNode& value, std::size_t offset) {
    if (value.kind == YamlNode::Kind::Scalar && core::expr::has_expression(value.text)) {
        const std::size_t from = value.text.find("${{");
        const std::size_t end = value.text.rfind("}}");
        const bool whole = core::expr::parse_wrapped(value.text).has_value();
        if (whole) {
            return "(" + value.text.substr(from + 3, end - from - 3) + ")";
        }
    } else if (!holds_expression(value)) {
        return to_text(to_json(value, context_.out));
    }
    context_.out.add(value.offset, "within an expression of the template this must be one expression, or hold none", "");
    context_.out.add(offset, "here it stands within an expression");
    return std::nullopt;
}

YamlPtr Expansion::filled(const YamlPtr& node, const Place& place) {
    auto copy = std::make_shared<YamlNode>(*node);
    for (YamlPtr& item : copy->items) {
        item = filled(item, place);
    }
    for (YamlEntry& entry : copy->entries) {
        entry.value = filled(entry.value, place);
    }
    if (node->kind != YamlNode::Kind::Scalar || !core::expr::has_expression(node->text)) {
        return weighed(std::move(copy));
    }
    const auto value_of = [&](std::string_view name) -> const YamlNode* {
        const auto found = place.values.find(std::string(name));
        if (found != place.values.end()) {
            return found->second.get();
        }
        const auto& known = place.made_of.params;
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            context_.out.add_unknown(node->offset, "the template has no parameter '" + std::string(name) + "'", name, known);
        } else {
            context_.out.add(node->offset, "task '" + place.block + "' gives no value for the template's '" + std::string(name) + "'", "give it as 'with', or a default");
        }
        return nullptr;
    };
    if (const auto [root, member] = core::expr::sole_path(node->text); root == "template") {
        const YamlNode* value = value_of(member);
        return value == nullptr ? weighed(std::move(copy)) : place.values.at(member);
    }
    const core::expr::Replacements replacements{
        [&](std::string_view root, std::string_view member) -> std::optional<std::string> {
            if (root == "tasks" && place.made_of.has(member)) {
                return "tasks." + place.block + "_" + std::string(member);
            }
            const YamlNode* value = root == "template" ? value_of(member) : nullptr;
            return value == nullptr ? std::nullopt : as_operand(*value, node->offset);
        },
        [&](std::string_view root, std::string_view member) -> std::optional<std::string> {
            const YamlNode* value = root == "template" ? value_of(member) : nullptr;
            const bool text = value != nullptr && value->kind == YamlNode::Kind::Scalar;
            return text ? std::optional(value->text) : std::nullopt;
        }
    };
    copy->text = core::expr::rewrite(node->text, replacements);
    copy->rewritten = copy->text != node->text;
    return weighed(std::move(copy));
}

YamlPtr Expansion::task_of(const YamlEntry& entry, const Place& place) {
    auto task = std::make_shared<YamlNode>(*entry.value);
    bool first = true;  // of the block: nothing of it comes before
    std::erase_if(task->entries, [](const YamlEntry& each) { return each.key == "after"; });
    for (YamlEntry& each : task->entries) {
        each.value = filled(each.value, place);
    }
    auto names = std::make_shared<YamlNode>();
    names->kind = YamlNode::Kind::List;
    std::size_t key_offset = entry.key_offset;
    if (const YamlEntry* after = entry.value->find("after")) {
        key_offset = after->key_offset;
        names->offset = after->value->offset;
        for (const Named& name : read_names(context_, *after)) {
            const bool own = place.made_of.has(name.text);
            first = first && !own;
            names->items.push_back(scalar(name.offset, own ? place.block + "_" + name.text : name.text));
        }
    }
    if (first && place.after) {
        names->items.insert(names->items.end(), place.after->value->items.begin(), place.after->value->items.end());
    }
    if (!names->items.empty()) {
        task->entries.push_back({"after", key_offset, weighed(std::move(names))});
    }
    return weighed(std::move(task));
}

void Expansion::use(const YamlEntry& entry, const YamlEntry& used, std::vector<YamlEntry>& out) {
    if (!expect_map(context_, *entry.value, "task '" + entry.key + "', which uses a template,", keys::use)) {
        return;
    }
    const auto found = blocks_.find(entry.key);
    if (found == blocks_.end()) {
        return;  // said already
    }
    Place place{entry.key, *found->second, found->second->defaults, std::nullopt};
    if (const YamlEntry* after = entry.value->find("after")) {
        place.after = resolved(*after);
    }
    YamlNode nothing;
    nothing.kind = YamlNode::Kind::Map;
    nothing.offset = entry.key_offset;
    const YamlEntry* with = entry.value->find("with");
    if (with != nullptr && !expect_map(context_, *with->value, "'with'")) {
        return;
    }
    const YamlNode& given = with == nullptr ? nothing : *with->value;
    for (const YamlEntry& value : given.entries) {
        place.values[value.key] = value.value;
    }
    check_against(context_, given, place.made_of.params_schema, to_json(given, context_.out), "template " + used.value->text);
    for (const YamlEntry& task : place.made_of.tasks) {
        out.push_back({entry.key + "_" + task.key, task.key_offset, task_of(task, place)});
    }
}

YamlPtr Expansion::expand(const YamlNode& root) {
    const YamlEntry* templates = root.find("templates");
    const YamlEntry* tasks = root.find("tasks");
    if (expect_map(context_, *templates->value, "'templates'")) {
        read_templates(*templates->value);
    }
    if (tasks == nullptr || tasks->value->kind != YamlNode::Kind::Map || !context_.out.empty()) {
        return nullptr;
    }
    std::vector<std::string> known;
    for (const auto& [name, made] : templates_) {
        known.push_back(name);
    }
    for (const YamlEntry& entry : tasks->value->entries) {
        const YamlEntry* used = entry.value->find("use");
        const auto found = used == nullptr ? templates_.end() : templates_.find(used->value->text);
        if (used != nullptr && found == templates_.end()) {
            context_.out.add_unknown(used->value->offset, "there is no template '" + used->value->text + "'", used->value->text, known);
        } else if (used != nullptr) {
            blocks_[entry.key] = &found->second;
        }
    }
    auto all = std::make_shared<YamlNode>(*tasks->value);
    all->entries.clear();
    for (const YamlEntry& entry : tasks->value->entries) {
        if (const YamlEntry* used = entry.value->find("use")) {
            use(entry, *used, all->entries);
            continue;
        }
        auto task = std::make_shared<YamlNode>(*entry.value);
        for (YamlEntry& each : task->entries) {
            each = each.key == "after" ? resolved(each) : each;
        }
        all->entries.push_back({entry.key, entry.key_offset, weighed(std::move(task))});
    }
    std::set<std::string> names;
    for (const YamlEntry& entry : all->entries) {
        if (!names.insert(entry.key).second) {
            context_.out.add(entry.key_offset, "the task '" + entry.key + "' stands twice, at least once as part of a template");
        }
    }
    auto expanded = std::make_shared<YamlNode>(root);
    std::erase_if(expanded->entries, [](const YamlEntry& each) { return each.key == "templates"; });
    for (YamlEntry& entry : expanded->entries) {
        entry.value = entry.key == "tasks" ? weighed(all) : entry.value;
    }
    if (weighed(expanded)->weight > yaml_nodes_max) {
        context_.out.add(templates->key_offset, "with its templates written out the workflow has more than " + std::to_string(yaml_nodes_max) + " values");
    }
    return context_.out.empty() ? expanded : nullptr;
}

}  // namespace

YamlPtr expand_templates(Context& context, const YamlPtr& root) {
    return root->find("templates") == nullptr ? root : Expansion(context).expand(*root);
}

}  // namespace kontor::spec
