// Reports to a country's authority: versions of a month's figures, drafted from the last run and what people decided since,
// approved by another person, filed, and amended when something changes afterwards. A version never changes; what was known
// at a time is the newest version of then.
// `Filing` is what the API asks (app/filing.hpp); `ReportBook` is the rows behind it (store_pg/report_book.cpp), none of them
// the conductor's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "core/filing/figures.hpp"
#include "core/filing/steps.hpp"
#include "ports/desk.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::ports {

struct MonthKey {
    std::string country;
    std::string period;  // YYYY-MM
};
struct DraftOrder : MonthKey {
    bool dry_run = false;
    bool automatic = false;  // by the daemon
    std::string reason;
};
struct ApproveOrder {
    std::int64_t report = 0;
    bool despite_waiting = false;
    bool dry_run = false;
    std::string reason;
};
struct FileOrder {
    std::int64_t report = 0;
    std::string receipt;  // what the authority gave for it
    bool dry_run = false;
    std::string reason;
};
// Where a version's text lies.
struct ReportPlace {
    MonthKey month;
    std::int64_t report = 0;
    std::int64_t run = 0;
    int version = 0;
    sdk::ObjectRef object;
};
struct OpenedReport {
    std::string text;                  // CSV
    std::vector<sdk::Effect> effects;  // for the record
};

class Filing {
 public:
    virtual ~Filing() = default;
    // Ensures: the newest version has the figures of now; a new one only when they differ from the last one's.
    // Errors: NotFound (no run has counted that month), Conflict (another draft was made meanwhile), Invalid, Unavailable.
    virtual Result<DeskReply> draft(const DraftOrder& order, const DeskCaller& by, Instant at) = 0;
    // Errors: NotFound; Conflict by core/filing/steps.hpp.
    virtual Result<DeskReply> approve(const ApproveOrder& order, const DeskCaller& by, Instant at) = 0;
    // Ensures: the version filed before it is amended. Errors: as approve.
    virtual Result<DeskReply> file(const FileOrder& order, const DeskCaller& by, Instant at) = 0;
    // Under the role `filer`. Errors: NotFound (the object is gone), Invalid (not granted), Unavailable.
    virtual Result<OpenedReport> open(const ReportPlace& place) = 0;
    virtual std::string due_on(const MonthKey& month) const = 0;
};

// A month as it stands, read at one moment.
struct KnownMonth : MonthKey {
    std::int64_t changes = 0;  // a greater number later means that figures may differ
    std::int64_t batch = 0;    // the last run's report: its dataset, its run, its task
    std::int64_t run = 0;
    std::int64_t task = 0;
    std::string model;
    Json details;              // what report.build told
    std::vector<core::filing::Reviewed> reviewed;
    // The newest version.
    std::int64_t last = 0;  // 0: none yet
    int last_version = 0;
    core::filing::State last_state = core::filing::State::Draft;
    std::string last_sha256;
    // The filed one, with its lines.
    std::int64_t filed = 0;
    std::vector<core::filing::Line> filed_lines;
};
struct NewVersion {
    const KnownMonth& month;
    const core::filing::Figures& figures;
    std::vector<core::filing::Change> changed;  // against what is filed
    sdk::ObjectRef object;
};

// What people decided about an item that was in doubt.
struct DecidedItem {
    std::string item;
    std::string code;  // empty: excluded
};

class ReportBook {
 public:
    virtual ~ReportBook() = default;
    // The country's, by item.
    virtual Result<std::vector<DecidedItem>> decided(const std::string& country) = 0;
    // The first answer under the caller's key. Errors: Invalid (the key was another request's).
    virtual Result<std::optional<DeskReply>> earlier(const DeskCaller& by) = 0;
    // Errors: NotFound.
    virtual Result<KnownMonth> month(const MonthKey& key) = 0;
    // Ensures: what was in work about the month is superseded. Errors: Conflict (another version came since `month`).
    virtual Result<DeskReply> add(const NewVersion& version, const DraftOrder& order, const DeskCaller& by, Instant at) = 0;
    // The newest version still says what is known, or (`body` not empty) nothing is to be kept but who asked.
    virtual Result<DeskReply> keep(const KnownMonth& month, const std::string& body, const DraftOrder& order, const DeskCaller& by, Instant at) = 0;
    virtual Result<DeskReply> approve(const ApproveOrder& order, const DeskCaller& by, Instant at) = 0;
    virtual Result<DeskReply> file(const FileOrder& order, const DeskCaller& by, Instant at) = 0;
    // Months that nobody has drafted yet, and filed ones about which something changed.
    virtual Result<std::vector<MonthKey>> to_draft() = 0;
    // Not tried again until something changes.
    virtual Result<void> refuse(const MonthKey& month, const std::string& why) = 0;
};

}  // namespace kontor::ports
