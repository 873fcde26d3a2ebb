// Does an event start a trigger, and if not, why? And if it does, with which parameters? Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/caller.hpp"
#include "base/json.hpp"
#include "core/dag/workflow.hpp"

namespace kontor::core::trigger {

// Types of events that Kontor itself emits and that triggers have words of their own for.
inline constexpr std::string_view run_finished = "kontor.run.finished";  // `on`
inline constexpr std::string_view file_arrived = "kontor.file.arrived";  // `file`

// Events gathered into one run: what they bring must fit into its parameters.
inline constexpr int gathered_max = 1000;
// A key that is longer is kept as its hash.
inline constexpr std::size_t key_bytes_max = 200;

// An event as triggers see it.
struct Event {
    std::int64_t id = 0;
    std::string type;
    std::string correlation;
    int depth = 0;
    Json document;  // what `event` gives: {id, source, type, subject, time, data, correlation, extensions}
    std::string by{};                      // who posted it, or started the run that emitted it; empty: nobody did
    Countries allowed = Countries::all();  // a run that it starts reaches no further
};

struct Verdict {
    enum class Kind {
        Deaf,      // the trigger listens to something else
        Filtered,  // `when` is false
        Fault,     // an expression failed: a dead letter
        Passed,
    };
    Kind kind = Kind::Deaf;
    std::string reason;      // a sentence, unless it passed
    std::string dedupe_key;  // empty: the trigger has none
    std::string group;       // of a batch or debounce; empty: all events together
};

// Is `type` the wanted one, or of the wanted family ("kontor.model.*")?
bool hears_type(std::string_view wanted, std::string_view type);

Verdict judge(const dag::Trigger& trigger, const Event& event);

// The run's parameters. With a trigger that gathers, `event` is the last of them and `batch` is all.
// Requires: `events` is not empty, and has one element unless the trigger gathers.
// Errors: Invalid with a sentence that names the path.
Result<Json> map_params(const dag::Trigger& trigger, std::span<const Event> events, std::string_view group);

// Is `name` of the form `pattern`? `*` is any text without '/', `**` any text, `?` one character but '/'.
bool fits_pattern(std::string_view pattern, std::string_view name);

}  // namespace kontor::core::trigger
