// Approvals: asked when a task that uses `approval` begins, answered by people, ended by their deadline or with their task.
// What is asked, each answer and what follows from it are rows of one batch with the task's own.
#include <algorithm>

#include "base/limits.hpp"
#include "engine/conductor.hpp"
#include "engine/stored_rows.hpp"

namespace kontor::engine {

using core::approval::Decision;
using core::approval::Otherwise;
using core::run::Index;
using core::run::TaskState;

namespace {

constexpr std::string_view event_asked = "kontor.approval.asked";
constexpr std::string_view event_escalated = "kontor.approval.escalated";
constexpr std::string_view event_decided = "kontor.approval.decided";

Json time_or_null(const std::optional<Instant>& time) { return time ? Json(to_iso(*time)) : Json(); }

Json names_of(const std::vector<core::approval::Vote>& votes) {
    JsonArray names;
    for (const core::approval::Vote& vote : votes) {
        names.emplace_back(vote.by);
    }
    return names;
}

// As GET /v1/approvals/{id} shows it, but for what was asked.
Json answer_of(const OpenApproval& approval, bool dry_run) {
    JsonArray votes;
    for (const core::approval::Vote& vote : approval.votes) {
        votes.push_back(JsonObject{
            {"by", vote.by}, {"decision", core::approval::to_string(vote.decision)}, {"comment", vote.comment}, {"at", to_iso(vote.at)}
        });
    }
    const ports::ApprovalRow& row = approval.row;
    return JsonObject{
        {"id", row.id},           {"run", row.run},           {"task_id", row.task_id}, {"task", row.task},
        {"country", row.country}, {"item", row.item},         {"title", row.title},     {"state", row.state},
        {"decision", row.decision}, {"reason", row.reason},   {"approvals", row.needed}, {"votes", std::move(votes)},
        {"dry_run", dry_run}
    };
}

std::string past(Decision decision) { return decision == Decision::Approve ? "approved" : "rejected"; }

// "approved by anna and ben: fine"
std::string sentence_of(Decision decision, const OpenApproval& approval) {
    std::string names;
    for (const core::approval::Vote& vote : approval.votes) {
        if (vote.decision == decision) {
            names += (names.empty() ? "" : " and ") + vote.by;
        }
    }
    const std::string& comment = approval.votes.back().comment;
    return past(decision) + " by " + names + (comment.empty() ? "" : ": " + comment);
}

}  // namespace

std::string submitter_of(const ports::RunRow& row) { return text_member(row.cause, "by"); }

void Conductor::tell_of_approval(std::string_view type, const OpenApproval& approval, Instant now) {
    ActiveRun* active = find(approval.row.run);
    const std::vector<Listener> all = listeners();
    const auto waits = [&](const Listener& each) { return core::trigger::hears_type(each.trigger->event, type); };
    if (active == nullptr || std::none_of(all.begin(), all.end(), waits)) {
        return;  // an event that nobody waits for is a row for nothing
    }
    const ports::ApprovalRow& row = approval.row;
    ports::EventRow event;
    event.type = type;
    event.source = "kontor/" + row.workflow;
    event.subject = std::to_string(row.id);
    event.time = now;
    event.data = JsonObject{
        {"approval", row.id},         {"run", row.run},   {"workflow", row.workflow},   {"task", row.task},   {"country", row.country},
        {"item", row.item},           {"title", row.title}, {"role", row.role},         {"state", row.state}, {"decision", row.decision},
        {"by", names_of(approval.votes)}, {"reason", row.reason}, {"deadline_at", time_or_null(row.deadline_at)}
    };
    event.correlation = row.correlation;
    event.depth = active->row.depth + 1;
    event.run = row.run;
    event.by = submitter_of(active->row);
    event.countries = to_json(active->run.identity().allowed);
    emit(std::move(event), now);
}

void Conductor::ask_approval(ActiveRun& active, Index index, const Json& input, Instant now) {
    Result<core::approval::Terms> terms = core::approval::terms_from(input);
    if (!terms) {
        core::run::Changes changes;
        active.run.settle_without_attempt(index, sdk::Failed{sdk::FailureClass::Config, terms.error().message}, now, world(), changes);
        absorb(active, std::move(changes), now);
        return;
    }
    const core::run::Instance& instance = active.run.instance(index);
    ports::ApprovalRow row;
    row.id = next_id();
    row.run = active.row.id;
    row.task_id = instance.id;
    row.workflow = active.row.workflow;
    row.correlation = active.row.correlation;
    row.task = active.run.node(instance).name;
    row.country = active.run.country(instance);
    row.item = instance.item;
    row.title = std::move(terms->title);
    row.text = std::move(terms->text);
    row.evidence = std::move(terms->evidence);
    row.role = to_string(terms->role);
    row.needed = terms->approvals;
    row.submitter = submitter_of(active.row);
    row.otherwise = core::approval::to_string(terms->otherwise);
    row.reject_fails = terms->reject_fails;
    row.asked_at = now;
    row.deadline_at = terms->deadline ? std::optional(now + *terms->deadline) : std::nullopt;
    row.escalate_at = terms->escalate_after ? std::optional(now + *terms->escalate_after) : std::nullopt;
    row.state = "open";
    batch_.approvals.push_back(row);
    actions_.log.push_back(
        "approval " + std::to_string(row.id) + " is asked for by run " + std::to_string(row.run) + " " + row.task +
        (row.country.empty() ? "" : "/" + row.country) + ": " + row.title
    );
    tell_of_approval(event_asked, approvals_.add({std::move(row), {}, index}), now);
}

void Conductor::decide(DecideInput input, Instant now) {
    const DecideRequest& wanted = input.request;
    if (answered_before(wanted.idempotency, input.reply)) {
        return;
    }
    OpenApproval* open = approvals_.find(wanted.approval);
    ActiveRun* active = open == nullptr ? nullptr : find(open->row.run);
    const bool waits = active != nullptr && !active->finished && open->index >= 0 &&
                       active->run.instance(open->index).id == open->row.task_id &&
                       active->run.instance(open->index).state == TaskState::Awaiting;
    if (!waits) {
        answer({}, input.reply, not_found("decide", "approval " + std::to_string(wanted.approval) + " is not open"), now);
        return;
    }
    if (const Result<void> may = core::approval::may_vote(open->ballot(), wanted.by); !may) {
        answer({}, input.reply, may.error(), now);
        return;
    }
    const std::string correlation = open->row.correlation;
    const core::approval::Vote vote{wanted.by.name, wanted.approve ? Decision::Approve : Decision::Reject, wanted.comment, now};
    OpenApproval after = *open;
    after.votes.push_back(vote);
    const std::optional<Decision> decided = core::approval::outcome(after.row.needed, after.votes);
    if (decided) {
        after.row.state = past(*decided);
        after.row.decision = past(*decided);
        after.row.reason = sentence_of(*decided, after);
    }
    const std::string body = to_text(answer_of(after, wanted.dry_run));
    if (wanted.dry_run) {
        carried_out(wanted, input.reply, Reply{200, body}, now, correlation);
        return;
    }
    batch_.votes.push_back({wanted.approval, vote.by, std::string(core::approval::to_string(vote.decision)), vote.comment, now});
    open->votes = after.votes;
    if (decided) {
        close_approval(wanted.approval, after.row.state, past(*decided), after.row.reason, now);
    } else {
        // Whoever watches sees that somebody has answered.
        if (core::run::Instance& instance = active->run.instance(open->index); !instance.dirty) {
            instance.dirty = true;
            touched_.push_back({active->row.id, open->index});
        }
    }
    carried_out(wanted, input.reply, Reply{200, body}, now, correlation);
}

void Conductor::close_approval(std::int64_t id, const std::string& state, const std::string& decision, const std::string& reason, Instant now) {
    OpenApproval approval = approvals_.take(id);
    ports::ApprovalRow& row = approval.row;
    row.state = state;
    row.decision = decision;
    row.reason = reason;
    row.closed_at = now;
    batch_.approvals.push_back(row);
    actions_.log.push_back("approval " + std::to_string(id) + " is " + state + ": " + reason);
    if (decision.empty()) {
        return;  // its task has ended otherwise, and tells of it
    }
    tell_of_approval(event_decided, approval, now);
    ActiveRun* active = find(row.run);
    if (active == nullptr) {
        return;
    }
    sdk::Outcome outcome;
    if (decision == "approved" || (decision == "rejected" && !row.reject_fails)) {
        outcome = sdk::Succeeded{
            JsonObject{
                {"approval", id}, {"decision", decision}, {"by", names_of(approval.votes)},
                {"comment", approval.votes.empty() ? reason : approval.votes.back().comment}, {"at", to_iso(now)}
            },
            {}
        };
    } else {
        outcome = sdk::Failed{sdk::FailureClass::Data, reason};
    }
    core::run::Changes changes;
    active->run.settle_without_attempt(approval.index, std::move(outcome), now, world(), changes);
    absorb(*active, std::move(changes), now);
}

void Conductor::withdraw_approval(ports::TaskId task, const std::string& reason, Instant now) {
    if (const OpenApproval* open = approvals_.of_task(task)) {
        close_approval(open->row.id, "withdrawn", "", reason, now);
    }
}

void Conductor::look_after_approvals(Instant now) {
    while (const std::optional<std::int64_t> id = approvals_.first_due(now)) {
        OpenApproval& open = *approvals_.find(*id);
        const ActiveRun* active = find(open.row.run);
        if (active == nullptr || open.index < 0 || active->run.instance(open.index).state != TaskState::Awaiting) {
            withdraw_approval(open.row.task_id, "its task does not wait any more", now);  // ended in this very batch
            continue;
        }
        if (open.row.escalate_at && !open.row.escalated_at) {
            approvals_.escalate(open, now);
            batch_.approvals.push_back(open.row);
            actions_.log.push_back("approval " + std::to_string(*id) + " has waited for long: " + open.row.title);
            tell_of_approval(event_escalated, OpenApproval(open), now);
            continue;
        }
        const Otherwise otherwise = core::approval::otherwise_from(open.row.otherwise).value_or(Otherwise::Fail);
        const std::string decision = otherwise == Otherwise::Approve ? "approved" : otherwise == Otherwise::Reject ? "rejected" : "failed";
        const std::string outcome = otherwise == Otherwise::Fail ? "nobody decided" : decision + ", because nobody decided";
        close_approval(*id, "expired", decision, outcome + " by " + to_iso(*open.row.deadline_at), now);
    }
}

void Conductor::recover_approvals(const ports::Snapshot& snapshot) {
    for (const ports::ApprovalRow& row : snapshot.approvals) {
        OpenApproval& kept = approvals_.add({row, {}, -1});
        for (const ports::VoteRow& vote : snapshot.votes) {
            if (vote.approval == row.id) {
                kept.votes.push_back({vote.by, core::approval::decision_from(vote.decision).value_or(Decision::Reject), vote.comment, vote.at});
            }
        }
    }
}

// To skip a task that asks people, or to mark it done, is to decide in their place.
Result<void> Conductor::may_end_approvals(const ControlRequest& wanted, const std::vector<core::run::Move>& moves) const {
    const ActiveRun* active = wanted.verb == ControlVerb::Skip || wanted.verb == ControlVerb::Done ? &*runs_.at(wanted.run) : nullptr;
    for (const core::run::Move& move : active == nullptr ? std::vector<core::run::Move>{} : moves) {
        const core::dag::Workflow& workflow = active->run.workflow();
        const int task = workflow.task_index(move.task);
        if (task < 0 || workflow.tasks[static_cast<std::size_t>(task)].uses != core::approval::task_type ||
            (move.to != to_string(TaskState::Skipped) && move.to != to_string(TaskState::Succeeded))) {
            continue;
        }
        core::approval::Ballot ballot{Role::Reviewer, move.country, submitter_of(active->row), {}};
        for (const auto& [id, open] : approvals_.open()) {
            if (open.row.run == wanted.run && open.row.task == move.task && open.row.country == move.country) {
                ballot.role = std::max(ballot.role, open.role());
            }
        }
        if (const Result<void> may = core::approval::may_vote(ballot, wanted.by); !may) {
            return Error{
                may.error().kind, may.error().where, "task " + move.task + " asks for an approval, and this would go round it: " + may.error().message, {}
            };
        }
    }
    return {};
}

}  // namespace kontor::engine
