#include "objects/object_key.hpp"

#include "store_room.hpp"

namespace kontor::objects {
namespace {

sdk::TaskIdentity named(std::string workflow, std::string task, std::string item) {
    return {7, std::move(workflow), std::move(task), "DE", std::move(item), 3, ""};
}

TEST(ObjectKey, IsMadeOfScopeWorkflowRunCountryAndFile) {
    EXPECT_EQ(make_key(named("train", "extract", ""), "raw", "DE", "rows.csv.zst").text, "raw/train/7/DE/extract.3.rows.csv.zst");
    EXPECT_EQ(make_key(named("train", "tune", "12"), "model", "all", "m").text, "model/train/7/all/tune.12.3.m");
}

TEST(ObjectKey, ParsesWhatItMakes) {
    const ObjectKey key = parse_key("raw/train/7/DE/extract.3.rows");
    EXPECT_EQ(key.scope, "raw");
    EXPECT_EQ(key.country, "DE");
}

TEST(ObjectKey, RefusesEveryWayOutOfTheFolder) {
    for (const std::string text :
         {"", "raw", "raw/train/7/DE", "raw/train/7/DE/x/y", "/raw/train/7/DE/x", "raw//7/DE/x", "raw/../7/DE/x", "raw/./7/DE/x",
          "../../etc/DE/x", ".tmp/train/7/DE/x", "raw/train/7/DE/", "raw/train/7/DE/..", "raw/train/7/DE/a b", "raw/train/7/DE/a\\b",
          "raw/train/7/de/x", "raw/train/7/DEU/x", "raw/train/7/ALL/x", "raw/tr\xC3\xA4in/7/DE/x"}) {
        const sdk::TaskFailure failure = failure_of([&] { parse_key(text); });
        EXPECT_EQ(failure.kind(), sdk::FailureClass::Config) << text;
    }
    EXPECT_EQ(failure_of([] { parse_key(std::string("raw/train/7/DE/x\0y", 18)); }).kind(), sdk::FailureClass::Config);
    EXPECT_EQ(failure_of([] { parse_key("raw/train/7/DE/" + std::string(300, 'x')); }).kind(), sdk::FailureClass::Config);
}

TEST(ObjectKey, AnyItemGivesAValidKeyAndTwoItemsNeverTheSame) {
    std::set<std::string> keys;
    const std::vector<std::string> items{"1", "a b", "a_b", "a/b", "..", "../../x", "0.5", "0_5", std::string(500, 'x'), std::string(501, 'x'), "\xff", std::string("\0", 1)};
    for (const std::string& item : items) {
        keys.insert(make_key(named("train", "tune", item), "model", "DE", "m").text);
    }
    EXPECT_EQ(keys.size(), items.size());
}

TEST(ObjectKey, ACountryIsTwoCapitalsOrAll) {
    for (const std::string country : {"", "de", "D", "DEU", "D1", "../", "All"}) {
        const sdk::TaskFailure failure = failure_of([&] { make_key(named("w", "t", ""), "raw", country, "n"); });
        EXPECT_EQ(failure.kind(), sdk::FailureClass::Data) << country;
    }
}

}  // namespace
}  // namespace kontor::objects
