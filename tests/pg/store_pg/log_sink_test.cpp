#include <gtest/gtest.h>

#include "contract/store_rows.hpp"
#include "support/pg_cluster.hpp"

namespace kontor::store_pg {
namespace {

using contract::at_second;
using test::PgCluster;

TEST(LogSink, WritesLinesInTheirOrder) {
    const std::string target = PgCluster::shared().migrated_database();
    {
        const auto sink = make_log_sink({target});
        for (int n = 0; n < 3000; ++n) {
            sink->write({7, 1, at_second(n), "info", std::to_string(n)});
        }
        sink->write({7, 2, at_second(0), "error", std::string("nul \0 and \xff", 11)});
    }
    EXPECT_EQ(PgCluster::run(target, "select count(*) from task_log"), "3001");
    EXPECT_EQ(PgCluster::run(target, "select bool_and(text::int = n) from (select text, row_number() over (order by line) - 1 as n from task_log where attempt = 1) l"), "t");
}

TEST(LogSink, CountsWhatItCannotKeep) {
    const std::string target = PgCluster::shared().migrated_database();
    {
        LogSinkOptions options{target};
        options.lines_max = 10;
        options.every = std::chrono::seconds(2);
        const auto sink = make_log_sink(options);
        for (int n = 0; n < 100; ++n) {
            sink->write({7, 1, at_second(n), "info", std::to_string(n)});
        }
    }
    const std::string kept = PgCluster::run(target, "select count(*) from task_log where level = 'info'");
    const std::string told = PgCluster::run(target, "select coalesce(sum(split_part(text, ' ', 1)::int), 0) from task_log where level = 'warn'");
    EXPECT_EQ(std::stoi(kept) + std::stoi(told), 100);
    EXPECT_LE(std::stoi(kept), 20);
    EXPECT_EQ(PgCluster::run(target, "select count(*) from task_log where text = '99'"), "1");
}

// A task that says a line a row must not fill the disk; how it began and how it ended is what people look for.
TEST(LogSink, KeepsTheFirstAndTheLastLinesOfALongLog) {
    const std::string target = PgCluster::shared().migrated_database();
    constexpr int written = 25'000;
    {
        const auto sink = make_log_sink({target, 100'000});
        for (int n = 1; n <= written; ++n) {
            sink->write({7, 1, at_second(n), "info", std::to_string(n), n});
            if (n % 10 == 0) {
                sink->write({7, 2, at_second(n), "info", std::to_string(n / 10), n / 10});  // between the others, of another attempt
            }
        }
    }
    const auto ask = [&](const std::string& sql) { return std::stoi(PgCluster::run(target, sql)); };
    EXPECT_EQ(ask("select count(*) from task_log where attempt = 2"), 2500) << "a log that is not long is whole";
    const int kept = ask("select count(*) from task_log where attempt = 1 and level = 'info'");
    const int left_out = ask("select split_part(text, ' ', 1)::int from task_log where attempt = 1 and level = 'warn'");
    EXPECT_EQ(kept + left_out, written);
    EXPECT_LE(kept, ports::log_head_lines + 2 * ports::log_tail_lines);
    EXPECT_EQ(ask("select count(*) from task_log where attempt = 1 and level = 'info' and text::int <= " + std::to_string(ports::log_head_lines)), ports::log_head_lines);
    EXPECT_EQ(ask("select count(*) from task_log where attempt = 1 and level = 'info' and text::int > " + std::to_string(written - ports::log_tail_lines)), ports::log_tail_lines);
    EXPECT_EQ(ask("select count(*) from (select line, row_number() over (order by line) as n, level from task_log where attempt = 1) l where level = 'warn' and n = " + std::to_string(ports::log_head_lines + 1)), 1)
        << "the line that tells of it stands where they were";
}

// Nobody answers at the target: writing goes on, and the end comes within its bound.
TEST(LogSink, NeverHoldsATaskUp) {
    const auto start = std::chrono::steady_clock::now();
    {
        LogSinkOptions options{"host=/nowhere user=kontor dbname=x"};
        options.lines_max = 100;
        const auto sink = make_log_sink(options);
        for (int n = 0; n < 10'000; ++n) {
            sink->write({7, 1, at_second(n), "info", "line"});
        }
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace kontor::store_pg
