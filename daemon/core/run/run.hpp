// One run in memory: its cells (task x country), the instances in them, and what changes when something happens.
//
// Pure: no IO, no clock (`now` is an argument), no threads, no randomness but a seed. The conductor owns every Run and is
// the only caller; it turns `Changes` into rows, dispatches and timers. Rebuilding a Run from its rows (restore) and going
// on is the same code as running it: there is no separate recovery.
//
// A cell is one task for one country (or the one cell of a task without `per`). It is opened once its parents allow it,
// and then holds one instance, or one per item of the task's fan. A cell is closed when all its instances have settled,
// or when its parents say that it can never run (blocked).
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "core/dag/workflow.hpp"
#include "core/run/instance.hpp"

namespace kontor::core::run {

class Run {
 public:
    Run(std::shared_ptr<const dag::Workflow> workflow, Identity identity);

    // Queued -> Running; opens what needs no parent.
    void start(Instant now, const World& world, Changes& changes);
    // Rebuilds a run that was Running from its rows. What was running is left running: the caller reports what became of it.
    // Errors: Invalid when the rows do not fit the definition.
    Result<void> restore(std::vector<StoredInstance> rows, Former former, Instant now, const World& world, Changes& changes);

    // Ready -> Running. Errors: Invalid: the input cannot be built, or it is too late; the instance is then Dead.
    Result<const Instance*> begin_attempt(Index instance, Instant now, const World& world, Changes& changes);
    // Ready -> Awaiting, of a child run or of a time.
    Result<const Instance*> begin_awaiting(Index instance, std::optional<Instant> until, Instant now, const World& world, Changes& changes);
    void set_child(Index instance, std::int64_t child_run);

    // An attempt ended. Outcomes of another attempt than the running one change nothing. Returns whether it counted.
    bool attempt_ended(Index instance, int attempt, sdk::Outcome outcome, Instant now, const World& world, Changes& changes);
    // The process died while it ran: tried again at once, dead after retry::attempts_lost_max of them.
    void attempt_lost(Index instance, Instant now, const World& world, Changes& changes);
    // The process died of it (`how`: by which signal): a failure like any other, paid for by the policy.
    void attempt_crashed(Index instance, const std::string& how, Instant now, const World& world, Changes& changes);
    // An instance that was Ready or Awaiting has its result. One that is neither any more, as what it caused cancelled it, stays so.
    void settle_without_attempt(Index instance, sdk::Outcome outcome, Instant now, const World& world, Changes& changes);
    // Ready -> Succeeded with the result of an earlier run: no attempt is counted, and `reason` says whose it is.
    void settle_cached(Index instance, Json outputs, std::string reason, Instant now, const World& world, Changes& changes);
    // Backoffs, sleeps, gates and the deadline that are due.
    void on_time(Instant now, const World& world, Changes& changes);
    // Times of gates and of the deadline, past ones as well; a sleeper's is told when it falls asleep.
    void set_timers(Changes& changes) const;
    // Returns how many instances and cells it ended or asked to stop.
    int cancel(const Scope& scope, std::string reason, Instant now, const World& world, Changes& changes);
    void cancel_queued(std::string reason, Instant now, Changes& changes);
    // Dead -> Ready, as a fresh instance; a failed run is running again, and its deadline counts from now.
    // Errors: Conflict: the instance is not dead, or the run is cancelled or about to be.
    Result<void> redrive(Index instance, Instant now, const World& world, Changes& changes);
    // Dead -> Failed: its letter was discarded.
    Result<void> give_up(Index instance, std::string reason, Instant now, Changes& changes);
    void edit(Edit edit);  // of a part's inputs, from its next attempts on; replaces an earlier one of the same part
    const std::vector<Edit>& edits() const { return edits_; }
    // Builds the value of the task's `with` for this instance, as edited.
    Result<Json> render_input(Index instance, const World& world) const;

    const dag::Workflow& workflow() const { return *workflow_; }
    const std::shared_ptr<const dag::Workflow>& workflow_ptr() const { return workflow_; }
    const Identity& identity() const { return identity_; }
    RunState state() const { return state_; }
    const std::string& reason() const { return reason_; }
    const std::string& cancel_reason() const { return cancel_reason_; }  // not empty from a cancel of the whole run on
    const std::vector<Pause>& pauses() const { return pauses_; }
    bool may_begin(Index index) const;  // ready, and not paused
    std::optional<Instant> started_at() const { return started_at_; }
    std::optional<Instant> resumed_at() const { return resumed_at_; }
    std::optional<Instant> finished_at() const { return finished_at_; }
    const Instance& instance(Index index) const { return instances_[static_cast<std::size_t>(index)]; }
    Instance& instance(Index index) { return instances_[static_cast<std::size_t>(index)]; }
    Index instance_count() const { return static_cast<Index>(instances_.size()); }
    const dag::TaskNode& node(const Instance& instance) const { return node(instance.task); }
    // The longest way from a task without parents to this instance's.
    int depth(const Instance& instance) const { return depths_[static_cast<std::size_t>(instance.task)]; }
    const std::string& country(const Instance& instance) const;  // empty for a task without country
    const std::vector<std::string>& countries() const { return countries_; }  // empty until the partition is known
    // How many instances its cell holds, itself included: the fan's size, 1 without a fan.
    int siblings(const Instance& instance) const;
    // {"succeeded": n, ...} over instances; cells that never opened count as "waiting".
    Json totals() const;
    // Outputs as a parent sees them: task -> outputs, or task -> {country -> outputs}.
    Json outputs() const;
    // Another one whenever a cell has closed or opened again, or the countries were found; and what it was when that last
    // happened to the country of this number, or to a task without country.
    std::uint64_t closings() const { return closings_; }
    std::uint64_t closings(int country) const { return std::max(moved_[static_cast<std::size_t>(country)], moved_all_); }

    // First broken invariant as a sentence, empty when all hold. For tests and `kontor doctor`.
    std::string check_invariants() const;
    // What decides how the run goes on, as text: a run rebuilt from its rows has the picture of the one that wrote them.
    std::string picture(Instant now) const;

 private:
    enum class CellState { Pending, Open, Blocked };
    enum class Verdict { Pending, Ok, Skipped, Bad };
    enum class Partition { None, Unresolved, Resolved, Blocked };

    struct Cell {
        CellState state = CellState::Pending;
        bool closed = false;
        Index first = 0;  // its instances are contiguous
        int count = 0;
        int succeeded = 0;
        int skipped = 0;
        int bad = 0;      // dead, failed, cancelled or blocked instances
    };
    struct Judgement {  // of a cell by its parents
        bool pending = false;
        bool bad = false;
        bool skipped = false;  // all were, and that is handed down
    };
    struct Column {  // one task's cells, and their verdicts counted
        std::vector<Cell> cells;
        int ok = 0;
        int skipped = 0;
        int bad = 0;
    };
    friend class ExpressionScope;
    friend class Control;      // what an operator asks for
    friend class Explanation;  // why something waits
    friend class Partitions;   // how far each country is
    static constexpr int orphaned = -1;  // the cell of an instance that stood for a cell which was judged anew

    // picture.cpp
    bool is_shut(const Cell& cell) const;
    // restore.cpp
    Result<void> place(const std::vector<const StoredInstance*>& rows, int task, int cell, Instant now, const World& world, Changes& changes);
    void fill(Index index, const StoredInstance& row, Changes& changes);
    // What an instance without a row is, behind the same item of a placed parent.
    void follow_placed(Index index, Index above, Instant now, Changes& changes);
    Result<void> place_task(
        int task, const std::map<std::string_view, std::vector<const StoredInstance*>>& by_country, Instant now, const World& world,
        Changes& changes
    );
    std::vector<bool> before_partition() const;  // the tasks whose outputs the partition is found from, and all before them
    void close_settled(int task);
    void block_pending();  // of a run that is being cancelled: what has no row by now was blocked, and stays so
    void recount(Cell& cell) const;  // its settled instances

    // gates.cpp
    Judgement judge(int task, int cell, Instant now) const;
    // `chained`: the child continues this parent's fan, and waits item by item, not for all.
    Verdict verdict(const dag::TaskNode& child, int parent, bool chained, int cell, Instant now) const;
    Verdict cell_verdict(const Cell& cell) const;
    bool gate_open(const dag::Gate& gate, int total, int ok, bool closed, Instant now) const;
    bool must_have(const dag::Gate& gate, int parent) const;
    // The parent whose fan this task's continues item by item, the last of several; -1 for none. The others are waited for as a whole.
    int chained_parent(int task) const;
    // cells.cpp
    void make_cells();
    void resolve_partitions(Instant now, const World& world, Changes& changes);
    void evaluate(int task, int cell, Instant now, const World& world, Changes& changes);
    void evaluate_all(Instant now, const World& world, Changes& changes);
    // The cells of `child` that stand behind this one.
    void evaluate_below(int task, int cell, int child, Instant now, const World& world, Changes& changes);
    void propagate(int task, int cell, Instant now, const World& world, Changes& changes);
    void skip_unbegun(int task, int cell, Instant now, const World& world, Changes& changes);
    void open(int task, int cell, Instant now, const World& world, Changes& changes);
    Result<std::vector<std::string>> fan_items(int task, int cell, const World& world) const;
    const std::string& cell_country(int task, int cell) const;
    Index add_instance(int task, int cell, std::string item);
    // An instance behind the same item of a chained parent: ready, skipped or blocked as that one ended.
    void follow_chain(Index index, Index above, Instant now, const World& world, Changes& changes);
    void end_cell(int task, int cell, TaskState state, std::string reason, Instant now, Changes& changes);
    void close(int task, int cell);
    void reopen(int task, int cell);
    void moved(int task, int cell);
    void count(const Instance& instance, int by);
    void settled(Index index, Instant now, const World& world, Changes& changes);
    void finish_if_done(Instant now, Changes& changes);
    std::string failure_sentence() const;
    // instances.cpp
    // Its input rendered, its attempt counted. When the input cannot be rendered it is dead.
    Result<Instance*> open_attempt(Index index, Instant now, const World& world, Changes& changes);
    void change(Index index, TaskState to, Changes& changes);
    void end_attempt(Instance& instance, Index index, std::string_view outcome, std::string_view kind, Instant now, Changes& changes);
    void make_dead(Index index, sdk::FailureClass kind, std::string reason, Instant now, const World& world, Changes& changes);
    void retry_later(Index index, const sdk::Failed& failure, Instant now, const World& world, Changes& changes);
    // Ends an attempt that the daemon's end cut off. Returns whether its cancel had been accepted: then it is cancelled now.
    bool cut_off(Index index, std::string_view outcome, const sdk::Failed& how, Instant now, const World& world, Changes& changes);
    void fail(Index index, const sdk::Failed& failure, Instant now, const World& world, Changes& changes);
    int cancel_cell(int task, int cell, const std::string& reason, Instant now, const World& world, Changes& changes);
    std::optional<Instant> due_at() const;
    void touch(Index index, Changes& changes);
    void make_ready(Index index, Instant now, Changes& changes);
    void announce(Index index, Instant now, Changes& changes);  // for a slot, unless it is paused
    void too_late(Index index, Instant now, const World& world, Changes& changes);  // to begin
    // redrive.cpp
    void reopen_run(Instant now, Changes& changes);
    void unblock();  // what was blocked is judged anew
    void forget_blocked(int task, int cell);  // whose chained parent is judged anew, and that was only blocked behind it
    // What was opened and has not begun waits for what is redriven, unless it may still begin.
    void wait_again(Instant now);
    bool has_rows(int task, int cell) const;
    void forget(int task, int cell);  // the cell is to be judged anew

    Column& column(int task) { return columns_[static_cast<std::size_t>(task)]; }
    const Column& column(int task) const { return columns_[static_cast<std::size_t>(task)]; }
    Cell& cell_of(int task, int cell) { return column(task).cells[static_cast<std::size_t>(cell)]; }
    const Cell& cell_of(int task, int cell) const { return column(task).cells[static_cast<std::size_t>(cell)]; }
    const dag::TaskNode& node(int task) const { return workflow_->tasks[static_cast<std::size_t>(task)]; }

    std::shared_ptr<const dag::Workflow> workflow_;
    Identity identity_;
    RunState state_ = RunState::Queued;
    std::string reason_;
    std::string cancel_reason_;
    std::optional<Instant> started_at_;
    std::optional<Instant> resumed_at_;
    std::optional<Instant> finished_at_;
    bool restoring_ = false;  // rows are being placed: nothing is opened
    std::vector<Pause> pauses_;
    std::vector<Edit> edits_;
    std::vector<Instance> instances_;
    std::vector<Column> columns_;               // per task
    std::vector<std::vector<int>> children_;    // per task
    std::vector<int> depths_;                   // per task
    std::vector<std::string> countries_;
    Partition partition_ = Partition::None;
    std::string partition_fault_;
    int open_cells_ = 0;                        // not closed; plus one while partitions are unresolved
    std::uint64_t closings_ = 0, moved_all_ = 0;
    std::vector<std::uint64_t> moved_;          // per country
    std::multimap<Instant, Index> sleepers_;    // retrying, awaiting a time, or to begin before it
};

}  // namespace kontor::core::run
