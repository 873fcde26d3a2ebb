#include "core/run/expression_scope.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace kontor::core::run {
namespace {

// Items of a counted fan are numbers to an expression, others are texts.
Json item_value(const std::string& item) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), number);
    const bool plain = error == std::errc() && end == item.data() + item.size() && (item == "0" || item.front() != '0');
    return plain ? Json(number) : Json(item);
}

void add_references(const std::vector<std::vector<std::string>>& paths, std::set<std::string>& names) {
    for (const auto& path : paths) {
        if (path.size() > 1 && path[0] == "tasks") {
            names.insert(path[1]);
        }
    }
}

}  // namespace

ExpressionScope::ExpressionScope(
    const Run& run, const World& world, int task, const std::string& country, const std::string& item
)
    : run_(run), world_(world), task_(task), country_(country), item_(item) {}

const Json* ExpressionScope::find(std::string_view root) const {
    if (root == "params") {
        return &run_.identity_.params;
    }
    if (root == "winner") {
        static const Json none;
        const Json* found = country_.empty() || !world_.winner ? nullptr : world_.winner(country_);
        return found == nullptr ? &none : found;
    }
    if (const auto known = built_.find(root); known != built_.end()) {
        return &known->second;
    }
    Json value;
    if (root == "tasks") {
        value = tasks();
    } else if (root == "run") {
        value = run_view();
    } else if (root == "country" && !country_.empty()) {
        value = country_;
    } else if (task_ >= 0 && run_.node(task_).fan && root == run_.node(task_).fan->name && !item_.empty()) {
        value = item_value(item_);
    } else {
        return nullptr;
    }
    return &built_.emplace(std::string(root), std::move(value)).first->second;
}

Json ExpressionScope::tasks() const {
    std::set<std::string> names;
    if (task_ >= 0) {
        const dag::TaskNode& self = run_.node(task_);
        add_references(expr::references(self.with), names);
        if (!self.when_expr.empty()) {
            add_references(expr::references(self.when_expr), names);
        }
        if (self.fan && !self.fan->over.empty()) {
            add_references(expr::references(self.fan->over), names);
        }
    } else {
        add_references(expr::references(run_.workflow_->partition_over), names);
    }
    JsonObject all;
    for (const std::string& name : names) {
        const int parent = run_.workflow_->task_index(name);
        if (parent >= 0) {
            all.emplace(name, seen_of(parent));
        }
    }
    return all;
}

Json ExpressionScope::seen_of(int parent) const {
    const dag::TaskNode& above = run_.node(parent);
    const bool mine_per_country = task_ >= 0 && run_.node(task_).per_country;
    if (!above.per_country) {
        return cell_view(parent, 0);
    }
    if (mine_per_country) {
        const auto found = std::find(run_.countries_.begin(), run_.countries_.end(), country_);
        return found == run_.countries_.end() ? Json() : cell_view(parent, static_cast<int>(found - run_.countries_.begin()));
    }
    JsonObject outputs;
    JsonArray succeeded;
    JsonArray failed;
    for (std::size_t cell = 0; cell < run_.countries_.size(); ++cell) {
        Json one = cell_view(parent, static_cast<int>(cell));
        const std::string state = text_member(one, "state");
        if (state == "succeeded") {
            succeeded.emplace_back(run_.countries_[cell]);
            outputs.emplace(run_.countries_[cell], std::move(one.get_object().at("outputs")));
        } else if (state != "skipped") {
            failed.emplace_back(run_.countries_[cell]);
        }
    }
    const std::string_view state = !failed.empty() ? "failed" : succeeded.empty() ? "skipped" : "succeeded";
    return JsonObject{
        {"outputs", std::move(outputs)}, {"succeeded", std::move(succeeded)}, {"failed", std::move(failed)}, {"state", state}
    };
}

Json ExpressionScope::cell_view(int parent, int cell) const {
    const Run::Cell& seen = run_.column(parent).cells[static_cast<std::size_t>(cell)];
    if (seen.state != Run::CellState::Open) {
        return JsonObject{{"outputs", nullptr}, {"state", seen.state == Run::CellState::Blocked ? "blocked" : "waiting"}};
    }
    const dag::TaskNode& above = run_.node(parent);
    const bool one_item = task_ >= 0 && run_.chained_parent(task_) >= 0 && above.fan && run_.node(task_).fan &&
                          above.fan->name == run_.node(task_).fan->name && !item_.empty();
    if (!above.fan || one_item) {
        for (Index i = seen.first; i < seen.first + seen.count; ++i) {
            const Instance& only = run_.instance(i);
            if (!one_item || only.item == item_) {
                return JsonObject{{"outputs", only.outputs}, {"state", to_string(only.state)}};
            }
        }
        return JsonObject{{"outputs", nullptr}, {"state", "waiting"}};
    }
    JsonArray outputs;
    JsonArray succeeded;
    JsonArray failed;
    for (Index i = seen.first; i < seen.first + seen.count; ++i) {
        const Instance& each = run_.instance(i);
        if (each.state == TaskState::Succeeded) {
            outputs.push_back(each.outputs);
            succeeded.push_back(item_value(each.item));
        } else if (each.state != TaskState::Skipped) {
            failed.push_back(item_value(each.item));
        }
    }
    const std::string_view state = seen.bad > 0           ? "failed"
                                   : !seen.closed         ? "running"
                                   : seen.succeeded > 0   ? "succeeded"
                                                          : "skipped";
    return JsonObject{
        {"outputs", std::move(outputs)}, {"succeeded", std::move(succeeded)}, {"failed", std::move(failed)}, {"state", state}
    };
}

Json ExpressionScope::run_view() const {
    const std::string created = to_iso(run_.identity_.created_at);
    return JsonObject{
        {"id", run_.identity_.id},
        {"workflow", run_.workflow_->name},
        {"correlation", run_.identity_.correlation},
        {"created_at", created},
        {"period", created.substr(0, 7)}
    };
}

}  // namespace kontor::core::run
