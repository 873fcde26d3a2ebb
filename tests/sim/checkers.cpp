#include "sim/checkers.hpp"

#include "core/retry/retry.hpp"
#include "core/run/states.hpp"

namespace kontor::sim {
namespace {

using core::dag::TaskNode;

TickLedger::Schedules schedules_of(const Workflows& workflows) {
    TickLedger::Schedules schedules;
    for (const auto& [name, workflow] : workflows) {
        for (const core::dag::Trigger& trigger : workflow->triggers) {
            if (trigger.cron) {
                schedules[{name, trigger.name}] = *trigger.cron;
            }
        }
    }
    return schedules;
}

std::string describe_attempt(const ports::AttemptRow& row) {
    return "attempt " + std::to_string(row.attempt) + " of instance " + std::to_string(row.task) + " (" + row.outcome + ")";
}

// What an outcome may be recorded as; the second when its cancel had been accepted.
std::pair<std::string, std::string> recorded_as(const sdk::Outcome& outcome) {
    if (std::holds_alternative<sdk::Succeeded>(outcome)) {
        return {"succeeded", "succeeded"};
    }
    return {std::holds_alternative<sdk::Failed>(outcome) ? "failed" : "interrupted", "cancelled"};
}

}  // namespace

std::string delivery_wanted(const ports::EventRow& event) {
    if (event.type != "sim.order") {
        return "";
    }
    const Json* number = member(event.data, "n");
    if (number == nullptr) {
        return "dead";  // the filter cannot be evaluated
    }
    if (number->get_int64() % 2 != 0) {
        return "filtered";
    }
    return member(event.data, "country") == nullptr ? "dead" : "started";  // the parameters cannot be built
}

Checkers::Checkers(const Workflows& workflows, const SimStore& store)
    : workflows_(workflows), store_(store), ticks_(schedules_of(workflows)) {}

void Checkers::note(std::string what) { wrong_ = wrong_.empty() ? std::move(what) : wrong_; }

void Checkers::booted(const std::vector<ports::Crash>& crashes, Instant now) {
    ticks_.booted(now);
    told_.clear();
    crashed_.clear();
    for (const ports::Crash& crash : crashes) {
        crashed_.insert({crash.key.task, crash.key.attempt});
    }
}

void Checkers::told(const ports::Finished& finished) {
    const auto row = store_.live.find(finished.key.task);
    if (row != store_.live.end() && row->second.attempt == finished.key.attempt && row->second.state == "running") {
        told_.try_emplace({finished.key.task, finished.key.attempt}, finished.outcome);
    }
}

bool Checkers::is_native(const TaskNode& node) const {
    return node.uses == "sleep" || node.uses == "event.emit" || node.uses == "workflow.run" || node.uses == "approval";
}

const TaskNode* Checkers::node_of(ports::RunId run, const std::string& task) const {
    const auto row = store_.runs.find(run);
    if (row == store_.runs.end()) {
        return nullptr;
    }
    const core::dag::Workflow& workflow = *workflows_.at(row->second.workflow);
    return &workflow.tasks[static_cast<std::size_t>(workflow.task_index(task))];
}

const TaskNode* Checkers::node_of(ports::TaskId task) const {
    if (const auto row = store_.live.find(task); row != store_.live.end()) {
        return node_of(row->second.run, row->second.task);
    }
    const auto row = store_.done.find(task);
    return row == store_.done.end() ? nullptr : node_of(row->second.run, row->second.task);
}

const std::string* Checkers::state_of(ports::TaskId task) const {
    if (const auto row = store_.live.find(task); row != store_.live.end()) {
        return &row->second.state;
    }
    const auto row = store_.done.find(task);
    return row == store_.done.end() ? nullptr : &row->second.state;
}

void Checkers::check_attempt(const ports::AttemptRow& row) {
    const TaskNode* node = node_of(row.task);
    if (node == nullptr || is_native(*node)) {
        return;
    }
    const std::pair<ports::TaskId, int> key{row.task, row.attempt};
    if (crashed_.contains(key)) {
        if (row.outcome != "failed" || row.failure_class != "bug") {
            note(describe_attempt(row) + " took the process down and is not recorded as that");
        }
        return;
    }
    const std::string* state = state_of(row.task);
    const bool by_hand = row.outcome == "cancelled" && state != nullptr && (*state == "skipped" || *state == "succeeded");
    if (row.outcome == "lost" || by_hand) {
        return;
    }
    const auto outcome = told_.find(key);
    if (outcome == told_.end()) {
        note(describe_attempt(row) + " ended although nobody said so");
        return;
    }
    const auto [plain, stopped] = recorded_as(outcome->second);
    if (row.outcome != plain && row.outcome != stopped) {
        note(describe_attempt(row) + " was told to have " + plain);
    }
    if (const auto* failed = std::get_if<sdk::Failed>(&outcome->second); failed != nullptr && row.outcome == "failed") {
        if (row.failure_class != sdk::to_string(failed->kind)) {
            note(describe_attempt(row) + " is of class " + row.failure_class);
        }
    }
    if (plain == "interrupted") {
        told_.erase(outcome);  // its number comes again
    }
}

// A result may be made and taken in one batch.
void Checkers::check_cached(const std::vector<ports::DoneTaskRow>& rows) {
    const auto made_at = [this](const ports::DoneTaskRow& row) -> std::set<std::string>& {
        return made_[{store_.runs.at(row.run).workflow, row.task, row.country, row.item}];
    };
    for (const ports::DoneTaskRow& row : rows) {
        if (row.state == "succeeded" && row.attempts > 0) {
            made_at(row).insert(to_text(row.outputs));
        }
    }
    for (const ports::DoneTaskRow& row : rows) {
        const bool taken = row.state == "succeeded" && row.attempts == 0 && row.reason.starts_with("taken from the cache");
        if (taken && (!node_of(row.run, row.task)->cache_for || !made_at(row).contains(to_text(row.outputs)))) {
            note("instance " + std::to_string(row.id) + " took a result from the cache that nobody made");
        }
    }
}

void Checkers::check_success(const ports::DoneTaskRow& row) {
    const TaskNode* node = node_of(row.run, row.task);
    if (row.state != "succeeded" || node == nullptr || is_native(*node) || !row.reason.empty()) {
        return;
    }
    const auto told = told_.find({row.id, row.attempts});
    const auto* succeeded = told == told_.end() ? nullptr : std::get_if<sdk::Succeeded>(&told->second);
    if (succeeded == nullptr || succeeded->outputs != row.outputs) {
        note("instance " + std::to_string(row.id) + " has outputs that its attempt did not give first");
    }
}

// Why it is dead although its policy has attempts left.
std::string Checkers::check_timeout(
    const TaskNode& node, const Book& book, const ports::DoneTaskRow& row, const core::dag::RetryPolicy& policy
) {
    const std::string which = "instance " + std::to_string(row.id);
    if (row.reason.find("(timeout.start)") != std::string::npos) {
        return node.start_timeout ? "" : which + " was late, and nothing says when it must begin";
    }
    if (row.reason.find("(timeout.total)") == std::string::npos) {
        return which + " is dead with attempts left, and its time is not over: " + row.reason;
    }
    // How long it would have waited for the next attempt is not known here, only the most of it.
    const bool over = node.total_timeout && row.finished_at + policy.max >= book.began + *node.total_timeout;
    return over ? "" : which + " is dead before its time is over";
}

void Checkers::check_policy(const ports::AttemptRow& row) {
    const TaskNode* node = node_of(row.task);
    if (node == nullptr || (row.outcome != "failed" && row.outcome != "lost")) {
        return;
    }
    Book& book = books_[row.task];
    if (book.given_up) {
        note(describe_attempt(row) + " came after its last one");
    }
    const bool crashed = crashed_.contains({row.task, row.attempt});
    (row.outcome == "lost" ? book.lost : book.paid) += 1;
    book.began = row.attempt == 1 ? row.started_at : book.began;
    const sdk::FailureClass kind = *sdk::failure_class_from(row.failure_class);
    const auto own = node->retry_of.find(kind);
    const core::dag::RetryPolicy& policy = own == node->retry_of.end() ? node->retry : own->second;
    const bool passing = crashed || own != node->retry_of.end() || row.failure_class == "transient" || row.failure_class == "resource";
    bool again = row.outcome == "lost" ? book.lost <= core::retry::attempts_lost_max
                                       : !is_native(*node) && passing && book.paid < policy.attempts_max;
    const std::string* state = state_of(row.task);
    const bool dead = state != nullptr && (*state == "dead" || *state == "failed");
    if (again && node->total_timeout && row.finished_at >= book.began + *node->total_timeout) {
        again = false;
    }
    if (again && dead) {
        note(check_timeout(*node, book, store_.done.at(row.task), policy));
        again = false;
    }
    book.given_up = !again;
    if (state == nullptr || *state == "cancelled") {
        return;
    }
    if (dead == again) {
        note(
            describe_attempt(row) + " of class " + row.failure_class + " leaves it " + *state + " after " + std::to_string(book.paid) +
            " of " + std::to_string(policy.attempts_max) + " attempts and " + std::to_string(book.lost) + " lost ones"
        );
    }
}

void Checkers::check_groups(const ports::Batch& batch) {
    for (const auto* rows : {&batch.runs_inserted, &batch.runs_updated}) {
        for (const ports::RunRow& row : *rows) {
            const core::dag::Concurrency& group = workflows_.at(row.workflow)->concurrency;
            if (group.group.empty()) {
                continue;
            }
            std::set<ports::RunId>& running = running_[group.group];
            const std::string& state = store_.runs.at(row.id).state;
            if (state != "running") {
                running.erase(row.id);
                if (core::run::is_final(*core::run::run_state_from(state))) {
                    ended_.insert(row.id);
                }
            } else if (!ended_.contains(row.id)) {
                running.insert(row.id);  // a redriven run goes on at once: a person wants it, whoever else runs
            }
        }
    }
    for (const auto& [name, workflow] : workflows_) {
        const core::dag::Concurrency& group = workflow->concurrency;
        const auto running = running_.find(group.group);
        if (running != running_.end() && static_cast<int>(running->second.size()) > group.limit && !group.group.empty()) {
            note(std::to_string(running->second.size()) + " runs of group " + group.group + " run at once, of " + std::to_string(group.limit));
        }
    }
}

void Checkers::committed(const ports::Batch& batch) {
    note(cells_.apply(batch));
    note(ticks_.apply(batch));
    for (const ports::AttemptRow& row : batch.attempts) {
        check_attempt(row);
        check_policy(row);
    }
    check_cached(batch.done_inserted);
    for (const ports::DoneTaskRow& row : batch.done_inserted) {
        check_success(row);
        if (row.state != "dead") {
            continue;
        }
        bool open = false;
        for (auto letter = store_.letters.rbegin(); letter != store_.letters.rend() && !open; ++letter) {
            open = letter->second.state == "open" && letter->second.row.task_id == row.id;
        }
        if (!open) {
            note("instance " + std::to_string(row.id) + " is dead and has no dead letter in the same batch");
        }
    }
    for (const ports::DeadLetterRow& row : batch.dead_letters) {
        const std::string* state = row.task_id ? state_of(*row.task_id) : nullptr;
        if (row.task_id && (state == nullptr || *state != "dead") && store_.letters.at(row.id).state == "open") {
            note("dead letter " + std::to_string(row.id) + " is of an instance that is " + (state == nullptr ? "gone" : *state));
        }
    }
    check_groups(batch);
    check_running_partitions(batch);
    check_places(batch);
}

void Checkers::started(const ports::Dispatch& dispatch, Instant latest) {
    const auto row = store_.live.find(dispatch.key.task);
    const auto ended = store_.done.find(dispatch.key.task);
    if (ended != store_.done.end() && ended->second.attempts == dispatch.key.attempt && !ended->second.reason.empty()) {
        return;  // skipped or marked done in the step that started it
    }
    if (row == store_.live.end() || row->second.attempt != dispatch.key.attempt || row->second.state != "running") {
        note("an attempt was dispatched that the store does not know as running");
        return;
    }
    const TaskNode& node = *node_of(dispatch.key.task);
    const Book& book = books_[dispatch.key.task];
    if (node.total_timeout && dispatch.key.attempt > 1 && *row->second.started_at >= book.began + *node.total_timeout) {
        note("attempt " + std::to_string(dispatch.key.attempt) + " of instance " + std::to_string(dispatch.key.task) + " begins when its time is over");
    }
    if (book.given_up) {
        note("attempt " + std::to_string(dispatch.key.attempt) + " of instance " + std::to_string(dispatch.key.task) + " is beyond its policy's");
    }
    if (dispatch.key.attempt != book.paid + book.lost + 1) {
        note(
            "attempt " + std::to_string(dispatch.key.attempt) + " of instance " + std::to_string(dispatch.key.task) + " follows " +
            std::to_string(book.paid + book.lost)
        );
    }
    const ports::RunRow& run = store_.runs.at(dispatch.identity.run);
    note(cells_.too_early(*workflows_.at(run.workflow), run, dispatch, latest));
}

void Checkers::check_letters() {
    std::map<ports::TaskId, int> open_letters;
    for (const auto& [id, letter] : store_.letters) {
        if (letter.state == "open" && letter.row.task_id) {
            ++open_letters[*letter.row.task_id];
        }
    }
    for (const auto& [id, row] : store_.done) {
        const int wanted = row.state == "dead" ? 1 : 0;
        if (open_letters[id] != wanted) {
            note("instance " + std::to_string(id) + " is " + row.state + " and has " + std::to_string(open_letters[id]) + " open dead letters");
        }
    }
}

// What was decided is what the votes say, and what its task went on with.
void Checkers::check_approvals() {
    for (const auto& [id, row] : store_.approvals) {
        const std::string name = "approval " + std::to_string(id);
        int yes = 0;
        int no = 0;
        for (const ports::VoteRow& vote : store_.votes) {
            yes += vote.approval == id && vote.decision == "approve" ? 1 : 0;
            no += vote.approval == id && vote.decision == "reject" ? 1 : 0;
        }
        const bool fits = row.state == "approved"   ? yes == row.needed && no == 0
                          : row.state == "rejected" ? no == 1 && yes < row.needed
                                                    : row.state != "open" && no == 0 && yes < row.needed;
        if (!fits) {
            note(name + " is " + row.state + " after " + std::to_string(yes) + " of " + std::to_string(row.needed) + " approvals and " + std::to_string(no) + " rejections");
        }
        const auto task = store_.done.find(row.task_id);
        if (task == store_.done.end() || row.state == "withdrawn" || !task->second.reason.empty()) {
            continue;  // it was run again, or ended otherwise later
        }
        const Json* decision = member(task->second.outputs, "decision");
        if (task->second.state == "succeeded" && (decision == nullptr || *decision != Json(row.decision))) {
            note(name + " is " + row.decision + " and its task says " + to_text(task->second.outputs));
        }
    }
}

void Checkers::check_events() {
    for (const auto& [id, event] : store_.events) {
        int marks = 0;
        for (auto mark = store_.deliveries.lower_bound({id, "", ""}); mark != store_.deliveries.end() && std::get<0>(mark->first) == id; ++mark) {
            ++marks;
            const ports::DeliveryRow& row = mark->second;
            if (row.run && !store_.runs.contains(*row.run)) {
                note("event " + std::to_string(id) + " started a run that is not there");
            }
            const std::string wanted = delivery_wanted(event);
            if (!wanted.empty() && (row.workflow != "w2" || row.state != wanted)) {
                note("event " + std::to_string(id) + " should be " + wanted + " and is " + row.state + " for " + row.workflow + ": " + row.reason);
            }
        }
        if (marks != 1) {
            note("event " + std::to_string(id) + " of type " + event.type + " was delivered to " + std::to_string(marks) + " triggers, not to its one");
        }
    }
    std::map<std::int64_t, int> runs;
    for (const auto& [id, run] : store_.runs) {
        if (text_member(run.cause, "kind") == "event" && ++runs[member(run.cause, "event")->get_int64()] > 1) {
            note("run " + std::to_string(id) + " is the second one of its event");
        }
    }
}

// Nobody works for a partition in whose name a run has ended.
void Checkers::check_running_partitions(const ports::Batch& batch) {
    for (const ports::RunRow& row : batch.runs_updated) {
        if (!core::run::is_final(*core::run::run_state_from(row.state)) || store_.runs.at(row.id).state != row.state) {
            continue;
        }
        for (const auto& [key, partition] : store_.partitions) {
            if (partition.running == row.id) {
                note("run " + std::to_string(row.id) + " is " + row.state + " and still works for " + std::get<0>(key) + "/" + std::get<1>(key));
            }
        }
    }
}

// No more periods run at once than the backfill allows, and each that runs has a run that goes on.
void Checkers::check_places(const ports::Batch& batch) {
    if (batch.backfill_periods.empty() && batch.runs_updated.empty()) {
        return;
    }
    std::map<std::int64_t, int> running;
    for (const auto& [key, row] : store_.backfill_periods) {
        const std::string name = "period " + row.period + " of backfill " + std::to_string(row.backfill);
        if (row.state == "running" && ++running[row.backfill] > store_.backfills.at(row.backfill).max_parallel) {
            note(name + " runs beyond its backfill's places");
        }
        if (row.state == "running" && core::run::is_final(*core::run::run_state_from(store_.runs.at(*row.run).state))) {
            note(name + " runs, and its run has ended");
        }
    }
}

// Every backfill ends, with one run for each period that was not left out.
void Checkers::check_backfills() {
    std::map<std::pair<std::int64_t, std::string>, ports::RunId> made;
    for (const auto& [id, run] : store_.runs) {
        if (text_member(run.cause, "kind") != "backfill") {
            continue;
        }
        const auto [first, only] = made.try_emplace({member(run.cause, "backfill")->get_int64(), text_member(run.cause, "period")}, id);
        if (!only) {
            note("run " + std::to_string(id) + " is the second one of its backfill's period");
        }
    }
    for (const auto& [id, row] : store_.backfills) {
        if (!row.finished_at) {
            note("backfill " + std::to_string(id) + " never ended: " + row.state);
        }
    }
    for (const auto& [key, row] : store_.backfill_periods) {
        const auto run = made.find(key);
        if ((run == made.end()) != !row.run || (row.run && *row.run != run->second)) {
            note("period " + row.period + " of backfill " + std::to_string(row.backfill) + " does not name its run");
        }
        if (row.state == "waiting" || row.state == "running") {
            note("period " + row.period + " of backfill " + std::to_string(row.backfill) + " is still " + row.state);
        }
    }
}

// What every run did is known of its partitions, and nobody works for any of them in the end.
void Checkers::check_partitions() {
    for (const auto& [key, partition] : store_.partitions) {
        if (partition.running != 0) {
            note("run " + std::to_string(partition.running) + " works for " + std::get<0>(key) + "/" + std::get<1>(key) + " for ever");
        }
    }
    std::set<std::pair<ports::RunId, std::string>> made;
    for (const auto& [id, row] : store_.done) {
        if (row.state == "succeeded" && !row.country.empty()) {
            made.insert({row.run, row.country});
        }
    }
    for (const auto& [run, country] : made) {
        const ports::RunRow& row = store_.runs.at(run);
        const auto known = store_.partitions.find({row.workflow, country, ""});
        if (known == store_.partitions.end() || (row.state == "succeeded" && !known->second.success_at)) {
            note("nothing is known of what run " + std::to_string(run) + " made of " + row.workflow + "/" + country);
        }
    }
}

// Every row tells how many instances its cell has. Where nothing went wrong, each of them has a row in the end; behind an
// instance that did, the one that continues its chain never starts and has none.
void Checkers::check_siblings() {
    std::map<std::tuple<ports::RunId, std::string, std::string>, int> rows;
    for (const auto& [id, row] : store_.done) {
        ++rows[{row.run, row.task, row.country}];
    }
    for (const auto& [id, row] : store_.done) {
        const int have = rows[{row.run, row.task, row.country}];
        const bool whole = store_.runs.at(row.run).state == "succeeded";
        if (have > row.siblings || (whole && have != row.siblings)) {
            note(
                "instance " + std::to_string(id) + " says that its cell has " + std::to_string(row.siblings) + " instances, and " +
                std::to_string(have) + " have rows"
            );
        }
    }
}

void Checkers::at_end(Instant now) {
    for (const auto& [id, run] : store_.runs) {
        if (!core::run::is_final(*core::run::run_state_from(run.state))) {
            note("run " + std::to_string(id) + " of " + run.workflow + " never ended: " + run.state);
        }
    }
    if (!store_.live.empty()) {
        const ports::LiveTaskRow& row = store_.live.begin()->second;
        note(
            "instance " + std::to_string(row.id) + " of " + row.task + "/" + row.country + "/" + row.item + " of run " +
            std::to_string(row.run) + " (" + store_.runs.at(row.run).state + ") is still " + row.state
        );
    }
    check_approvals();
    check_partitions();
    check_backfills();
    check_siblings();
    check_letters();
    check_events();
    note(ticks_.check(now));
}

}  // namespace kontor::sim
