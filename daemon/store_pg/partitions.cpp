#include "store_pg/partitions.hpp"

#include <map>
#include <tuple>

#include "store_pg/row_set.hpp"

namespace kontor::store_pg {

using ports::PartitionRow;

namespace {

// What a batch tells of one partition. Runs by the hundred may work for the same one: their facts are put together here, by the rule
// of the statement below, as one statement may touch a row only once.
struct Told {
    const PartitionRow* last = nullptr;  // the newest, of equal ones the one told last
    const PartitionRow* success = nullptr;
    const PartitionRow* failure = nullptr;
    ports::RunId running = 0;
};

const PartitionRow* newer(const PartitionRow* known, const PartitionRow& told) {
    return known == nullptr || told.at >= known->at ? &told : known;
}

using Key = std::tuple<std::string_view, std::string_view, std::string_view>;

// In the order of their keys, which is one order for all who write: no deadlock.
std::map<Key, Told> put_together(const std::vector<PartitionRow>& rows) {
    std::map<Key, Told> partitions;
    for (const PartitionRow& row : rows) {
        Told& told = partitions[{row.workflow, row.period, row.country}];
        told.last = newer(told.last, row);
        told.success = row.outcome == "succeeded" ? newer(told.success, row) : told.success;
        told.failure = row.outcome == "failed" ? newer(told.failure, row) : told.failure;
        told.running = row.running;
    }
    return partitions;
}

}  // namespace

void append_partitions(const ports::Batch& batch, std::vector<Step>& steps) {
    using enum ColumnType;
    if (batch.partitions.empty()) {
        return;
    }
    // A fact that is older than what is known of its kind changes nothing: facts may come again, and in any order.
    RowSet rows(
        "partitions",
        "insert into partition as p (workflow, period, country, running, run, outcome, reason, at, success_run, success_at,"
        " failure_run, failure_at, failure_task, failure_reason)"
        " {rows}"
        " on conflict (workflow, period, country) do update set"
        " running = excluded.running,"
        " run = case when excluded.at >= p.at then excluded.run else p.run end,"
        " outcome = case when excluded.at >= p.at then excluded.outcome else p.outcome end,"
        " reason = case when excluded.at >= p.at then excluded.reason else p.reason end,"
        " at = greatest(excluded.at, p.at),"
        " success_run = case when excluded.success_at >= coalesce(p.success_at, '-infinity') then excluded.success_run else p.success_run end,"
        " success_at = greatest(excluded.success_at, p.success_at),"
        " failure_run = case when excluded.failure_at >= coalesce(p.failure_at, '-infinity') then excluded.failure_run else p.failure_run end,"
        " failure_task = case when excluded.failure_at >= coalesce(p.failure_at, '-infinity') then excluded.failure_task else p.failure_task end,"
        " failure_reason = case when excluded.failure_at >= coalesce(p.failure_at, '-infinity') then excluded.failure_reason else p.failure_reason end,"
        " failure_at = greatest(excluded.failure_at, p.failure_at)",
        {Text, Text, Text, Int8, Int8, Text, Text, Timestamptz, Int8, Timestamptz, Int8, Timestamptz, Int8, Text}
    );
    for (const auto& [key, told] : put_together(batch.partitions)) {
        const auto run_of = [](const PartitionRow* row) { return row != nullptr ? std::optional(row->run) : std::nullopt; };
        const auto time_of = [](const PartitionRow* row) { return row != nullptr ? std::optional(row->at) : std::nullopt; };
        const PartitionRow& last = *told.last;
        const PartitionRow* bad = told.failure;
        rows.row(
            last.workflow, last.period, last.country, told.running > 0 ? std::optional(told.running) : std::nullopt, last.run,
            last.outcome, last.reason, last.at, run_of(told.success), time_of(told.success), run_of(bad), time_of(bad),
            bad != nullptr && bad->task > 0 ? std::optional(bad->task) : std::nullopt,
            bad != nullptr ? std::optional(bad->reason) : std::nullopt
        );
    }
    rows.append_to(steps);
}

Result<void> fill_partitions(Connection& connection, ports::Snapshot& snapshot) {
    const Result<Rows> running = connection.query(
        {"load running partitions",
         "select workflow, country, period, running from partition where state = 'running' order by workflow, period, country", {}}
    );
    if (!running) {
        return running.error();
    }
    for (int at = 0; at < running->count(); ++at) {
        snapshot.partitions.push_back({running->text(at, 0), running->text(at, 1), running->text(at, 2), running->int8(at, 3)});
    }
    return {};
}

}  // namespace kontor::store_pg
