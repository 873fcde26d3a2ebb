// Retention for tests of the HTTP door: says what it was asked.
#pragma once

#include "ports/retention.hpp"

#include <string>
#include <vector>

namespace kontor::http_test {

class MemoryRetention : public ports::Retention {
  public:
    Result<ports::Swept> step(Instant /*now*/) override { return ports::Swept(); }
    Result<ports::ObjectsToDrop> objects_to_drop(Instant /*now*/) override {
        return ports::ObjectsToDrop();
    }
    Result<void> objects_gone(const std::vector<std::string>& /*keys*/) override { return {}; }
    Result<std::vector<std::string>> unrecorded(const std::vector<std::string>& /*keys*/) override {
        return std::vector<std::string>();
    }
    Result<Json> preview(Instant /*now*/) override { return Json(JsonObject{{"runs", 3}}); }
    Result<ports::DeskReply> hold(
        std::int64_t run,
        const std::string& reason,
        bool dry_run,
        const ports::DeskCaller& by,
        Instant /*at*/
    ) override {
        return note("holds", run, reason, dry_run, by);
    }
    Result<ports::DeskReply> release(
        std::int64_t run,
        const std::string& reason,
        bool dry_run,
        const ports::DeskCaller& by,
        Instant /*at*/
    ) override {
        return note("releases", run, reason, dry_run, by);
    }

    std::vector<std::string> said;

  private:
    Result<ports::DeskReply> note(
        const char* what,
        std::int64_t run,
        const std::string& reason,
        bool dry_run,
        const ports::DeskCaller& by
    ) {
        said.push_back(
            by.who + " " + what + " " + std::to_string(run) + (dry_run ? " (dry)" : "") +
            " because " + reason
        );
        return ports::DeskReply{R"({"run":1})", false};
    }
};

}  // namespace kontor::http_test
