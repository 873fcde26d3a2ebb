#include "http/model_card.hpp"

#include <gtest/gtest.h>

namespace kontor::http {
namespace {

constexpr const char* facts = R"({
    "model": {"id": "m-17", "country": "DE", "family": "linear", "created_at": "2026-11-02T01:00:00Z", "params": {"c": 1.0},
              "object": {"key": "model/train/1/DE/choose.1.model", "sha256": "ab12", "bytes": 5},
              "metrics": {"macro_f1": 0.5, "importances": [{"feature": "title: <b>akku</b>", "share": 0.25}],
                          "code_list": {"codes": 17, "period": "2026-11", "source": "warehouse"}}},
    "made_by": {"run": 1, "workflow": "train", "hash": "cd34", "schema": {"id": "item_id"}, "seed": 1},
    "data": {"rows": 98, "classes": 3, "train": 78, "holdout": 20, "quarantined": 2, "reasons": {"duplicate_id": 2}},
    "judged": {"at": "2026-11-02T01:05:00Z", "run": 2, "rows": 35, "metrics": {"accuracy": 0.8, "macro_f1": 0.7196969},
               "codes": ["2.02", "3.01", "4.01", "other"], "counts": [[20, 0, 0, 0], [0, 10, 2, 0], [1, 1, 0, 0], [0, 0, 0, 1]]},
    "in_force": [{"from": "2026-11-02T01:06:00Z", "to": null, "run": 2, "reason": "it is the first model of DE", "gain": null, "p_value": null}]})";

Json parsed(std::string_view text) { return json_from_text(text).value(); }

std::vector<std::string> sentences(const JsonObject& card) {
    std::vector<std::string> found;
    for (const Json& each : card.at("beware").get_array()) {
        found.emplace_back(each.get_string());
    }
    return found;
}

TEST(ModelCard, CountsByCodeFromTheConfusion) {
    const JsonObject card = model_card(parsed(facts));
    const JsonArray& codes = card.at("codes").get_array();
    ASSERT_EQ(codes.size(), 4U);
    EXPECT_EQ(
        codes[1], (Json{{"code", "3.01"}, {"rows", 12}, {"predicted", 11}, {"right", 10}, {"precision", 10.0 / 11}, {"recall", 10.0 / 12},
                        {"f1", 20.0 / 23}})
    );
    EXPECT_EQ(codes[2].at("precision"), Json(0.0));
    EXPECT_FALSE(card.at("judged").get_object().contains("counts"));
}

TEST(ModelCard, ACodeWithoutRowsOrPredictionsHasNoShareOfThem) {
    const JsonObject card = model_card(parsed(R"({"judged": {"codes": ["1", "2"], "counts": [[0, 3], [0, 0]]}})"));
    const JsonArray& codes = card.at("codes").get_array();
    EXPECT_TRUE(codes[0].at("precision").is_null()) << "never given";
    EXPECT_EQ(codes[0].at("recall"), Json(0.0));
    EXPECT_TRUE(codes[1].at("recall").is_null()) << "no row of it";
}

TEST(ModelCard, SaysWhatToBewareOf) {
    EXPECT_EQ(
        sentences(model_card(parsed(facts))),
        (std::vector<std::string>{
            "The figures of 1 code with fewer than 10 held-out rows say little.", "None of the held-out rows of 1 code was given its code."})
    );
    EXPECT_EQ(
        sentences(model_card(parsed(R"({"model": {"id": "m-1", "metrics": {}}, "judged": null, "data": null})"))),
        (std::vector<std::string>{
            "It was never judged on held-out rows: its figures are those of its own trial.",
            "It is bound to no code list: nothing says which law its codes are of.",
            "What it learned from is not known here: the run that made it is gone, or prepared its rows otherwise."})
    );
}

TEST(ModelCard, OfAModelFromElsewhereClaimsNothingOfItsLearning) {
    Json told = parsed(facts);
    told.at("model").at("metrics").get_object()["imported"] = JsonObject{{"file", "DE/models/a.tar"}, {"sha256", "cd"}};
    told.get_object()["data"] = JsonObject{{"holdout", 20}};
    const JsonObject card = model_card(told);
    EXPECT_EQ(
        sentences(card).front(), "It was made elsewhere: what it learned from, and whether the rows that judge it were among it, is not known here."
    );
    const std::string page = card_page(card);
    EXPECT_NE(page.find("came as the file DE/models/a.tar (SHA-256 cd)"), std::string::npos);
    EXPECT_NE(page.find("Brought in at"), std::string::npos);
    for (const char* claim : {"Learned", "Labelled rows", "that neither learning"}) {
        EXPECT_EQ(page.find(claim), std::string::npos) << claim;
    }
}

TEST(ModelCard, ThePageEscapesEveryTextAndAsksForNothing) {
    const std::string page = card_page(model_card(parsed(facts)));
    EXPECT_NE(page.find("<title>Model card: m-17, DE</title>"), std::string::npos);
    EXPECT_NE(page.find("title: &lt;b&gt;akku&lt;/b&gt;"), std::string::npos);
    EXPECT_NE(page.find("<td>3.01</td><td class=\"n\">12</td>"), std::string::npos);
    EXPECT_NE(page.find("it is the first model of DE"), std::string::npos);
    EXPECT_NE(page.find("<td>duplicate_id: 2</td>"), std::string::npos);
    EXPECT_NE(page.find("2026-11-02 01:05:00 UTC"), std::string::npos);
    for (const char* banned : {"<b>", "<script", "http://", "https://", "url(", "<link", "<img"}) {
        EXPECT_EQ(page.find(banned), std::string::npos) << banned;
    }
}

TEST(ModelCard, ThePageOfAModelOfWhichLittleIsKnownIsWhole) {
    const std::string page = card_page(model_card(parsed("{}")));
    EXPECT_NE(page.find("Not yet."), std::string::npos);
    EXPECT_NE(page.find("Never."), std::string::npos);
    EXPECT_TRUE(page.ends_with("</body></html>\n"));
}

}  // namespace
}  // namespace kontor::http
