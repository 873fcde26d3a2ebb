// Rows for tests of stores: complete, plausible, and equal at every call.
#pragma once

#include <string>

#include "base/json.hpp"
#include "ports/store.hpp"

namespace kontor::contract {

using namespace ports;

inline Instant at_second(int second) { return Instant(std::chrono::seconds(1'780'000'000 + second)); }

inline RunRow a_run(RunId id, const std::string& state = "running") {
    RunRow run;
    run.id = id;
    run.workflow = "train";
    run.hash = "hash-1";
    run.state = state;
    run.params = JsonObject{{"trials", 3}};
    run.correlation = "campaign-1";
    run.cause = JsonObject{{"kind", "api"}};
    run.created_at = at_second(1);
    run.started_at = at_second(2);
    run.totals = nullptr;
    if (state == "succeeded" || state == "failed" || state == "cancelled") {
        run.finished_at = at_second(3);
    }
    return run;
}

inline LiveTaskRow a_live_task(TaskId id, RunId run) {
    LiveTaskRow task;
    task.id = id;
    task.run = run;
    task.task = "prepare";
    task.country = "DE";
    task.state = "running";
    task.attempt = 1;
    task.started_at = at_second(5);
    task.input = JsonObject{{"holdout", 0.25}};
    return task;
}

inline DoneTaskRow a_done_task(TaskId id, RunId run) {
    DoneTaskRow task;
    task.id = id;
    task.run = run;
    task.task = "prepare";
    task.country = "DE";
    task.state = "succeeded";
    task.attempts = 1;
    task.started_at = at_second(5);
    task.finished_at = at_second(6);
    task.input = JsonObject{{"holdout", 0.25}};
    // Boost.JSON's own parser reads this share as the next number below.
    task.outputs = JsonObject{{"rows", 12}, {"share", 0.49406583030893003}};
    return task;
}

inline DefinitionRow a_definition(const std::string& hash = "hash-1", const std::string& workflow = "train") {
    return DefinitionRow{hash, workflow, "Train", "workflow: " + workflow, JsonObject{{"tasks", JsonArray{}}}, at_second(0)};
}

inline LetterJobRow a_letter_job(std::int64_t id) {
    LetterJobRow job;
    job.id = id;
    job.action = "redrive";
    job.country = "DE";
    job.by = "anna";
    job.reach = JsonArray{"DE", "FR"};
    job.selection = JsonObject{{"country", "DE"}};
    job.letters = JsonArray{21, 22, 23};
    job.reason = "mended";
    job.canary = true;
    job.per_minute = 10;
    job.newest = true;
    job.edits = JsonObject{{"x", 2}};
    job.created_at = at_second(9);
    job.state = "running";
    job.refusals = JsonArray{};
    return job;
}

inline DeadLetterRow a_dead_letter(std::int64_t id, RunId run, TaskId task) {
    DeadLetterRow letter;
    letter.id = id;
    letter.kind = "task";
    letter.run = run;
    letter.task_id = task;
    letter.workflow = "train";
    letter.task = "prepare";
    letter.country = "DE";
    letter.failure_class = "data";
    letter.reason = "the column 'price' is missing";
    letter.fingerprint = "data/prepare/column";
    letter.input = JsonObject{{"x", 1}};
    letter.attempts = 1;
    letter.created_at = at_second(7);
    return letter;
}

inline EventRow an_event(std::int64_t id, const std::string& ce_id) {
    EventRow event;
    event.id = id;
    event.ce_id = ce_id;
    event.source = "/test";
    event.type = "kontor.model.trained";
    event.subject = "DE";
    event.time = at_second(8);
    event.data = JsonObject{{"country", "DE"}};
    event.correlation = "campaign-1";
    return event;
}

}  // namespace kontor::contract
