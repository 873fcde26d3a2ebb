#include "tasks/warehouse/split.hpp"

#include <gtest/gtest.h>

#include "support/task_bench.hpp"
#include "tasks/warehouse/csv_field.hpp"

namespace kontor::tasks::warehouse {
namespace {

TEST(CsvField, FindsAFieldBehindQuotedOnes) {
    std::string scratch;
    EXPECT_EQ(csv_field("1,DE,x\n", 1, scratch), "DE");
    EXPECT_EQ(csv_field("\"a,\"\"b\"\"\nc\",DE\n", 1, scratch), "DE");
    EXPECT_EQ(csv_field("\"a,\"\"b\"\"\",DE\n", 0, scratch), "a,\"b\"");
    EXPECT_EQ(csv_field("x,\"\"\n", 1, scratch), "");
    EXPECT_EQ(csv_field("x,\n", 1, scratch), "");
    EXPECT_EQ(csv_field("x\n", 1, scratch), "");
    EXPECT_EQ(csv_field("", 0, scratch), "");
}

TEST(CountrySplit, EveryCountryGetsItsOwnRowsInTheirOrder) {
    test::TaskBench bench;
    CountrySplit split(bench.objects_, {"raw", "items", {"id", "country", "title"}, 1});
    split.add("1,DE,eins\n");
    split.add("2,FR,\"un, deux\nlignes\"\n");
    split.add("3,DE,\n");
    const SplitResult result = split.commit();

    ASSERT_EQ(result.countries.size(), 2U);
    EXPECT_EQ(result.countries.at("DE").rows, 2);
    EXPECT_NE(result.countries.at("DE").object.key.find("/DE/"), std::string::npos);
    const std::vector<std::vector<std::string>> german{{"id", "country", "title"}, {"1", "DE", "eins"}, {"3", "DE", ""}};
    EXPECT_EQ(bench.rows_of(result.countries.at("DE").object), german);
    const std::vector<std::vector<std::string>> french{{"id", "country", "title"}, {"2", "FR", "un, deux\nlignes"}};
    EXPECT_EQ(bench.rows_of(result.countries.at("FR").object), french);
    EXPECT_EQ(result.quarantine.rows, 0);
}

TEST(CountrySplit, RowsWithoutAUsableCountryAreQuarantinedWithTheirReason) {
    test::TaskBench bench;
    CountrySplit split(bench.objects_, {"raw", "items", {"id", "country"}, 1});
    for (const std::string_view row : {"1,DE\n", "2,\n", "3,de\n", "4,DEU\n", "5,\"\"\n", "6,\"N,\"\n"}) {
        split.add(row);
    }
    const SplitResult result = split.commit();

    EXPECT_EQ(result.countries.at("DE").rows, 1);
    EXPECT_EQ(result.quarantine.rows, 5);
    EXPECT_NE(result.quarantine.object.key.find("quarantine/"), std::string::npos);
    EXPECT_NE(result.quarantine.object.key.find("/all/"), std::string::npos);
    const std::map<std::string, std::int64_t> reasons{{"country_missing", 2}, {"country_not_iso", 3}};
    EXPECT_EQ(result.reasons, reasons);
    const auto rows = bench.rows_of(result.quarantine.object);
    const std::vector<std::string> header{"reason", "id", "country"};
    const std::vector<std::string> last{"country_not_iso", "6", "N,"};
    EXPECT_EQ(rows.front(), header);
    EXPECT_EQ(rows.back(), last);
}

TEST(CountrySplit, MoreCountriesThanTheWorldHasIsAWrongColumn) {
    test::TaskBench bench;
    CountrySplit split(bench.objects_, {"raw", "items", {"country"}, 0});
    int accepted = 0;
    try {
        for (char a = 'A'; a <= 'Z'; ++a) {
            for (char b = 'A'; b <= 'Z'; ++b) {
                split.add(std::string{a, b, '\n'});
                ++accepted;
            }
        }
        FAIL() << "all were accepted";
    } catch (const sdk::TaskFailure& failure) {
        EXPECT_EQ(failure.kind(), sdk::FailureClass::Data);
        EXPECT_EQ(accepted, static_cast<int>(countries_max));
    }
    EXPECT_TRUE(bench.objects_.stored().empty());
}

}  // namespace
}  // namespace kontor::tasks::warehouse
