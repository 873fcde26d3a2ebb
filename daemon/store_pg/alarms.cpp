#include "store_pg/alarms.hpp"

#include "store_pg/row_set.hpp"

#include <tuple>

namespace kontor::store_pg {

using enum ColumnType;
using ports::AlarmRow;
using ports::ReadingRow;

void append_alarms(const ports::Batch& batch, std::vector<Step>& steps) {
    RowSet readings(
        "readings",
        "insert into reading (country, metric, feature, period, value, rows, model, run, at) {rows}"
        " on conflict (country, metric, feature, period) do update set value = excluded.value, "
        "rows = excluded.rows,"
        " model = excluded.model, run = excluded.run, at = excluded.at",
        {Text, Text, Text, Text, Float8, Int8, Text, Int8, Timestamptz}
    );
    const auto place = [](const ReadingRow& each) {
        return std::tie(each.country, each.reading.metric, each.reading.feature, each.period);
    };
    for (const ReadingRow* row : last_by_key(batch.readings, place)) {
        readings.row(
            row->country,
            row->reading.metric,
            row->reading.feature,
            row->period,
            row->reading.value,
            row->reading.rows,
            row->model,
            row->run,
            row->at
        );
    }
    readings.append_to(steps);

    RowSet alarms(
        "alarms",
        "insert into alarm (country, name, raised, state, rule, sentence, model, workflow, run, "
        "raised_at, cleared_at, at) {rows}"
        " on conflict (country, name) do update set raised = excluded.raised, state = "
        "excluded.state, rule = excluded.rule,"
        " sentence = excluded.sentence, model = excluded.model, workflow = excluded.workflow, run "
        "= excluded.run,"
        " raised_at = excluded.raised_at, cleared_at = excluded.cleared_at, at = excluded.at",
        {Text,
         Text,
         Bool,
         Jsonb,
         Jsonb,
         Text,
         Text,
         Text,
         Int8,
         Timestamptz,
         Timestamptz,
         Timestamptz}
    );
    for (const AlarmRow* row : last_by_key(batch.alarms, [](const AlarmRow& each) {
             return std::tie(each.country, each.name);
         })) {
        alarms.row(
            row->country,
            row->name,
            row->state.raised,
            core::alarm::to_json(row->state),
            core::alarm::to_json(row->rule),
            row->sentence,
            row->model,
            row->workflow,
            row->run,
            row->raised_at,
            row->cleared_at,
            row->at
        );
    }
    alarms.append_to(steps);
}

Result<void> fill_alarms(Connection& connection, ports::Snapshot& snapshot) {
    const Result<Rows> alarms = connection.query(
        {"load alarms",
         "select country, name, state, rule, sentence, model, workflow, run, raised_at, "
         "cleared_at, at from alarm order by country, name",
         {}}
    );
    if (!alarms) {
        return alarms.error();
    }
    for (int at = 0; at < alarms->count(); ++at) {
        snapshot.alarms.push_back(
            {alarms->text(at, 0),
             alarms->text(at, 1),
             core::alarm::state_from(alarms->json(at, 2)),
             core::alarm::rule_from(alarms->json(at, 3)),
             alarms->text(at, 4),
             alarms->text(at, 5),
             alarms->text(at, 6),
             alarms->int8(at, 7),
             alarms->maybe_time(at, 8),
             alarms->maybe_time(at, 9),
             alarms->time(at, 10)}
        );
    }
    // As JSON, so that a number comes back as itself.
    const Result<Rows> readings = connection.query(
        {"load readings",
         "select country, metric, period, to_jsonb(value) from (select country, metric, period, "
         "value,"
         " row_number() over (partition by country, metric order by period desc) as n from reading "
         "where feature = '') newest"
         " where n <= $1 order by country, metric, period",
         {parameter(std::int64_t{ports::past_periods_max})}}
    );
    if (!readings) {
        return readings.error();
    }
    for (int at = 0; at < readings->count(); ++at) {
        snapshot.past_readings.push_back(
            {readings->text(at, 0),
             readings->text(at, 1),
             {readings->text(at, 2), readings->json(at, 3).to_number<double>()}}
        );
    }
    return {};
}

}  // namespace kontor::store_pg
