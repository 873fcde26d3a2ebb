#include "sim/telling.hpp"

namespace kontor::sim {
namespace {

std::string time_text(const std::optional<Instant>& at) { return at ? to_iso(*at) : "-"; }

std::string gate_text(const core::dag::Gate& gate) {
    std::string text = gate.any ? " any" : gate.pass < 1 ? " pass " + std::to_string(gate.pass) : "";
    text += gate.ended ? " ended" : "";
    return text + (gate.within ? " within " + kontor::to_text(*gate.within) : "");
}

std::string when_text(const core::dag::TaskNode& task) {
    switch (task.when) {
        case core::dag::When::Succeeded: return "";
        case core::dag::When::Always: return " always";
        case core::dag::When::Expression: return " when " + std::string(task.when_expr.text());
    }
    KONTOR_UNREACHABLE();
}

std::string conflict_text(core::dag::OnConflict way) {
    switch (way) {
        case core::dag::OnConflict::Queue: return " queue";
        case core::dag::OnConflict::Reject: return " reject";
        case core::dag::OnConflict::Replace: return " replace";
        case core::dag::OnConflict::CancelOldest: return " cancel oldest";
    }
    KONTOR_UNREACHABLE();
}

std::string place_text(const std::string& task, const std::string& country, const std::string& item) {
    return task + "/" + country + "/" + item;
}

}  // namespace

std::string told_as(const core::dag::Workflow& workflow) {
    std::string text = workflow.name;
    if (!workflow.concurrency.group.empty()) {
        text += " group of " + std::to_string(workflow.concurrency.limit) + conflict_text(workflow.concurrency.on_conflict);
    }
    text += workflow.deadline ? " deadline " + kontor::to_text(*workflow.deadline) : "";
    for (const core::dag::TaskNode& task : workflow.tasks) {
        text += "\n  " + task.name + " " + task.uses + (task.per_country ? " per country" : "") + (task.fan ? " fan" : "") + " after";
        for (const int parent : task.after) {
            text += " " + workflow.tasks[static_cast<std::size_t>(parent)].name;
        }
        text += gate_text(task.gate) + when_text(task) + " attempts " + std::to_string(task.retry.attempts_max);
    }
    for (const core::dag::Trigger& trigger : workflow.triggers) {
        text += "\n  on " + trigger.name + " " + (trigger.cron ? trigger.cron->text + " " + std::string(trigger.cron->zone->name()) : trigger.event);
    }
    return text;
}

std::string told_as(const ports::Batch& batch) {
    std::string text = "batch " + std::to_string(batch.seq) + " at " + to_iso(batch.at);
    const auto line = [&](const std::string& what) { text += "\n    " + what; };
    for (const auto* rows : {&batch.runs_inserted, &batch.runs_updated}) {
        for (const ports::RunRow& row : *rows) {
            line("run " + std::to_string(row.id) + " " + row.workflow + " " + row.state + " " + to_text(row.params) + " " + row.reason);
        }
    }
    for (const ports::TaskId id : batch.done_deleted) {
        line("reopened " + std::to_string(id));
    }
    for (const auto* rows : {&batch.live_inserted, &batch.live_updated}) {
        for (const ports::LiveTaskRow& row : *rows) {
            line(
                "live " + std::to_string(row.id) + " run " + std::to_string(row.run) + " " + place_text(row.task, row.country, row.item) + " " +
                row.state + " attempt " + std::to_string(row.attempt) + " next " + time_text(row.next_at) + " " + row.reason
            );
        }
    }
    for (const ports::TaskId id : batch.live_deleted) {
        line("live no more " + std::to_string(id));
    }
    for (const ports::DoneTaskRow& row : batch.done_inserted) {
        line(
            "done " + std::to_string(row.id) + " run " + std::to_string(row.run) + " " + place_text(row.task, row.country, row.item) + " " +
            row.state + " attempts " + std::to_string(row.attempts) + " " + row.reason
        );
    }
    for (const ports::AttemptRow& row : batch.attempts) {
        line("attempt " + std::to_string(row.task) + "." + std::to_string(row.attempt) + " " + row.outcome + " " + row.failure_class);
    }
    for (const ports::EventRow& row : batch.events) {
        line("event " + std::to_string(row.id) + " " + row.type + " " + to_text(row.data));
    }
    for (const ports::DeliveryRow& row : batch.deliveries) {
        line("delivery of " + std::to_string(row.event) + " to " + row.workflow + "/" + row.trigger + " " + row.state + " " + row.reason);
    }
    for (const ports::DeadLetterRow& row : batch.dead_letters) {
        line("letter " + std::to_string(row.id) + " of " + std::to_string(row.task_id.value_or(0)) + " " + row.reason);
    }
    for (const ports::DeadLetterClosed& row : batch.dead_letters_closed) {
        line("letter " + std::to_string(row.id) + " " + row.state + " " + row.reason);
    }
    for (const ports::ScheduleRow& row : batch.schedules) {
        line(
            "schedule " + row.workflow + "/" + row.trigger + (row.paused ? " paused" : "") + " last " + time_text(row.last_tick) + " next " +
            time_text(row.next_tick) + " " + row.last_result
        );
    }
    return text;
}

}  // namespace kontor::sim
