// What this room gives to the program: the schema brought up to date, the conductor's store, the API's reads, the log sink.
// `target` is a libpq connection string or URL everywhere.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "ports/code_lists.hpp"
#include "ports/filing.hpp"
#include "ports/logs.hpp"
#include "ports/reads.hpp"
#include "ports/retention.hpp"
#include "ports/reviews.hpp"
#include "ports/samples.hpp"
#include "ports/store.hpp"

namespace kontor::store_pg {

// Brings the schema up to this program's, one transaction per migration; several daemons may do it at once.
// Returns the number of migrations applied.
// Errors: Invalid (a newer or edited schema, wrong password or database name), Unavailable.
Result<int> migrate(const std::string& target);

// Connects at its first call and again whenever the connection was lost. Requires: migrate() succeeded.
std::unique_ptr<ports::Store> make_store(std::string target);

struct ReadsOptions {
    std::string target;
    int connections_max = 8;  // a read waits for a free one, at most `statement_max`
    Duration statement_max = std::chrono::seconds(10);
};
// Thread: any; every running read holds a connection.
std::unique_ptr<ports::Reads> make_reads(ReadsOptions options);

// Connects at its first call and again whenever the connection was lost. Thread: any; calls wait for one another.
std::unique_ptr<ports::Reviews> make_reviews(std::string target);
// The same of the reports.
std::unique_ptr<ports::ReportBook> make_report_book(std::string target);

// The same of samples; what training reads waits for no intake.
std::unique_ptr<ports::SampleRows> make_samples(std::string target);

// The same of code lists.
std::unique_ptr<ports::CodeListRows> make_code_lists(std::string target);

// The same of what is not kept for ever.
std::unique_ptr<ports::Retention> make_retention(std::string target, const ports::RetentionPolicy& policy);

struct LogSinkOptions {
    std::string target;
    std::size_t lines_max = 20'000;  // waiting to be written; beyond it an attempt's oldest lines are counted, not kept
    Duration every = std::chrono::milliseconds(200);
};
// Writes from a thread of its own. Destroying it writes what is waiting, for at most five seconds.
std::unique_ptr<ports::LogSink> make_log_sink(LogSinkOptions options);

}  // namespace kontor::store_pg
