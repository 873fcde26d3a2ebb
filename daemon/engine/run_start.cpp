#include "engine/run_start.hpp"

#include <algorithm>

#include "base/limits.hpp"

namespace kontor::engine {

using core::dag::OnConflict;
using core::run::RunState;

namespace {

core::run::Run trial_of(const core::dag::Workflow& workflow, const Json& params, Instant now) {
    core::run::Run trial(std::make_shared<core::dag::Workflow>(workflow), {0, params, "", now});
    core::run::Changes ignored;
    trial.start(now, {[](std::string_view) -> const Json* { return nullptr; }}, ignored);
    return trial;
}

Error beyond(const Countries& allowed) {
    Error error{
        ErrorKind::Forbidden, "submit",
        "this run would reach beyond the countries that you may work for: name only those in params.countries", {}
    };
    error.details.push_back({"/params/countries", "must be a list of: " + allowed.filter().value_or("")});
    return error;
}

// What can be known of a run's countries before it begins, held against those of its starter. What cannot (a partition that
// a task finds) shows later: a run that reaches too far fails then, before any country begins.
Result<void> within(const Countries& allowed, const core::dag::Workflow& workflow, const Json& params, Instant now) {
    const bool divided = workflow.partition_key == "country" &&
                         std::any_of(workflow.tasks.begin(), workflow.tasks.end(), [](const auto& node) { return node.per_country; });
    if (!divided) {
        return Error{
            ErrorKind::Forbidden, "submit",
            "workflow '" + workflow.name + "' is not divided by country: only who may work for all countries may start it", {}
        };
    }
    std::vector<std::string> named;
    if (workflow.partition_needs.empty()) {
        return allowed.contain_all_of(trial_of(workflow, params, now).countries()) ? Result<void>() : beyond(allowed);
    }
    const Json* list = member(params, "countries");
    if (list == nullptr || !list->is_array() || list->get_array().empty()) {
        return beyond(allowed);  // all of them
    }
    for (const Json& country : list->get_array()) {
        named.emplace_back(country.is_string() ? std::string(country.get_string()) : "");
    }
    return allowed.contain_all_of(named) ? Result<void>() : beyond(allowed);
}

bool replaces(const core::dag::Concurrency& concurrency) {
    return concurrency.on_conflict == OnConflict::Replace || concurrency.on_conflict == OnConflict::CancelOldest;
}

}  // namespace

Result<Beginning> RunStart::check(const NewRun& wanted, Instant now) const {
    const Result<std::shared_ptr<const core::dag::Workflow>> known = conductor_.deployed(wanted.workflow, "submit");
    if (!known) {
        return known.error();
    }
    if (wanted.depth > limits::cause_depth_max) {
        return conflict(
            "submit", "the chain of events and child runs is longer than " + std::to_string(limits::cause_depth_max) +
                          ": does a workflow trigger itself?"
        );
    }
    Result<Json> params = fitting_params(**known, wanted.params);
    if (!params) {
        return params.error();
    }
    if (!wanted.countries.is_all()) {
        if (Result<void> inside = within(wanted.countries, **known, *params, now); !inside) {
            return inside.error();
        }
    }
    Beginning begins{*known, std::move(*params), true, {}};
    const core::dag::Concurrency& concurrency = (*known)->concurrency;
    begins.room = group_has_room(concurrency);
    if (begins.room) {
        return begins;
    }
    if (replaces(concurrency)) {
        if (!wanted.countries.is_all()) {
            return Error{
                ErrorKind::Forbidden, "submit",
                "a run of group '" + concurrency.group + "' replaces those that go on: only who may work for all countries may start it now", {}
            };
        }
        begins.replaced = replaced_in(concurrency);
    } else if (concurrency.on_conflict == OnConflict::Reject) {
        return conflict("submit", "group '" + concurrency.group + "' already has its " + std::to_string(concurrency.limit) + " running");
    }
    return begins;
}

bool RunStart::group_has_room(const core::dag::Concurrency& concurrency) const {
    return concurrency.group.empty() || conductor_.running_in(concurrency.group) < concurrency.limit;
}

std::vector<ports::RunId> RunStart::replaced_in(const core::dag::Concurrency& concurrency) const {
    std::vector<ports::RunId> replaced;
    for (const auto& [other, running] : conductor_.runs_) {
        const bool goes_on = !running->finished && running->run.cancel_reason().empty();
        if (goes_on && running->run.workflow().concurrency.group == concurrency.group) {
            replaced.push_back(other);
        }
    }
    if (concurrency.on_conflict == OnConflict::CancelOldest) {
        const auto others = static_cast<std::size_t>(concurrency.limit - 1);  // that may go on beside it
        replaced.resize(replaced.size() > others ? replaced.size() - others : 0);
    }
    return replaced;
}

Result<Json> RunStart::foresee(const NewRun& wanted, Instant now) const {
    Result<Beginning> begins = check(wanted, now);
    if (!begins) {
        return begins.error();
    }
    JsonArray cancels;
    for (const ports::RunId run : begins->replaced) {
        cancels.emplace_back(run);
    }
    JsonArray tasks;
    for (const core::dag::TaskNode& task : begins->workflow->tasks) {
        tasks.emplace_back(task.name);
    }
    const bool told_later = !begins->workflow->partition_needs.empty();
    const bool at_once = begins->room || !begins->replaced.empty();
    return Json(JsonObject{
        {"dry_run", true},
        {"workflow", begins->workflow->name},
        {"hash", begins->workflow->hash},
        {"params", begins->params},
        {"state", to_string(at_once ? RunState::Running : RunState::Queued)},
        {"cancels", std::move(cancels)},
        {"tasks", std::move(tasks)},
        {"countries", told_later ? Json() : json_list(trial_of(*begins->workflow, begins->params, now).countries())}
    });
}

}  // namespace kontor::engine
