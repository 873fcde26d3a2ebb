// The imported list in force, for the task codes.in_force. Owner: Daemon. Thread: any.
#pragma once

#include "ports/code_lists.hpp"
#include "tasks/codes/list_source.hpp"

namespace kontor::app {

class ImportedLists final : public tasks::codes::ListSource {
 public:
    explicit ImportedLists(ports::CodeListRows& rows) : rows_(rows) {}
    std::optional<tasks::codes::ListInForce> in_force(const std::string& country, const std::string& day) override;

 private:
    ports::CodeListRows& rows_;
};

}  // namespace kontor::app
