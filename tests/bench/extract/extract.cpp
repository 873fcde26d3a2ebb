// What warehouse.extract costs, from the query to encrypted objects per country, against psql's \copy of the same query into one
// plain file. The two take turns; the ratio is of each pair. Usage: bench_extract [rows] [rounds]
#include <libpq-fe.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "embedded_pg/cluster.hpp"
#include "support/sealed_objects.hpp"
#include "support/task_bench.hpp"
#include "tasks/warehouse/register.hpp"

namespace {

using namespace kontor;

double wall_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double cpu_seconds(int who) {
    struct rusage usage {};
    getrusage(who, &usage);
    const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(1);
}

// A month's items of 30 countries: about 120 bytes a row.
void fill(const std::string& database, const std::string& rows) {
    PGconn* connection = PQconnectdb(database.c_str());
    const std::string sql =
        "create table sold as select 'item-' || g as item_id, chr(65 + g % 5) || chr(65 + g % 6) as country,"
        " md5(g::text) || ', ' || substr(md5((g * 7)::text), 1, 24) as title, (g % 100000) / 100.0 as price,"
        " date '2026-01-01' + g % 31 as sold_on, (g % 97)::text as brand from generate_series(1, " + rows + ") g;"
        "vacuum analyze sold";
    PGresult* made = nullptr;
    for (const std::string& statement : {sql.substr(0, sql.find(';')), sql.substr(sql.find(';') + 1)}) {
        PQclear(made);
        made = PQexec(connection, statement.c_str());
        if (PQresultStatus(made) != PGRES_COMMAND_OK) {
            fail(PQerrorMessage(connection));
        }
    }
    PQclear(made);
    PQfinish(connection);
}

}  // namespace

int main(int count, char** arguments) {
    const std::string rows = count > 1 ? arguments[1] : "1000000";
    const int rounds = count > 2 ? std::atoi(arguments[2]) : 7;
    constexpr const char* query = "select item_id, country, title, price, sold_on, brand from sold";
    const test::TemporaryFolder folder;
    embedded_pg::ClusterOptions options;
    options.folder = folder.path() / "postgres";
    options.databases = {"warehouse"};
    auto cluster = embedded_pg::EmbeddedCluster::start(options);
    if (!cluster) {
        fail(describe(cluster.error()));
    }
    const std::string database = (*cluster)->connection_string("warehouse");
    fill(database, rows);

    test::SealedObjects sealed;
    test::TaskBench bench;
    bench.identity_.country.clear();
    bench.settings_["warehouse.default"] = database;
    sdk::TaskRegistry registry;
    tasks::warehouse::register_tasks(registry);
    const std::string file = (folder.path() / "copy.csv").string();
    const std::string copy = "psql -X -q \"" + database + "\" -c \"\\copy (" + query + ") to '" + file + "' with (format csv)\"";

    std::vector<double> copied;
    std::vector<double> extracted;
    std::vector<double> share;
    std::vector<double> cpu;
    for (int round = 0; round <= rounds; ++round) {
        const double begin = wall_seconds();
        if (std::system(copy.c_str()) != 0) {
            fail("psql failed");
        }
        const double middle = wall_seconds();
        const double cpu_begin = cpu_seconds(RUSAGE_SELF);
        bench.elsewhere_ = &sealed.next_attempt(bench.identity());
        const sdk::Outcome outcome = bench.run(registry, "warehouse.extract", {{"sql", query}, {"split_by", "country"}});
        const double end = wall_seconds();
        if (const auto* failed = std::get_if<sdk::Failed>(&outcome)) {
            fail(failed->reason);
        }
        if (round == 0) {
            continue;  // the table was read from disk
        }
        copied.push_back(middle - begin);
        extracted.push_back(end - middle);
        share.push_back((middle - begin) / (end - middle));
        cpu.push_back(cpu_seconds(RUSAGE_SELF) - cpu_begin);
    }
    const double n = std::atof(rows.c_str());
    const auto bytes = static_cast<double>(std::filesystem::file_size(file));
    std::printf("%.0f rows, %.0f MB of CSV, 30 countries; medians of %d rounds\n", n, bytes / 1e6, rounds);
    std::printf("psql \\copy to a file    %9.0f rows/s\n", n / median(copied));
    std::printf("warehouse.extract       %9.0f rows/s, %.2f us of CPU a row\n", n / median(extracted), median(cpu) / n * 1e6);
    std::printf("warehouse.extract reaches %.0f %% of psql's rows/s (rounds from %.0f to %.0f %%)\n", 100 * median(share),
                100 * *std::min_element(share.begin(), share.end()), 100 * *std::max_element(share.begin(), share.end()));
    return 0;
}
