// The watched folder: which files are offered when, and what is said of them. The engine is a map of what is in force.
#include "app/folder_watch.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/sha256.hpp"
#include "support/temporary_folder.hpp"

namespace kontor::app {
namespace {

namespace fs = std::filesystem;

// A text is "NAME rest"; one that begins with '!' is no workflow.
engine::Parsed parse(std::string_view text) {
    if (text.starts_with('!')) {
        return {nullptr, invalid("workflow", "no workflow")};
    }
    auto made = std::make_shared<core::dag::Workflow>();
    made->name = std::string(text.substr(0, text.find(' ')));
    made->hash = sha256_hex(text);
    return {made, {}};
}

class Folder : public ::testing::Test {
 protected:
    void write(const std::string& name, const std::string& text) {
        std::ofstream(folder_.path() / name) << text;
        // Two writes within one tick of the file system's clock would look alike.
        fs::last_write_time(folder_.path() / name, fs::file_time_type(std::chrono::seconds(++writes_)));
    }
    void look(std::chrono::seconds later = std::chrono::seconds(1), bool first = false) {
        now_ += later;
        looked_ = watch_.look(now_, first);
    }
    std::string state(const std::string& name) const { return of(name, "state"); }
    std::string of(const std::string& name, const char* what) const {
        const Json told = watch_.told();
        for (const Json& each : told.at("files").as_array()) {
            if (text_member(each, "file") == name) {
                return text_member(each, what);
            }
        }
        return "none";
    }
    // As the conductor does it.
    Result<engine::Reply> deploy(const engine::DeployRequest& wanted) {
        ++asked_;
        if (answer_) {
            return *answer_;
        }
        if (offered_[wanted.name] != wanted.offered) {
            offered_[wanted.name] = in_force_[wanted.name] = wanted.offered;
        }
        const std::string& used = in_force_[wanted.name];
        return engine::Reply{200, to_text(JsonObject{{"name", wanted.name}, {"in_force", used.empty() ? Json() : Json(used)}})};
    }

    test::TemporaryFolder folder_;
    std::map<std::string, std::string> offered_, in_force_;
    std::optional<Error> answer_;
    int asked_ = 0;
    int writes_ = 0;
    Instant now_{std::chrono::hours(1)};
    Result<void> looked_;
    FolderWatch watch_{folder_.path().string(), parse, [this](engine::DeployRequest wanted) { return deploy(wanted); }};
};

TEST_F(Folder, DeploysWhatItHoldsAtFirstAndWhatChangesOnceItHasSettled) {
    write("a.yaml", "a 1");
    write("b.yml", "b 1");
    write("notes.txt", "c 1");
    look({}, true);
    EXPECT_TRUE(looked_);
    EXPECT_EQ(state("a.yaml"), "in_force");
    EXPECT_EQ(in_force_.size(), 2U);
    EXPECT_EQ(in_force_["b"], sha256_hex("b 1"));
    write("a.yaml", "a 2, half of it");
    look();
    EXPECT_EQ(state("a.yaml"), "waits");
    EXPECT_EQ(in_force_["a"], sha256_hex("a 1")) << "it may still be written";
    write("a.yaml", "a 2");
    look();
    EXPECT_EQ(in_force_["a"], sha256_hex("a 1"));
    look();
    EXPECT_EQ(in_force_["a"], sha256_hex("a 2"));
    EXPECT_EQ(state("a.yaml"), "in_force");
    const int asked = asked_;
    look();
    EXPECT_EQ(asked_, asked) << "nothing has changed";
}

TEST_F(Folder, SaysWhyAFileIsRefusedAndForgetsItOnceItIsMended) {
    write("a.yaml", "!");
    write("b.yaml", "b 1");
    look({}, true);
    EXPECT_EQ(state("a.yaml"), "refused");
    EXPECT_EQ(of("a.yaml", "sentence"), "workflow: no workflow");
    EXPECT_EQ(state("b.yaml"), "in_force") << "one broken file keeps no other back";
    write("a.yaml", "a 1");
    look();
    look();
    EXPECT_EQ(state("a.yaml"), "in_force");
    EXPECT_EQ(of("a.yaml", "sentence"), "");
    fs::remove(folder_.path() / "a.yaml");
    look();
    EXPECT_EQ(state("a.yaml"), "none");
    EXPECT_EQ(in_force_["a"], sha256_hex("a 1")) << "what is gone retires nothing";
}

TEST_F(Folder, WhatWasDeployedOrRetiredByHandSinceStays) {
    write("a.yaml", "a 1");
    write("b.yaml", "b 1");
    look({}, true);
    in_force_["a"] = sha256_hex("a 2");
    in_force_["b"] = "";
    look(FolderWatch::again);
    EXPECT_EQ(state("a.yaml"), "superseded");
    EXPECT_EQ(of("a.yaml", "sentence"), "version " + sha256_hex("a 2").substr(0, 12) + " was deployed since this file was: deploy it by hand, or change it, to bring it back");
    EXPECT_EQ(of("b.yaml", "sentence"), "it was retired since this file was: deploy it by hand, or change it, to bring it back");
    FolderWatch after_a_restart(folder_.path().string(), parse, [this](engine::DeployRequest wanted) { return deploy(wanted); });
    EXPECT_TRUE(after_a_restart.look(now_, true));
    EXPECT_EQ(in_force_["a"], sha256_hex("a 2"));
    EXPECT_EQ(in_force_["b"], "");
    write("b.yaml", "b 2");
    look();
    look();
    EXPECT_EQ(in_force_["b"], sha256_hex("b 2"));
}

TEST_F(Folder, TwoFilesOfOneWorkflowAreBothRefused) {
    write("a.yaml", "a 1");
    look({}, true);
    write("z.yaml", "a 2");
    look();
    look(FolderWatch::again);
    look(FolderWatch::again);
    EXPECT_EQ(state("a.yaml"), "refused");
    EXPECT_EQ(of("z.yaml", "sentence"), "workflow 'a' is defined by a.yaml as well, and what is in force stays: remove one of them");
    EXPECT_EQ(in_force_["a"], sha256_hex("a 1"));
    fs::remove(folder_.path() / "a.yaml");
    look(FolderWatch::again);
    EXPECT_EQ(state("z.yaml"), "in_force");
}

TEST_F(Folder, WhatWaitingWorkForbidsIsOfferedAgain) {
    write("a.yaml", "a 1");
    answer_ = conflict("deploy", "3 events wait");
    look({}, true);
    EXPECT_TRUE(looked_);
    EXPECT_EQ(state("a.yaml"), "refused");
    answer_.reset();
    look();
    EXPECT_EQ(state("a.yaml"), "refused") << "not every second";
    look(FolderWatch::again);
    EXPECT_EQ(state("a.yaml"), "in_force");
}

TEST_F(Folder, AnEngineThatCannotTakeItIsNoFaultOfTheFile) {
    write("a.yaml", "a 1");
    answer_ = Error{ErrorKind::Unavailable, "engine", "the database is away", {}};
    look({}, true);
    ASSERT_FALSE(looked_);
    EXPECT_EQ(looked_.error().kind, ErrorKind::Unavailable);
    EXPECT_EQ(state("a.yaml"), "waits");
}

TEST_F(Folder, AFolderThatCannotBeReadIsSaidAndWhatItHeldStays) {
    write("a.yaml", "a 1");
    look({}, true);
    fs::rename(folder_.path(), folder_.path().string() + "-moved");
    look();
    EXPECT_TRUE(text_member(watch_.told(), "fault").starts_with("the folder " + folder_.path().string() + " cannot be read: "));
    EXPECT_EQ(state("a.yaml"), "in_force");
    fs::rename(folder_.path().string() + "-moved", folder_.path());
    look();
    EXPECT_TRUE(member(watch_.told(), "fault")->is_null());
}

TEST_F(Folder, AFileThatIsTooLargeOrALinkToNowhereIsNotRead) {
    write("large.yaml", std::string(2'000'000, 'x'));
    fs::create_symlink("nowhere", folder_.path() / "gone.yaml");
    look({}, true);
    EXPECT_EQ(of("large.yaml", "sentence"), "it has 2000000 bytes, and a workflow at most 1048576");
    EXPECT_EQ(state("gone.yaml"), "none");
    EXPECT_EQ(asked_, 0);
}

}  // namespace
}  // namespace kontor::app
