#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <algorithm>
#include <map>
#include <set>

#include "support/catalogue.hpp"
#include "support/task_bench.hpp"
#include "tasks/dataset/id_set.hpp"
#include "tasks/dataset/quarantine.hpp"
#include "tasks/dataset/register.hpp"
#include "tasks/ml/table.hpp"

namespace kontor::tasks::dataset {
namespace {

using sdk::Json;
using sdk::JsonObject;

class PrepareTask : public testing::Test {
 protected:
    PrepareTask() { register_tasks(registry_); }
    sdk::Outcome run(const std::string& csv, JsonObject more = {}) {
        JsonObject input{{"dataset", csv::to_json(bench_.store_csv(csv, 10))}, {"schema", schema_}, {"min_rows", 1}};
        for (auto& member : more) {
            input[member.key()] = member.value();
        }
        return bench_.run(registry_, "dataset.prepare", std::move(input));
    }
    JsonObject outputs(const std::string& csv, JsonObject more = {}) {
        const auto outcome = run(csv, std::move(more));
        const auto* done = std::get_if<sdk::Succeeded>(&outcome);
        EXPECT_NE(done, nullptr) << (done == nullptr ? std::get<sdk::Failed>(outcome).reason : "");
        return done == nullptr ? JsonObject() : done->outputs.get_object();
    }
    std::vector<std::vector<std::string>> rows_of(const Json& dataset) {
        return bench_.rows_of(sdk::object_ref_from(dataset.at("object"), "dataset"));
    }
    test::TaskBench bench_;
    sdk::TaskRegistry registry_;
    Json schema_ = boost::json::parse(test::catalogue_schema);
};

constexpr const char* head = "item_id,title,weight_kg,brand,code\n";

TEST_F(PrepareTask, QuarantinesEachKindOfBadRowWithItsReasonAndGoesOn) {
    const std::string csv = std::string(head) +
                            "a,good,1,,1.1\n"
                            ",no id,1,,1.1\n"
                            "a,again,1,,1.1\n"
                            "b,heavy,ten,,1.1\n"
                            "c,not a number,nan,,1.1\n"
                            "d,infinite,inf,,1.1\n"
                            "e,no label,1,,   \n"
                            "f,ragged,1\n"
                            "g,bro\xFFken,1,,1.1\n"
                            "h,good,, Bosch ,1.1\n"
                            "i,decimal comma,\"1,5\",,1.1\n";
    const auto out = outputs(csv);
    EXPECT_EQ(out.at("rows").get_int64(), 2);
    const Json& quarantine = out.at("quarantine");
    EXPECT_EQ(quarantine.at("rows").get_int64(), 9);
    const std::map<std::string, std::int64_t> wanted{
        {"id_missing", 1}, {"duplicate_id", 1}, {"not_a_number:weight_kg", 4}, {"label_missing", 1}, {"ragged_row", 1},
        {"invalid_utf8", 1}};
    std::map<std::string, std::int64_t> found;
    for (const auto& member : quarantine.at("reasons").get_object()) {
        found[member.key()] = member.value().get_int64();
    }
    EXPECT_EQ(found, wanted);
    const auto listed = rows_of(quarantine);
    ASSERT_EQ(listed.size(), 10U);
    EXPECT_EQ(listed[0], (std::vector<std::string>{"row", "item_id", "reason", "text"}));
    EXPECT_EQ(listed[8][2], "invalid_utf8");
    EXPECT_NE(listed[8][3].find("bro\xEF\xBF\xBDken"), std::string::npos);
    EXPECT_EQ(bench_.log_.size(), 1U);
}

TEST_F(PrepareTask, TheQuarantineIsReadBackPageByPage) {
    const auto out = outputs(std::string(head) + "a,good,1,,1.1\n,\"no, id\",1,,1.1\nb,bro\xFFken,1,,1.1\nc,heavy,ten,,1.1\n");
    const sdk::ObjectRef object = sdk::object_ref_from(out.at("quarantine").at("object"), "quarantine");
    const QuarantinePage first = read_quarantine(bench_.objects(), object, 0, 2);
    EXPECT_TRUE(first.more);
    ASSERT_EQ(first.rows.size(), 2U);
    EXPECT_EQ(first.rows[0], Json(JsonObject({{"row", 2}, {"item_id", ""}, {"reason", "id_missing"}, {"text", ",no, id,1,,1.1"}})));
    EXPECT_EQ(first.rows[1].at("reason"), "invalid_utf8");
    const QuarantinePage second = read_quarantine(bench_.objects(), object, 2, 2);
    EXPECT_FALSE(second.more);
    ASSERT_EQ(second.rows.size(), 1U);
    EXPECT_EQ(second.rows[0].at("reason"), "not_a_number:weight_kg");
    EXPECT_TRUE(read_quarantine(bench_.objects(), object, 99, 2).rows.empty());
}

TEST_F(PrepareTask, AQuarantineOfRawRowsIsShownWithItsReasonsAndWithMarksForWhatIsBroken) {
    const csv::Dataset raw = bench_.store_csv("reason,item_id,country,title\ncountry_missing,x,,good\ncountry_not_iso,y,Z\xC3,bad\n", 2);
    const QuarantinePage page = read_quarantine(bench_.objects(), raw.object, 0, 10);
    ASSERT_EQ(page.rows.size(), 2U);
    EXPECT_EQ(page.rows[0], Json(JsonObject({{"row", nullptr}, {"item_id", "x"}, {"reason", "country_missing"}, {"text", ",good"}})));
    EXPECT_EQ(page.rows[1].at("text"), "Z\xEF\xBF\xBD,bad");
    const csv::Dataset other = bench_.store_csv("a,b\n1,2\n", 1);
    EXPECT_THROW(read_quarantine(bench_.objects(), other.object, 0, 10), sdk::TaskFailure);
}

TEST_F(PrepareTask, ABadRowDoesNotMakeAGoodOneOfTheSameIdADuplicate) {
    const auto out = outputs(std::string(head) + "a,bad,x,,1.1\na,good,1,,1.1\n");
    EXPECT_EQ(out.at("rows").get_int64(), 1);
}

TEST_F(PrepareTask, LabelsTakeTheSpellingOfTheCodeList) {
    const auto codes = csv::to_json(bench_.store_csv("code,title\n1.1a,Fridges\n2.1,Screens\n", 2));
    const auto out = outputs(
        std::string(head) + "a,x,1,, 1.1A \nb,y,1,,2.1\nc,z,1,,9.9\nd,w,1,,1.1a\n", {{"codes", codes}, {"holdout", 0.0}}
    );
    std::map<std::string, std::string> labels;
    for (const auto& row : rows_of(out.at("train"))) {
        labels[row[0]] = row[4];
    }
    EXPECT_EQ(labels.at("a"), "1.1a");
    EXPECT_EQ(labels.at("d"), "1.1a");
    EXPECT_FALSE(labels.contains("c"));
    EXPECT_EQ(out.at("quarantine").at("reasons").at("unknown_label").get_int64(), 1);
    EXPECT_EQ(out.at("classes").get_int64(), 2);
}

TEST_F(PrepareTask, HandsTheCodeListOnForThoseWhoMayNotReadRawData) {
    const auto codes = csv::to_json(bench_.store_csv("title,note,code,effective_from\nFridges,x, 1.1 ,2018-08-15\n\"Screens, all\",y,2.1,\n", 2));
    const std::vector<std::vector<std::string>> wanted{
        {"code", "title", "effective_from", "effective_to"}, {"1.1", "Fridges", "2018-08-15", ""}, {"2.1", "Screens, all", "", ""}};
    for (const bool labelled : {true, false}) {
        const auto out = outputs(std::string(head) + "a,x,1,,1.1\n", {{"codes", codes}, {"labelled", labelled}});
        EXPECT_EQ(rows_of(out.at("codes")), wanted);
        EXPECT_EQ(out.at("codes").at("rows").get_int64(), 2);
        EXPECT_TRUE(out.at("codes").at("object").at("key").get_string().starts_with("dataset/"));
    }
    EXPECT_TRUE(outputs(std::string(head) + "a,x,1,,1.1\n").at("codes").is_null());
}

TEST_F(PrepareTask, AnItemStaysOnItsSideOfTheSplitWhateverElseIsInTheData) {
    const auto item = [](int i) {
        const std::string number = std::to_string(i);
        std::string word;
        for (const char digit : number) {
            word += static_cast<char>('a' + digit - '0');
        }
        return number + ",device " + word + " of its own kind,1,,5.1\n";
    };
    std::string first = head;
    std::string second = head;
    for (int i = 0; i < 1000; ++i) {
        first += item(i);
        second += i % 3 == 0 ? "" : item(1999 - i);
    }
    const auto sides = [&](const std::string& csv) {
        const auto out = outputs(csv, {{"twins_apart", false}});
        std::map<std::string, std::string> of;
        for (const char* side : {"train", "holdout"}) {
            for (const auto& row : rows_of(out.at(side))) {
                of[row[0]] = side;
            }
        }
        return of;
    };
    const auto whole = sides(first + second.substr(std::string(head).size()));
    const auto once = sides(first);
    EXPECT_EQ(once.size(), 1001U);
    for (const auto& [id, side] : once) {
        EXPECT_EQ(whole.at(id), side) << id;
    }
    const auto held = std::count_if(once.begin(), once.end(), [](const auto& entry) { return entry.second == "holdout"; });
    EXPECT_GT(held, 150);
    EXPECT_LT(held, 250);
}

TEST_F(PrepareTask, TwinsAreNeverOnBothSides) {
    // A hundred kinds of goods, each entered four times: another case, order of words, size.
    std::string csv = head;
    for (int i = 0; i < 100; ++i) {
        const std::string kind = "kind" + std::string(1, static_cast<char>('a' + i % 26)) + std::string(1, static_cast<char>('a' + i / 26));
        const std::string number = std::to_string(i);
        csv += number + "a," + kind + " Kettle steel,1,,5.1\n";
        csv += number + "b,KETTLE " + kind + " Steel!,2,,5.1\n";
        csv += number + "c,\"" + kind + " kettle, steel 1.7L\",3,Bosch,5.1\n";
        csv += number + "d,steel kettle kettle 220V " + kind + ",,,5.1\n";
    }
    const auto out = outputs(csv);
    std::map<std::string, std::set<std::string>> sides;
    for (const char* side : {"train", "holdout"}) {
        for (const auto& row : rows_of(out.at(side))) {
            sides[row[0].substr(0, row[0].size() - 1)].insert(side);
        }
    }
    sides.erase("item_i");
    for (const auto& [kind, of] : sides) {
        EXPECT_EQ(of.size(), 1U) << kind;
    }
    EXPECT_GT(out.at("holdout").at("rows").get_int64(), 0);
}

TEST_F(PrepareTask, AHeldOutRowThatSaysNearlyWhatATrainingRowSaysJudgesNothing) {
    const std::string story = "Stainless steel electric kettle with automatic switch off and removable filter for the kitchen of ";
    std::string csv = head;
    for (int i = 0; i < 100; ++i) {
        const std::string place{static_cast<char>('a' + i % 26), static_cast<char>('a' + i / 26)};
        csv += std::to_string(i) + "," + story + place + ",1,,5.1\n";
    }
    const auto out = outputs(csv);
    EXPECT_GT(out.at("twins").get_int64(), 10);
    EXPECT_LE(out.at("holdout").at("rows").get_int64(), 2);
    EXPECT_EQ(out.at("twins"), out.at("quarantine").at("reasons").at("near_twin_in_training"));
    EXPECT_EQ(
        out.at("train").at("rows").get_int64() + out.at("holdout").at("rows").get_int64() + out.at("twins").get_int64(), 100
    );
    const auto kept = outputs(csv, {{"twins_apart", false}});
    EXPECT_EQ(kept.at("twins").get_int64(), 0);
    EXPECT_EQ(kept.at("train").at("rows").get_int64() + kept.at("holdout").at("rows").get_int64(), 100);
}

TEST_F(PrepareTask, WhatPeopleDecidedInReviewIsLearnedFromAndNeverJudges) {
    std::string csv = head;
    for (int i = 0; i < 300; ++i) {
        const std::string word{static_cast<char>('a' + i % 26), static_cast<char>('a' + i / 26), static_cast<char>('a' + i % 7)};
        csv += std::to_string(i) + ",device " + word + " of its own kind,1,,5.1\n";
    }
    const auto before = outputs(csv, {{"twins_apart", false}});
    EXPECT_EQ(before.at("reviewed").get_int64(), 0);
    const auto judged = rows_of(before.at("holdout"));
    ASSERT_GT(judged.size(), 20U);
    // People decided about items of the holdout: one by its id, one whose twin has another id, one that nobody knew, one of a code that has ended.
    std::string labels = "item_id,title,brand,code,weight_kg,reviewed_by\n";
    labels += judged[1][0] + "," + judged[1][1] + ",Acme,7.1,2,anna\n";
    labels += "twin," + judged[2][1] + ",,7.1,2,anna\n";
    labels += "new,never seen before,,7.2,2,anna\n";
    labels += "old,also never seen,,0.9,2,anna\n";
    const auto codes = csv::to_json(bench_.store_csv("code,title\n5.1,a\n7.1,b\n7.2,c\n", 3));
    const auto out = outputs(
        csv, {{"twins_apart", false}, {"codes", codes}, {"labels", csv::to_json(bench_.store_csv(labels, 4, "dataset"))}}
    );
    EXPECT_EQ(out.at("reviewed").get_int64(), 3);
    EXPECT_EQ(out.at("quarantine").at("reasons").at("unknown_label").get_int64(), 1);
    EXPECT_EQ(out.at("quarantine").at("reasons").at("decided_in_review").get_int64(), 1);
    std::map<std::string, std::vector<std::string>> learned;
    for (const auto& row : rows_of(out.at("train"))) {
        EXPECT_TRUE(learned.emplace(row[0], row).second) << row[0] << " is learned from twice";
    }
    EXPECT_EQ(learned.at(judged[1][0]), (std::vector<std::string>{judged[1][0], judged[1][1], "2", "Acme", "7.1"}));
    EXPECT_EQ(learned.at("new").back(), "7.2");
    EXPECT_TRUE(learned.contains(judged[2][0])) << "a twin of what people decided judges nothing either";
    std::set<std::string> judges;
    for (const auto& row : rows_of(out.at("holdout"))) {
        judges.insert(row[0]);
    }
    for (const std::string& id : {judged[1][0], judged[2][0], std::string("twin"), std::string("new")}) {
        EXPECT_FALSE(judges.contains(id)) << id;
    }
    EXPECT_EQ(judges.size(), judged.size() - 2) << "everything else judges as it did";
}

TEST_F(PrepareTask, WhatProgramsSentIsLearnedFromJudgesNothingAndGivesWayToWhatPeopleDecided) {
    std::string csv = head;
    for (int i = 0; i < 300; ++i) {
        const std::string word{static_cast<char>('a' + i % 26), static_cast<char>('a' + i / 26), static_cast<char>('a' + i % 7)};
        csv += std::to_string(i) + ",device " + word + " of its own kind,1,,5.1\n";
    }
    const auto before = outputs(csv, {{"twins_apart", false}});
    EXPECT_EQ(before.at("sampled").get_int64(), 0);
    const auto judged = rows_of(before.at("holdout"));
    ASSERT_GT(judged.size(), 20U);
    const std::string labels = "item_id,title,brand,code,weight_kg\n" + judged[1][0] + "," + judged[1][1] + ",,7.1,2\n";
    // One that people decided, one of the holdout by its words, one that nobody knew, one whose number is none.
    const std::string samples = "item_id,title,brand,code,weight_kg,sampled_by\n" + judged[1][0] + "," + judged[1][1] + ",,9.9,2,shop\n" +
                                "twin," + judged[2][1] + ",,7.1,2,shop\n" + "new,never seen before,Acme,7.2,2,shop\n" + "bad,never seen either,,7.2,heavy,shop\n" +
                                judged[3][0] + "," + judged[3][1] + ",,7.3,2,shop\n";
    const auto out = outputs(
        csv, {{"twins_apart", false},
              {"labels", csv::to_json(bench_.store_csv(labels, 1, "dataset"))},
              {"samples", csv::to_json(bench_.store_csv(samples, 5, "dataset"))}}
    );
    EXPECT_EQ(out.at("reviewed").get_int64(), 1);
    EXPECT_EQ(out.at("sampled").get_int64(), 3);
    EXPECT_EQ(out.at("quarantine").at("reasons").at("decided_in_review").get_int64(), 2);
    EXPECT_EQ(out.at("quarantine").at("reasons").at("sent_as_sample").get_int64(), 1);
    EXPECT_EQ(out.at("quarantine").at("reasons").at("not_a_number:weight_kg").get_int64(), 1);
    std::map<std::string, std::vector<std::string>> learned;
    for (const auto& row : rows_of(out.at("train"))) {
        EXPECT_TRUE(learned.emplace(row[0], row).second) << row[0] << " is learned from twice";
    }
    EXPECT_EQ(learned.at(judged[1][0]).back(), "7.1") << "what people decided";
    EXPECT_EQ(learned.at(judged[3][0]).back(), "7.3");
    EXPECT_EQ(learned.at("new"), (std::vector<std::string>{"new", "never seen before", "2", "Acme", "7.2"}));
    EXPECT_TRUE(learned.contains(judged[2][0])) << "a twin of a sample judges nothing either";
    std::set<std::string> judges;
    for (const auto& row : rows_of(out.at("holdout"))) {
        judges.insert(row[0]);
    }
    EXPECT_EQ(judges.size(), judged.size() - 3) << "everything else judges as it did";
}

TEST_F(PrepareTask, AMissingColumnIsNamedBesideThoseThatExist) {
    const auto outcome = run("item_id,name,weight_kg,brand,code\n");
    const auto& failed = std::get<sdk::Failed>(outcome);
    EXPECT_EQ(failed.kind, sdk::FailureClass::Config);
    EXPECT_NE(failed.reason.find("\"title\""), std::string::npos);
    EXPECT_NE(failed.reason.find("name, weight_kg"), std::string::npos);
}

TEST_F(PrepareTask, UnlabelledItemsKeepAllColumnsAndNeedNoLabel) {
    const auto out = outputs(test::catalogue_csv({.rows = 50, .labelled = false}), {{"labelled", false}});
    EXPECT_EQ(out.at("items").at("rows").get_int64(), 50);
    const auto rows = rows_of(out.at("items"));
    EXPECT_EQ(rows[0], (std::vector<std::string>{"item_id", "title", "weight_kg", "units", "brand"}));
    EXPECT_TRUE(out.at("usable").get_bool());
}

TEST_F(PrepareTask, NoRowsAtAllAreNotUsableAndNoCrash) {
    const auto out = outputs(head);
    EXPECT_FALSE(out.at("usable").get_bool());
    EXPECT_EQ(out.at("rows").get_int64(), 0);
    EXPECT_FALSE(outputs("item_id,title,weight_kg,brand\n", {{"labelled", false}}).at("usable").get_bool());
}

TEST_F(PrepareTask, RegistersBothPartsWithTheirRows) {
    const auto outcome = run(test::catalogue_csv({.rows = 100}));
    const auto& done = std::get<sdk::Succeeded>(outcome);
    ASSERT_EQ(done.effects.size(), 2U);
    const auto& train = std::get<sdk::DatasetRegistered>(done.effects[0]);
    const auto& holdout = std::get<sdk::DatasetRegistered>(done.effects[1]);
    EXPECT_EQ(train.kind, "train");
    EXPECT_EQ(holdout.kind, "holdout");
    EXPECT_EQ(train.rows + holdout.rows + holdout.quarantined, 100);
}

TEST_F(PrepareTask, AStopEndsIt) {
    bench_.stop_.request_stop();
    EXPECT_TRUE(std::holds_alternative<sdk::Interrupted>(run(test::catalogue_csv({.rows = 3000}))));
}

TEST_F(PrepareTask, ASchemaThatMakesNoSenseIsAConfigFault) {
    for (const char* schema :
         {R"(5)", R"({"text":["title"]})", R"({"id":"item_id"})", R"({"id":"item_id","text":["item_id"]})",
          R"({"id":"item_id","text":"title"})", R"({"id":"item_id","texts":["title"]})"}) {
        const auto outcome = run(head, {{"schema", boost::json::parse(schema)}});
        EXPECT_EQ(std::get<sdk::Failed>(outcome).kind, sdk::FailureClass::Config) << schema;
    }
}

TEST(IdSet, KnowsWhatItHasSeenAsItGrows) {
    IdSet ids;
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        ASSERT_TRUE(ids.insert(i * i + 1));
    }
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        ASSERT_FALSE(ids.insert(i * i + 1));
        ASSERT_TRUE(ids.contains(i * i + 1));
        ASSERT_FALSE(ids.contains(i * i + 1 + (std::uint64_t{1} << 60U)));
    }
}

TEST(ParseNumber, TakesNumbersAndNothingElse) {
    double value = 0;
    EXPECT_TRUE(ml::parse_number(" 1.5 ", value) && value == 1.5);
    EXPECT_TRUE(ml::parse_number("+2e3", value) && value == 2000);
    EXPECT_TRUE(ml::parse_number("-0", value));
    EXPECT_TRUE(ml::parse_number("  ", value) && value != value);
    for (const char* text : {"1,5", "nan", "inf", "-inf", "1e999", "0x10", "1 2", "one", "+-1", "--1"}) {
        EXPECT_FALSE(ml::parse_number(text, value)) << text;
    }
}

TEST_F(PrepareTask, LabelsOfOlderListsGoWhereTheCrosswalkPutsThemOrIntoQuarantine) {
    const auto codes = csv::to_json(bench_.store_csv("code,title\nR,x\nM,x\ns1,x\ns2,x\nt1,x\nt2,x\nkept,x\nswapped,x\nreborn,x\npart,x\n", 10));
    const auto crosswalk = csv::to_json(bench_.store_csv(
        "effective_from,from,to,kind,weight\n2026-01-01,first,old,rename,1\n2027-01-01,old,R,rename,1\n2027-01-01,m,M,merge,1\n2027-01-01,s,s1,split,0.8\n"
        "2027-01-01,s,s2,split,0.2\n2027-01-01,t,t1,split,0.7\n2027-01-01,t,t2,split,0.3\n2027-01-01,e,,end,1\n2027-01-01,swapped,M,merge,1\n2027-01-01,reborn,,end,1\n"
        "2027-01-01,part,part,split,0.9\n2027-01-01,part,s2,split,0.1\n2027-01-01,away,gone,rename,1\n", 13));
    std::string rows = head;
    int n = 0;
    for (const char* label : {"first", "old", "m", "M", "s", "t", "e", "kept", " KEPT ", "swapped", "reborn", "part", "away", "never"}) {
        ++n;
        rows += std::to_string(n) + ",x" + std::to_string(n) + ",1,," + label + "\n";
    }
    const auto out = outputs(rows, {{"codes", codes}, {"crosswalk", crosswalk}, {"holdout", 0.0}, {"list", JsonObject{{"source", "imported"}, {"version", 2}}}});
    std::vector<std::string> learned;
    for (const auto& row : rows_of(out.at("train"))) {
        learned.push_back(row[0] + " " + row[4]);
    }
    EXPECT_EQ(learned, (std::vector<std::string>{"item_id code", "1 R", "2 R", "3 M", "4 M", "5 s1", "8 kept", "9 kept", "12 part"}));
    EXPECT_EQ(out.at("moved").get_int64(), 3) << "m and M differ in case alone";
    EXPECT_EQ(out.at("quarantine").at("reasons"),
              Json(JsonObject{{"code_reused", 2}, {"ended_code", 1}, {"split_code", 1}, {"unknown_label", 2}}));
    EXPECT_EQ(out.at("list").at("version"), 2);
    EXPECT_EQ(out.at("list").at("codes"), 10);
    EXPECT_EQ(out.at("list").at("codes_sha256").get_string().size(), 64U);
    EXPECT_EQ(rows_of(out.at("crosswalk")).size(), 14U);
    EXPECT_TRUE(out.at("crosswalk").at("object").at("key").get_string().starts_with("dataset/"));
    const auto lower = outputs(rows, {{"codes", codes}, {"crosswalk", crosswalk}, {"holdout", 0.0}, {"split_share", 0.7}});
    EXPECT_FALSE(lower.at("quarantine").at("reasons").get_object().contains("split_code"));
    EXPECT_EQ(lower.at("list").at("source"), "given");
    EXPECT_EQ(lower.at("list").at("codes_sha256"), out.at("list").at("codes_sha256"));
}

TEST_F(PrepareTask, ALabelWhoseMonthIsKnownIsMovedByWhatCameAfterItAlone) {
    const auto codes = csv::to_json(bench_.store_csv("code,title\n1,x\n2,x\ns,x\ns2,x\n", 4));
    const auto crosswalk = csv::to_json(bench_.store_csv(
        "effective_from,from,to,kind,weight\n2027-01-01,1,2,rename,1\n2027-01-01,2,1,rename,1\n2027-01-01,s,s,split,0.5\n2027-01-01,s,s2,split,0.5\n", 4));
    const auto out = outputs(
        "item_id,title,weight_kg,brand,code,coded_for\na,xa,1,,1,2026-12\nb,xb,1,,1,2027-01\nc,xc,1,,1,\nd,xd,1,,s,2026-12\ne,xe,1,,s,2027-02\nf,xf,1,,1,December\n",
        {{"codes", codes}, {"crosswalk", crosswalk}, {"holdout", 0.0}});
    std::vector<std::string> learned;
    for (const auto& row : rows_of(out.at("train"))) {
        learned.push_back(row[0] + " " + row[4]);
    }
    EXPECT_EQ(learned, (std::vector<std::string>{"item_id code", "a 2", "b 1", "e s"}));
    EXPECT_EQ(out.at("quarantine").at("reasons"), Json(JsonObject{{"code_reused", 1}, {"not_a_month:coded_for", 1}, {"split_code", 1}}));
}

}  // namespace
}  // namespace kontor::tasks::dataset
