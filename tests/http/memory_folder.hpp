// A watched folder for tests of the HTTP door: it holds one file.
#pragma once

#include "ports/workflow_folder.hpp"

namespace kontor::http_test {

class MemoryFolder : public ports::WorkflowFolder {
  public:
    Json told() const override {
        return JsonObject{
            {"folder", "/workflows"},
            {"fault", Json()},
            {"files",
             JsonArray{JsonObject{
                 {"file", "a.yaml"},
                 {"workflow", "a"},
                 {"state", "in_force"},
                 {"sentence", ""},
                 {"since", "2026-11-23T10:00:00Z"}}}}};
    }
};

}  // namespace kontor::http_test
