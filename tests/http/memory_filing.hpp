// Reports for tests of the HTTP door: says what it was asked, or the error that it was given.
#pragma once

#include "ports/filing.hpp"

#include <string>
#include <vector>

namespace kontor::http_test {

class MemoryFiling : public ports::Filing {
  public:
    Result<ports::DeskReply> draft(
        const ports::DraftOrder& order, const ports::DeskCaller& by, Instant /*at*/
    ) override {
        return told(by, "drafts " + order.country + " " + order.period, order.dry_run);
    }
    Result<ports::DeskReply> approve(
        const ports::ApproveOrder& order, const ports::DeskCaller& by, Instant /*at*/
    ) override {
        return told(
            by,
            "approves " + std::to_string(order.report) + (order.despite_waiting ? " despite" : ""),
            order.dry_run
        );
    }
    Result<ports::DeskReply> file(
        const ports::FileOrder& order, const ports::DeskCaller& by, Instant /*at*/
    ) override {
        return told(by, "files " + std::to_string(order.report) + " as " + order.receipt, order.dry_run);
    }
    Result<ports::OpenedReport> open(const ports::ReportPlace& place) override {
        return ports::OpenedReport{
            "period,country\n" + place.month.period + "," + place.month.country + "\n",
            {sdk::ObjectOpened{place.object.key, "filer", "report/DE/1"}}};
    }
    std::string due_on(const ports::MonthKey& month) const override {
        return core::filing::due_on({}, month.country, month.period);
    }

    std::vector<std::string> said;
    std::optional<Error> error;

  private:
    Result<ports::DeskReply> told(const ports::DeskCaller& by, std::string what, bool dry_run) {
        said.push_back(by.who + " " + std::move(what) + (dry_run ? " (dry)" : "") + " because " + by.audit.reason);
        if (error) {
            return *error;
        }
        return ports::DeskReply{R"({"id":7})", false};
    }
};

}  // namespace kontor::http_test
