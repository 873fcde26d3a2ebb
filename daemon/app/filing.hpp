// ports::Filing over the rows (store_pg) and the objects: adds a month up from the run's own count and what people decided,
// writes the text of a new version under the role `filer`, and only then its rows. Drafts by itself what nobody has drafted
// and what changed after it was filed. Owner: Daemon. Thread: any; the drafting by itself has its own.
#pragma once

#include <string>

#include "app/rounds.hpp"
#include "engine/engine.hpp"
#include "ports/filing.hpp"
#include "ports/object_store.hpp"
#include "tasks/report/decided_source.hpp"

namespace kontor::app {

class FilingDesk final : public ports::Filing {
 public:
    FilingDesk(ports::ReportBook& book, ports::ObjectStore& objects, engine::Api& api, core::filing::DueDays due)
        : book_(book), objects_(objects), api_(api), due_(std::move(due)) {}

    Result<ports::DeskReply> draft(const ports::DraftOrder& order, const ports::DeskCaller& by, Instant at) override;
    Result<ports::DeskReply> approve(const ports::ApproveOrder& order, const ports::DeskCaller& by, Instant at) override {
        return book_.approve(order, by, at);
    }
    Result<ports::DeskReply> file(const ports::FileOrder& order, const ports::DeskCaller& by, Instant at) override {
        return book_.file(order, by, at);
    }
    Result<ports::OpenedReport> open(const ports::ReportPlace& place) override;
    std::string due_on(const ports::MonthKey& month) const override { return core::filing::due_on(due_, month.country, month.period); }

    // Drafts what waits for it. Errors: the last one; other months go on.
    Result<int> draft_waiting(Instant at);

 private:
    Result<ports::DeskReply> draft_once(const ports::DraftOrder& order, const ports::DeskCaller& by, Instant at);

    ports::ReportBook& book_;
    ports::ObjectStore& objects_;
    engine::Api& api_;
    const core::filing::DueDays due_;
};

class DraftRounds {
 public:
    static constexpr auto every = std::chrono::seconds(1);
    DraftRounds(engine::Engine& engine, FilingDesk& desk);

 private:
    void look();

    engine::Engine& engine_;
    FilingDesk& desk_;
    std::string told_;  // the last fault that was logged
    Rounds rounds_;     // last: its thread uses the others
};

// For report.build.
class DecidedItems final : public tasks::report::DecidedSource {
 public:
    explicit DecidedItems(ports::ReportBook& book) : book_(book) {}
    std::vector<tasks::report::DecidedItem> decided(const std::string& country) override;

 private:
    ports::ReportBook& book_;
};

}  // namespace kontor::app
