// What an operator asks of a run: pause, resume, retry now, skip, mark done, rerun.
// Each command is one call, which answers what it changes at which instance; carried out on a copy of the run, that is its
// preview. Apart from Run because nothing else needs it. Pure; a Control lives for one command.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/run/run.hpp"

namespace kontor::core::run {

// How many of many a sentence names.
inline constexpr std::size_t named_max = 3;
// Whether the outer part holds this task of this country.
bool covers(const Scope& outer, std::string_view task, std::string_view country);
// "tune/DE/3"; "the run" for all of it.
std::string place_text(const Scope& part);
// The pause that holds this task of this country; nullptr: none.
const Pause* pause_over(const std::vector<Pause>& pauses, std::string_view task, std::string_view country);

// Errors of all: NotFound: the run has no such part. Conflict: nothing of it is in a state for this; the message names which
// it is in. Invalid: what is given does not fit. Then nothing has changed.
class Control {
 public:
    using Moves = Result<std::vector<Move>>;

    Control(Run& run, Instant now, const World& world, Changes& changes) : run_(run), now_(now), world_(world), changes_(changes) {}

    // Nothing of the part begins any more. What runs ends, or with `kill` is interrupted and not counted.
    Moves pause(const Pause& pause, bool kill);
    // Lifts the pauses that lie within the part.
    Moves resume(const Scope& part);
    Moves retry_now(const Scope& part);
    // Ends what has not ended, or has gone wrong: as skipped, or with `outputs` as succeeded.
    Moves skip(const Scope& part, const std::string& reason);
    Moves mark_done(const Scope& part, const Json& outputs, const std::string& reason);
    // The part's cells and all behind them start anew; a run that had ended is running again.
    Moves rerun(const Scope& part);

 private:
    struct End {
        TaskState state;
        Json outputs;
        std::string reason;
    };
    using Marks = std::vector<std::vector<bool>>;  // of cells, by task

    Result<void> fits(const Scope& part) const;
    // The state of each instance, to tell later what has changed.
    void remember();
    std::vector<Move> moves() const;
    // Calls `visit` for each cell of the part, children first.
    void each_cell(const Scope& part, const std::function<void(int task, int cell)>& visit) const;
    Scope name_of(int task, int cell, Index index = -1) const;
    // What is there instead, for a refusal: "tune/DE is succeeded, ...".
    std::string states_there(const Scope& part) const;
    void go_on();

    Moves end_part(const Scope& part, const End& end);
    // Whether there was something to end.
    bool end_cell(const Scope& part, int task, int cell, const End& end);
    bool end_instance(Index index, const End& end);

    // rerun.cpp
    Marks behind(const Scope& part) const;
    Result<void> may_reset(const Scope& part, const Marks& cells) const;
    void reset(int task, int cell);
    void reset_partitions();

    Run& run_;
    Instant now_;
    const World& world_;
    Changes& changes_;
    std::vector<std::pair<TaskState, int>> before_;  // and its cell
    std::vector<std::string> countries_before_;
};

// Every part that is there, ended or not, in the order of the tasks.
std::vector<Account> accounts_of(const Run& run, const Scope& part, Instant now);

}  // namespace kontor::core::run
