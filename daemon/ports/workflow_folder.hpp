// The folder whose workflow files are deployed by themselves. Reads only; the adapter is app/folder_watch.hpp. Thread: any.
#pragma once

#include "base/json.hpp"

namespace kontor::ports {

class WorkflowFolder {
 public:
    virtual ~WorkflowFolder() = default;
    // {folder, fault, files: [{file, workflow, state, sentence, since}]}, by file. `fault`: why the folder cannot be read, or null.
    // state: in_force; superseded, when another version was deployed, or it was retired, since; refused, with the reason;
    // waits, when it has been written just now or the engine could not take it yet.
    virtual Json told() const = 0;
};

}  // namespace kontor::ports
