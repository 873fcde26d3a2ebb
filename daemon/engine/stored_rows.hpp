// Rows as the core takes them to rebuild a run. Pure.
#pragma once

#include <map>
#include <vector>

#include "base/caller.hpp"
#include "core/run/instance.hpp"
#include "ports/store.hpp"

namespace kontor::engine {

core::run::StoredInstance stored(const ports::LiveTaskRow& row);
core::run::StoredInstance stored(const ports::DoneTaskRow& row);
std::map<ports::RunId, std::vector<core::run::StoredInstance>> stored_instances(const ports::Snapshot& snapshot);
// The run's pauses as its row keeps them; null: none.
Json pauses_json(const std::vector<core::run::Pause>& pauses);
std::vector<core::run::Pause> pauses_from(const Json& list);
// Inputs edited by hand, likewise.
Json edits_json(const std::vector<core::run::Edit>& edits);
std::vector<core::run::Edit> edits_from(const Json& list);
core::run::Former former(const ports::RunRow& row);

// An event that the run causes: all but its type, subject, data and time.
struct ActiveRun;
ports::EventRow event_of(const ActiveRun& active);
// What the event of a file's arrival says, as data.
Json arrival_data(const std::string& name, const sdk::ObjectRef& object, const std::string& country);

// The countries that somebody may work for, as rows keep them: a list; null, or none there: all.
Json to_json(const Countries& countries);
Countries countries_from(const Json& list);
// The same out of a run's cause.
Countries countries_in(const Json& cause);

}  // namespace kontor::engine
