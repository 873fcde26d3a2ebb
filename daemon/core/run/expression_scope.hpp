// The names that an expression of a run sees: params, tasks, country, the fan's item, run, winner.
// Built lazily: a workflow pays for what its expressions mention. Not thread-safe; lives for one evaluation.
#pragma once

#include <map>
#include <string>

#include "core/expr/expr.hpp"
#include "core/run/run.hpp"

namespace kontor::core::run {

class ExpressionScope : public expr::Scope {
 public:
    // `task` -1: of the run itself. `country` and `item` may be empty. All must outlive the scope.
    ExpressionScope(const Run& run, const World& world, int task, const std::string& country, const std::string& item);
    const Json* find(std::string_view root) const override;

 private:
    Json tasks() const;
    // What a task called `task_` sees of its parent.
    Json seen_of(int parent) const;
    Json cell_view(int parent, int cell) const;
    Json run_view() const;

    const Run& run_;
    const World& world_;
    int task_;
    const std::string& country_;
    const std::string& item_;
    mutable std::map<std::string, Json, std::less<>> built_;
};

}  // namespace kontor::core::run
