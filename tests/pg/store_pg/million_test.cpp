// What a page costs over a million finished task instances: every list is asked for first and later pages, with and without its
// filters, and PostgreSQL itself counts the blocks (8 KiB) it touches for it. Blocks, not time: they are the same on every machine.
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "store_pg/queries.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using test::PgCluster;

// 2,000 runs of 450 instances (38 countries, every 97th dead with its letter), one of 100,000, an attempt of each fifth, and
// 200,000 events, and reports of 38 countries for 500 months, one of 100,000 codes.
constexpr const char* million = R"sql(
insert into definition (hash, workflow, version, title, source, summary, created_at)
select 'hash-' || w, 'workflow-' || w, 1, 'W', '', '{"tasks": [{"name": "task-1", "uses": "noop", "per": ["country"]}]}', now() from generate_series(0, 9) w;
insert into workflow (name, hash) select 'workflow-' || w, 'hash-' || w from generate_series(0, 9) w;
insert into run (id, workflow, hash, state, params, correlation, cause, depth, priority, created_at, started_at, finished_at, reason, totals, countries)
select n * 1000, 'workflow-' || n % 10, 'hash-' || n % 10, case when n % 500 = 0 then 'failed' else 'succeeded' end, '{}', 'campaign-' || n / 2, '{"kind": "api"}',
       0, 0, now(), now(), now(), '', '{}', '["DE", "FR"]'
  from generate_series(1, 2001) n;
insert into task_done (id, run, started_at, finished_at, attempts, state, task, country, item, reason, outputs)
select r * 1000 + i, r * 1000, now(), now(), 1, case when i = 97 then 'dead' else 'succeeded' end, 'task-' || i % 12,
       chr(65 + i % 19) || chr(65 + i % 2), '', '', '{"rows": 12}'
  from generate_series(1, 2000) r, generate_series(1, 450) i order by r, i;
insert into task_done (id, run, started_at, finished_at, attempts, state, task, country, item, reason)
select 2001000 + i, 2001000, now(), now(), 1, case when i % 10000 = 0 then 'dead' else 'succeeded' end, 'task-' || i % 12, chr(65 + i % 19) || chr(65 + i % 2), i::text, ''
  from generate_series(1, 100000) i;
insert into attempt (task, run, started_at, finished_at, attempt, outcome, failure_class, reason)
select id, run, started_at, finished_at, 1, 'failed', 'transient', 'no answer' from task_done where id % 5 = 0;
insert into dead_letter (id, kind, state, run, task_id, workflow, task, country, item, failure_class, reason, fingerprint, attempts, created_at, closed_at)
select 10000000 + r, 'task', case when r % 4 = 0 then 'open' else 'redriven' end, r * 1000, r * 1000 + 97, 'workflow-' || r % 10, 'task-1', 'CB', '', 'data', 'bad', 'f-' || r % 20, 1, now(),
       case when r % 4 = 0 then null else now() end
  from generate_series(1, 2000) r;
insert into task_log (task, attempt, at, level, text)
select 2000000 + i, 1, now(), case when n = 100 then 'warn' else 'info' end, 'line ' || n from generate_series(1, 450) i, generate_series(1, 100) n;
insert into approval (id, run, task_id, workflow, correlation, task, country, item, title, text, role, needed, submitter, otherwise, reject_fails, asked_at, state, decision, reason, closed_at)
select 30000000 + n, n * 10, n, 'workflow-3', '', 'approve', case when n % 2 = 0 then 'DE' else 'FR' end, '', 'Go on?', '', 'reviewer', 1, '', 'fail', true, now(),
       case when n % 100 = 0 then 'open' else 'approved' end, case when n % 100 = 0 then '' else 'approved' end, '', case when n % 100 = 0 then null else now() end
  from generate_series(1, 100000) n;
insert into partition (workflow, period, country, run, outcome, reason, at, success_run, success_at, failure_run, failure_at, failure_task, failure_reason)
select 'workflow-' || w, to_char(date '2010-01-01' + make_interval(months => m), 'YYYY-MM'), chr(65 + c % 19) || chr(65 + c % 2), 1000, 'succeeded', '', now(),
       case when m % 50 > 0 then 1000 end, case when m % 50 > 0 then now() end, case when m % 50 = 0 then 1000 end, case when m % 50 = 0 then now() end, null, null
  from generate_series(0, 9) w, generate_series(0, 259) m, generate_series(0, 37) c;
insert into letter_job (id, action, country, by, selection, letters, reason, canary, per_minute, newest, created_at, state, position, carried_out, refused, refusals,
                        finished_at, said)
select 40000000 + n, 'redrive', case when n % 2 = 0 then 'DE' else '' end, 'anna', '{}', '[1, 2, 3]', '', false, 0, false, now(), case when n % 1000 = 0 then 'running' else 'done' end,
       3, 3, 0, '[]', case when n % 1000 = 0 then null else now() end, ''
  from generate_series(1, 20000) n;
insert into event (id, ce_id, source, type, subject, time, data, correlation, depth)
select 20000000 + n, n::text, 'test', 'type-' || n % 50, 'DE', now(), '{}', 'campaign-' || n % 1000, 0 from generate_series(1, 200000) n;
insert into report_month (country, period, changes)
select chr(65 + c % 19) || chr(65 + c % 2), to_char(date '1980-01-01' + m * interval '1 month', 'YYYY-MM'), 3 from generate_series(1, 500) m, generate_series(1, 38) c;
insert into report (country, period, version, state, batch, run, model, seen, figures, balanced, waiting, codes, object, drafted_by, automatic, known_at)
select country, period, v, case when v = 1 then 'amended' else 'filed' end, 1, 1, 'm-1', 3, '{"sold": {"items": 1}}', true, 0, 1, '{"key": "k", "sha256": "s", "bytes": 1}', 'anna', false, now()
  from report_month, generate_series(1, 2) v order by period, v, country;
insert into report_step (report, state, who, at, reason, receipt)
select id, s, 'anna', now(), '', '' from report, unnest(array['draft', 'approved', 'filed']) s order by id;
insert into report_line (report, line, code, items, units_milli, grams, reviewed_items, reviewed_units, reviewed_grams)
select 38000, n, lpad(n::text, 6, '0'), 1, 1000, 1000, 0, 0, 0 from generate_series(1, 100000) n;
insert into sample_batch (id, country, object, rows, sent_by, at) overriding system value
select n, chr(65 + n % 19) || chr(65 + n % 2), '{}', 500, 'shop', now() from generate_series(1, 200) n;
insert into sample select b.country, 'item ' || b.id || '-' || n, 1, b.id, n, '', '1.1' from sample_batch b, generate_series(1, 500) n;
insert into reading (country, metric, feature, period, value, rows, model, run, at)
select chr(65 + c % 19) || chr(65 + c % 2), 'metric-' || f % 4, 'f-' || f, to_char(date '2005-01-01' + m * interval '1 month', 'YYYY-MM'), 0.1, 500, 'm-1', 1, now()
  from generate_series(1, 240) m, generate_series(1, 38) c, generate_series(1, 20) f;
insert into alarm (country, name, raised, state, rule, sentence, model, workflow, run, raised_at, at)
select chr(65 + c % 19) || chr(65 + c % 2), 'alarm-' || a, a = 1, jsonb_build_object('raised', a = 1), '{}', '', 'm-1', 'infer', 1, now(), now()
  from generate_series(1, 38) c, generate_series(1, 10) a;
insert into hold (run, by, reason, at) select n * 1000, 'anna', '', now() from generate_series(1, 2000) n;
insert into code_list (country, version, effective_from, sha256, codes, moves, imported_by, imported_at, reason)
select 'DE', n, date '1990-01-01' + n * 30, '', 100, 100, 'anna', now(), '' from generate_series(1, 400) n;
insert into code_list_code (country, version, line, code, title) select 'DE', v, n, 'c' || n, 'title' from generate_series(1, 400) v, generate_series(1, 250) n;
insert into code_list_move (country, version, line, code_from, code_to, kind, weight)
select 'DE', v, n, 'c' || n, 'd' || n, 'rename', 1 from generate_series(1, 400) v, generate_series(1, 250) n;
vacuum analyze;
)sql";

struct Page {
    const char* query;
    std::vector<const char*> parameters;  // null: not filtered
    int blocks_max;
};

class MillionInstances : public ::testing::Test {
 protected:
    static void SetUpTestSuite() {
        database_ = PgCluster::shared().target(PgCluster::shared().migrated_database());
        // One statement a time: VACUUM allows no transaction around it.
        const std::string statements = million;
        for (std::size_t at = 0; at < statements.size();) {
            const std::size_t end = statements.find(";\n", at);
            PgCluster::run(database_, statements.substr(at, end - at));
            at = end + 2;
        }
    }

    // The plan with what it took, as PostgreSQL tells it.
    static Json explained(const Page& page) {
        const NamedQuery& query = named_queries().at(page.query);
        std::string values;
        for (int at = 0; at < query.parameters; ++at) {
            const auto index = static_cast<std::size_t>(at);
            const char* value = index < page.parameters.size() ? page.parameters[index] : nullptr;
            values += (at > 0 ? ", " : "") + (value == nullptr ? std::string("null") : "'" + std::string(value) + "'");
        }
        return json_from_text(PgCluster::run(
            database_, "set plan_cache_mode = force_custom_plan; set jit = off; prepare page as " + query.sql +
                           "; explain (analyze, buffers, format json) execute page(" + values + ")"
        )).value();
    }

    static inline std::string database_;
};

std::int64_t number(const Json& plan, std::string_view key) { return plan.as_object().at(key).to_number<std::int64_t>(); }

TEST_F(MillionInstances, NoPageReadsMoreThanItShowsByMuch) {
    ASSERT_EQ(PgCluster::run(database_, "select count(*) from task_done"), "1000000");
    const std::vector<Page> pages{
        {"runs_page", {}, 1000},
        {"runs_page", {nullptr, nullptr, nullptr, nullptr, "50", "1000000"}, 1000},
        {"runs_page", {"workflow-3"}, 1000},
        {"runs_page", {nullptr, "failed"}, 2500},
        {"runs_page", {nullptr, "running"}, 2500},
        {"runs_page", {nullptr, nullptr, "campaign-77"}, 200},
        // Whoever may see some countries only gets totals that are counted anew, of each run that is shown.
        {"runs_page", {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, "DE"}, 3000},
        {"run_one", {"1000000"}, 300},
        {"run_tasks_page", {"1000000"}, 300},
        {"run_tasks_page", {"2001000"}, 300},
        {"run_tasks_page", {"2001000", nullptr, nullptr, nullptr, "50", "2091000"}, 300},
        {"run_tasks_page", {"2001000", nullptr, nullptr, "dead"}, 100},
        {"run_tasks_page", {"2001000", nullptr, nullptr, "succeeded", nullptr, nullptr, "BB"}, 300},
        {"run_tasks_page", {"2001000", "task-3", "DB"}, 2000},
        {"run_logs", {"2001000"}, 1000},
        {"run_logs", {"2001000", nullptr, nullptr, "error", "no room", nullptr, "2091000.7"}, 1000},
        // 10,000 rows at most are read: instances whose logs are empty, or logs that hold nothing of what is looked for.
        {"log_search", {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, "1000"}, 6500},
        {"log_search", {nullptr, nullptr, nullptr, nullptr, nullptr, "error", "no room", nullptr, "2000000.9223372036854775807.0"}, 12'000},
        {"log_search", {"workflow-0", "DB", nullptr, "2026-01-01", nullptr, nullptr, "line"}, 2000},
        {"log_search", {"workflow-3", nullptr, nullptr, nullptr, "2020-01-01"}, 1000},
        {"run_timeline", {"1000000"}, 100},
        {"task_one", {"1000097"}, 50},
        {"task_attempts", {"1000100"}, 50},
        {"campaigns_page", {}, 1500},
        {"campaign_grid", {"campaign-500"}, 3000},
        {"dead_letters_page", {"open"}, 500},
        {"dead_letters_page", {"open", nullptr, nullptr, "f-4"}, 500},
        {"dead_letter_causes", {"open"}, 500},
        {"dead_letter_one", {"10000004"}, 100},
        {"dead_letters_selected", {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, "10001"}, 50},
        {"dead_letters_selected", {nullptr, nullptr, nullptr, nullptr, "f-4", nullptr, nullptr, "10001"}, 150},
        {"letter_jobs_page", {}, 50},
        {"letter_jobs_page", {nullptr, "50", "40010000", "DE"}, 50},
        {"letter_jobs_page", {"running"}, 100},
        {"letter_job_one", {"40000007"}, 20},
        {"approvals_page", {}, 400},
        {"approvals_page", {"open"}, 400},
        {"approvals_page", {nullptr, nullptr, "5000"}, 150},  // one row; the rest is the catalogue
        {"approvals_page", {"open", nullptr, nullptr, "50", "30050000", "DE"}, 600},
        {"readings_page", {"AB"}, 150},
        {"readings_page", {"AB", "metric-1"}, 150},
        {"readings_page", {"AB", nullptr, nullptr, nullptr, "50", "2015-06/metric-2/f-10"}, 150},
        {"readings_page", {"AB", nullptr, "2010-01", "2010-12", "1000"}, 250},
        {"alarms_all", {}, 100},
        {"alarms_all", {nullptr, "raised", "DB"}, 100},
        {"holds_page", {}, 150},
        {"holds_page", {"50", "1000000"}, 150},
        {"code_lists_page", {"DE"}, 800},
        {"code_list_one", {"DE", "200"}, 450},
        {"code_list_codes", {"DE", "200", "50", "100"}, 150},
        {"code_list_moves", {"DE", "200", "50", "100"}, 150},
        {"reports_page", {}, 1500},
        {"reports_page", {"AB", nullptr, "filed"}, 1500},
        {"reports_page", {nullptr, nullptr, nullptr, "50", "20000", "DB"}, 4000},
        {"report_one", {"38000"}, 300},  // the catalogue, for the most part
        {"report_lines", {"38000", "50", "90000"}, 100},
        {"report_as_of", {"AB", "2010-05"}, 150},
        {"report_status", {"2010-05"}, 2500},
        {"partitions_page", {}, 600},
        {"partitions_page", {"workflow-3"}, 400},
        {"partitions_page", {"workflow-3", nullptr, nullptr, nullptr, "1000"}, 900},  // what the page of countries and months asks for
        {"partitions_page", {"workflow-3", "DB"}, 400},
        {"partitions_page", {nullptr, nullptr, nullptr, "failed"}, 600},
        {"partitions_page", {"workflow-3", nullptr, nullptr, "running"}, 300},
        {"partitions_page", {"workflow-3", nullptr, "2020-05"}, 900},  // also looks which countries are not there
        {"partitions_page", {nullptr, nullptr, nullptr, nullptr, "50", "workflow-3/2015-02/DB"}, 600},
        {"partitions_page", {nullptr, nullptr, nullptr, nullptr, "50", nullptr, "DB"}, 4000},  // one of 38 countries
        {"partitions_known", {"workflow-3", "2020-05,2020-06"}, 600},
        {"samples_page", {}, 400},
        {"samples_page", {"BB"}, 400},
        {"samples_page", {"BB", "item 1-7"}, 100},
        {"samples_page", {nullptr, nullptr, nullptr, "100000000250", "BB,CA"}, 800},
        {"events_page", {}, 300},
        {"events_page", {"type-7"}, 300},
        {"doctor", {}, 6000},
    };
    for (const Page& page : pages) {
        const Json plan = explained(page).as_array().at(0);
        const Json& root = plan.as_object().at("Plan");
        const std::int64_t blocks = number(root, "Shared Hit Blocks") + number(root, "Shared Read Blocks");
        std::string name = page.query;
        for (const char* parameter : page.parameters) {
            name += parameter == nullptr ? " -" : " " + std::string(parameter);
        }
        std::cout << name << ": " << blocks << " blocks, " << plan.as_object().at("Execution Time").to_number<double>() << " ms\n";
        EXPECT_LE(blocks, page.blocks_max) << name << "\n" << (blocks > page.blocks_max ? to_text(root) : "");
    }
}

}  // namespace
}  // namespace kontor::store_pg
