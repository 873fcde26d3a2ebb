#include "objects/grants.hpp"

#include "store_room.hpp"

namespace kontor::objects {
namespace {

Grants configured(const std::string& text) {
    const Result<Grants> grants = Grants::from_json(json_from_text(text).value());
    EXPECT_TRUE(grants) << describe(grants.error());
    return grants.value();
}

TEST(Grants, BuiltInRolesMayDoWhatTheirTaskNeedsAndNoMore) {
    const Grants grants = Grants::built_in();
    EXPECT_TRUE(grants.allows("extractor", Action::Encrypt, "raw", "DE"));
    EXPECT_FALSE(grants.allows("extractor", Action::Decrypt, "raw", "DE"));
    EXPECT_TRUE(grants.allows("preparer", Action::Encrypt, "quarantine", "FR"));
    EXPECT_FALSE(grants.allows("preparer", Action::Decrypt, "quarantine", "FR"));
    EXPECT_TRUE(grants.allows("inspector", Action::Decrypt, "quarantine", "FR"));
    EXPECT_FALSE(grants.allows("inspector", Action::Decrypt, "raw", "FR"));
    // Rows without a country never reach a country's own quarantine.
    EXPECT_TRUE(grants.allows("extractor", Action::Encrypt, "quarantine", "all"));
    // Held-out rows are prepared once more when `infer` classifies them for an evaluation.
    EXPECT_TRUE(grants.allows("preparer", Action::Decrypt, "dataset", "FR"));
    EXPECT_FALSE(grants.allows("trainer", Action::Decrypt, "raw", "DE"));
    EXPECT_TRUE(grants.allows("trainer", Action::Decrypt, "model", "DE"));
    EXPECT_FALSE(grants.allows("predictor", Action::Encrypt, "model", "DE"));
    EXPECT_TRUE(grants.allows("evaluator", Action::Encrypt, "score", "DE"));
    EXPECT_FALSE(grants.allows("reporter", Action::Decrypt, "model", "DE"));
    // Items for review: texts of what was sold. Who writes the queue, who decides and who makes labels may read them, no task else.
    for (const char* role : {"registrar", "reviewer", "labeller"}) {
        EXPECT_TRUE(grants.allows(role, Action::Decrypt, "review", "DE")) << role;
        EXPECT_FALSE(grants.allows(role, Action::Decrypt, "raw", "DE")) << role;
    }
    EXPECT_TRUE(grants.allows("reporter", Action::Encrypt, "review", "DE"));
    EXPECT_FALSE(grants.allows("reporter", Action::Decrypt, "review", "DE"));
    EXPECT_FALSE(grants.allows("trainer", Action::Decrypt, "review", "DE"));
    EXPECT_TRUE(grants.allows("filer", Action::Encrypt, "report", "DE"));
    EXPECT_FALSE(grants.allows("filer", Action::Decrypt, "review", "DE"));
    // Samples that programs send: whoever takes them in cannot read what others sent.
    EXPECT_TRUE(grants.allows("collector", Action::Encrypt, "sample", "DE"));
    EXPECT_FALSE(grants.allows("collector", Action::Decrypt, "sample", "DE"));
    EXPECT_TRUE(grants.allows("labeller", Action::Decrypt, "sample", "DE"));
    EXPECT_FALSE(grants.allows("trainer", Action::Decrypt, "sample", "DE"));
    // Who reads what comes from outside sees nothing of what was sold.
    EXPECT_TRUE(grants.allows("importer", Action::Encrypt, "model", "DE"));
    EXPECT_FALSE(grants.allows("importer", Action::Decrypt, "raw", "DE"));
    EXPECT_FALSE(grants.allows("importer", Action::Decrypt, "model", "DE"));
    EXPECT_FALSE(grants.allows("", Action::Decrypt, "raw", "DE"));
    EXPECT_FALSE(grants.allows("nobody", Action::Decrypt, "raw", "DE"));
}

TEST(Grants, ARefusalNamesRoleActionScopeAndCountry) {
    const sdk::TaskFailure failure = failure_of([] { Grants::built_in().require("trainer", Action::Decrypt, "raw", "DE"); });
    EXPECT_EQ(failure.kind(), sdk::FailureClass::Config);
    EXPECT_EQ(
        failure.reason(), "the role 'trainer' may not decrypt 'raw' of country DE: grant it, or give the task another role"
    );
}

TEST(Grants, AConfiguredRoleReplacesTheBuiltInOneAndLeavesTheOthers) {
    const Grants grants =
        configured(R"({"roles": {"trainer": [{"action": "decrypt", "scope": "dataset", "countries": ["DE", "FR"]}]}})");
    EXPECT_TRUE(grants.allows("trainer", Action::Decrypt, "dataset", "DE"));
    EXPECT_FALSE(grants.allows("trainer", Action::Decrypt, "dataset", "PL"));
    EXPECT_FALSE(grants.allows("trainer", Action::Encrypt, "model", "DE"));
    EXPECT_TRUE(grants.allows("extractor", Action::Encrypt, "raw", "PL"));
}

TEST(Grants, EveryFaultOfTheConfigurationIsNamedByItsPointer) {
    const Result<Grants> grants = Grants::from_json(json_from_text(R"({"roles": {
        "a": 1,
        "b": [{"action": "open", "scope": "raw"}, {"action": "decrypt", "scope": "", "kountries": []}],
        "c": [{"action": "decrypt", "scope": "raw", "countries": []}, {"action": "decrypt", "scope": "raw", "countries": ["de"]}]}})").value());
    ASSERT_FALSE(grants);
    std::vector<std::string> pointers;
    for (const ErrorDetail& detail : grants.error().details) {
        pointers.push_back(detail.pointer);
    }
    EXPECT_EQ(
        pointers, (std::vector<std::string>{
                      "/roles/a", "/roles/b/0/action", "/roles/b/1/kountries", "/roles/b/1/scope", "/roles/c/0/countries",
                      "/roles/c/1/countries/0"})
    );
}

}  // namespace
}  // namespace kontor::objects
