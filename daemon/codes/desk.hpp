// ports::CodeLists over the rows: reads what somebody sends, holds it against the list before, and keeps it as a version.
// Owner: Daemon. Thread: any.
#pragma once

#include "ports/code_lists.hpp"

namespace kontor::codes {

class ListDesk final : public ports::CodeLists {
 public:
    explicit ListDesk(ports::CodeListRows& rows) : rows_(rows) {}
    Result<ports::DeskReply> import(const ports::ImportOrder& order, const ports::DeskCaller& by, Instant at) override;

 private:
    ports::CodeListRows& rows_;
};

}  // namespace kontor::codes
