// Code lists for tests of the HTTP door: says what it was asked, or the error that it was given.
#pragma once

#include "ports/code_lists.hpp"

#include <string>
#include <vector>

namespace kontor::http_test {

class MemoryCodeLists : public ports::CodeLists {
  public:
    Result<ports::DeskReply> import(
        const ports::ImportOrder& order, const ports::DeskCaller& by, Instant /*at*/
    ) override {
        said.push_back(
            by.who + " imports " + order.country + " from " + order.effective_from + ": " + order.list + "/" +
            order.crosswalk + (order.dry_run ? " (dry)" : "") + " because " + by.audit.reason
        );
        if (error) {
            return *error;
        }
        return ports::DeskReply{R"({"version":1})", false};
    }

    std::vector<std::string> said;
    std::optional<Error> error;
};

}  // namespace kontor::http_test
