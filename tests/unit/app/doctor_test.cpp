// What the doctor says of the disk and the keys, and which state is the gravest.
#include "app/doctor.hpp"

#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace kontor::app {
namespace {

class SomeKeys final : public ports::Keys {
 public:
    explicit SomeKeys(Result<Json> told) : told_(std::move(told)) {}
    Result<Json> list() override { return told_; }
    Result<Json> rotate(const std::string& /*scope*/, const std::string& /*country*/) override { return Json(); }

 private:
    Result<Json> told_;
};

std::string keys_state(Json rotation) {
    SomeKeys keys{Result<Json>(JsonObject{{"items", JsonArray{}}, {"rotation", std::move(rotation)}})};
    return text_member(keys_check(keys), "state");
}

TEST(Doctor, SaysWhichWorkflowFilesAreNotDeployed) {
    const auto state = [](Json fault, const char* of_file) {
        const Json told = JsonObject{{"fault", std::move(fault)}, {"files", JsonArray{JsonObject{{"file", "a.yaml"}, {"state", of_file}}}}};
        return text_member(workflows_check(told), "state");
    };
    EXPECT_EQ(state(Json(), "in_force"), "ok");
    EXPECT_EQ(state(Json(), "superseded"), "ok");
    EXPECT_EQ(state(Json(), "refused"), "warn");
    EXPECT_EQ(state("the folder cannot be read", "in_force"), "warn");
}

TEST(Doctor, SaysWhenLittleOfTheDiskIsFree) {
    const test::TemporaryFolder folder;
    const auto state = [&](double warns, double fails) { return text_member(disk_check(folder.path().string(), warns, fails), "state"); };
    // No disk is more than wholly free.
    EXPECT_EQ(state(2, -1), "warn");
    EXPECT_EQ(state(2, 2), "fail");
    EXPECT_EQ(state(-1, -1), "ok");
    EXPECT_EQ(text_member(disk_check((folder.path() / "gone").string(), -1, -1), "state"), "fail");
}

TEST(Doctor, SaysWhenARotationOfKeysIsNotFinished) {
    EXPECT_EQ(keys_state(nullptr), "ok");
    EXPECT_EQ(keys_state(JsonObject{{"failed", 0}, {"running", false}}), "ok");
    EXPECT_EQ(keys_state(JsonObject{{"failed", 0}, {"running", true}}), "warn");
    EXPECT_EQ(keys_state(JsonObject{{"failed", 2}, {"running", false}}), "warn");
    SomeKeys unreadable{invalid("keys", "keys.json is not there")};
    EXPECT_EQ(text_member(keys_check(unreadable), "state"), "fail");
}

TEST(Doctor, TheGravestCheckCounts) {
    const auto state = [](std::initializer_list<const char*> states) {
        JsonArray checks;
        for (const char* each : states) {
            checks.emplace_back(JsonObject{{"state", each}});
        }
        return state_of(checks);
    };
    EXPECT_EQ(state({}), "ok");
    EXPECT_EQ(state({"ok", "warn", "ok"}), "warn");
    EXPECT_EQ(state({"fail", "warn"}), "fail");
    EXPECT_EQ(state({"warn", "fail", "ok"}), "fail");
}

}  // namespace
}  // namespace kontor::app
