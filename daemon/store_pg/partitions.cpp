#include "store_pg/partitions.hpp"

#include <map>
#include <tuple>

#include "store_pg/row_set.hpp"

namespace kontor::store_pg {

using ports::PartitionRow;

namespace {

// One statement may touch a row only once: a second fact about a partition goes into a second statement, and so on.
std::vector<std::vector<const PartitionRow*>> rounds_of(const std::vector<PartitionRow>& rows) {
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::size_t> told;
    std::vector<std::vector<const PartitionRow*>> rounds;
    for (const PartitionRow& row : rows) {
        const std::size_t round = told[{row.workflow, row.period, row.country}]++;
        if (round == rounds.size()) {
            rounds.emplace_back();
        }
        rounds[round].push_back(&row);
    }
    return rounds;
}

}  // namespace

void append_partitions(const ports::Batch& batch, std::vector<Step>& steps) {
    using enum ColumnType;
    for (const std::vector<const PartitionRow*>& round : rounds_of(batch.partitions)) {
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
        for (const PartitionRow* row : round) {
            const auto run_if = [&](bool holds) { return holds ? std::optional(row->run) : std::nullopt; };
            const auto time_if = [&](bool holds) { return holds ? std::optional(row->at) : std::nullopt; };
            const bool good = row->outcome == "succeeded";
            const bool bad = row->outcome == "failed";
            rows.row(
                row->workflow, row->period, row->country, row->running > 0 ? std::optional(row->running) : std::nullopt, row->run,
                row->outcome, row->reason, row->at, run_if(good), time_if(good), run_if(bad), time_if(bad),
                bad && row->task > 0 ? std::optional(row->task) : std::nullopt, bad ? std::optional(row->reason) : std::nullopt
            );
        }
        rows.append_to(steps);
    }
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
