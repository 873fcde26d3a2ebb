// Output forms, contexts, completion and manual pages, and the grid in a terminal.
#include "cli/complete.hpp"
#include "cli/contexts.hpp"
#include "cli/grid.hpp"
#include "cli/session.hpp"
#include "support/temporary_folder.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <map>

namespace kontor::cli {
namespace {

Json json(std::string_view text) { return json_from_text(text).value(); }

TEST(AsData, ListsGoItemByItem) {
    const Json list = json(R"({"items": [{"id": 7, "state": "running"}, {"id": 8, "state": "failed"}], "next": null})");
    EXPECT_EQ(as_data(Output::Ndjson, list), "{\"id\":7,\"state\":\"running\"}\n{\"id\":8,\"state\":\"failed\"}\n");
    EXPECT_EQ(as_data(Output::Id, list), "7\n8\n");
    EXPECT_EQ(as_data(Output::Id, json(R"({"items": [{"country": "DE", "model": "m-1"}]})")), "DE\n");
    EXPECT_EQ(as_data(Output::Id, json(R"({"items": []})")), "");
    EXPECT_EQ(as_data(Output::Ndjson, json(R"({"id": 7})")), "{\"id\":7}\n");
    EXPECT_EQ(as_data(Output::Table, list), std::nullopt);
}

TEST(AsData, YamlReadsBackAsTheSameValues) {
    const Json value = json(R"({"plain": "train", "looks": ["true", "null", "1.5", "0x1", "", " a", "no", "~", "a: b", "# c", "2026-11-01", "ü\n\"q\"\\", "-"],
        "number": 7, "share": 0.25, "yes": true, "nothing": null, "empty": {}, "none": [], "deep": [{"a": [1, 2]}]})");
    const std::string text = as_data(Output::Yaml, value).value();
    const YAML::Node read = YAML::Load(text);
    EXPECT_EQ(read["plain"].as<std::string>(), "train");
    std::size_t at = 0;
    for (const Json& look : value.at("looks").get_array()) {
        const YAML::Node node = read["looks"][at++];
        EXPECT_EQ(node.as<std::string>(), std::string(look.get_string())) << text;
        EXPECT_EQ(node.Tag(), "!") << "a text that looks like something else is quoted: " << node.as<std::string>();
    }
    EXPECT_EQ(read["number"].as<int>(), 7);
    EXPECT_EQ(read["share"].as<double>(), 0.25);
    EXPECT_TRUE(read["yes"].as<bool>());
    EXPECT_TRUE(read["nothing"].IsNull());
    EXPECT_EQ(read["yes"].Tag(), "?") << "no quotes, which would make a text of it";
    EXPECT_EQ(read["number"].Tag(), "?");
    EXPECT_TRUE(read["empty"].IsMap());
    EXPECT_TRUE(read["none"].IsSequence());
    EXPECT_EQ(read["deep"][0]["a"][1].as<int>(), 2);
}

Environment environment(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const char* name) {
        const auto found = values.find(name);
        return found == values.end() ? std::string() : found->second;
    };
}

TEST(Contexts, TheOneAskedForGoesBeforeTheEnvironmentAndThatBeforeTheCurrentOne) {
    const test::TemporaryFolder folder;
    const std::string home = folder.path().string();
    const Environment plain = environment({{"XDG_CONFIG_HOME", home}});
    EXPECT_FALSE(chosen_context("", plain).value().has_value());
    Contexts contexts{"prod", {{"prod", {"https://prod.example", "/etc/token"}}, {"test", {"http://127.0.0.1:9", ""}}}};
    ASSERT_TRUE(write_contexts(plain, contexts));
    EXPECT_EQ(chosen_context("", plain).value()->url, "https://prod.example");
    EXPECT_EQ(chosen_context("", plain).value()->token_file, "/etc/token");
    EXPECT_EQ(chosen_context("test", plain).value()->url, "http://127.0.0.1:9");
    EXPECT_EQ(chosen_context("", environment({{"XDG_CONFIG_HOME", home}, {"KONTOR_CONTEXT", "test"}})).value()->url, "http://127.0.0.1:9");
    const Environment elsewhere = environment({{"XDG_CONFIG_HOME", home}, {"KONTOR_URL", "http://other"}});
    EXPECT_FALSE(chosen_context("", elsewhere).value().has_value());
    EXPECT_EQ(chosen_context("prod", elsewhere).value()->url, "https://prod.example");
    EXPECT_EQ(chosen_context("prot", plain).error().message, "there is no context 'prot'; did you mean 'prod'?");
}

class Completion : public testing::Test {
  protected:
    Completion() {
        app_.fallthrough();
        app_.add_option("-o,--output", text_, "form")->check(CLI::IsMember({"table", "json"}));
        CLI::App* run = app_.add_subcommand("run", "Start a run");
        run->add_option("WORKFLOW", text_, "name");
        run->add_option("--country", text_, "country");
        run->add_flag("--wait", flag_, "wait");
        app_.add_subcommand("runs", "List runs")->add_subcommand("show", "Show one")->add_option("RUN", text_, "number");
        app_.add_subcommand("hidden", "not shown")->group("");
    }

    std::vector<std::string> words(const std::vector<std::string>& typed) {
        std::vector<std::string> found;
        for (const Candidate& candidate : complete(app_, typed, [this](const std::string& path) { return asked(path); })) {
            found.push_back(candidate.word);
        }
        return found;
    }

    Json asked(const std::string& path) {
        asked_.push_back(path);
        return path == "/v1/workflows" ? json(R"({"items": [{"name": "train", "title": "T"}, {"name": "infer", "title": "I"}]})")
               : path == "/v1/winners" ? json(R"({"items": [{"country": "DE"}, {"country": "FR"}]})")
               : path.starts_with("/v1/runs") ? json(R"({"items": [{"id": 17, "workflow": "train", "state": "running"}]})")
                                              : Json(nullptr);
    }

    CLI::App app_{"Test", "kontor"};
    std::string text_;
    bool flag_ = false;
    std::vector<std::string> asked_;
};

TEST_F(Completion, OffersWhatTheGrammarAndTheDaemonKnow) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(words({"r"}), (Words{"run", "runs"}));
    EXPECT_EQ(words({"hid"}), Words{});
    EXPECT_TRUE(asked_.empty()) << "no daemon is asked for what the grammar knows";
    EXPECT_EQ(words({"run", ""}), (Words{"train", "infer"}));
    EXPECT_EQ(words({"run", "tr"}), Words{"train"});
    EXPECT_EQ(words({"run", "train", "--w"}), Words{"--wait"});
    EXPECT_EQ(words({"run", "train", "--wait", "--country", ""}), (Words{"DE", "FR"}));
    EXPECT_EQ(words({"runs", "show", "1"}), Words{"17"});
    EXPECT_EQ(words({"-o", "j"}), Words{"json"});
    EXPECT_EQ(words({"runs", "-o", "json", "sh"}), Words{"show"});
    EXPECT_EQ(words({"run", "--output", ""}), (Words{"table", "json"}));
}

TEST_F(Completion, EveryShellHasItsScript) {
    for (const char* shell : {"bash", "zsh", "fish"}) {
        EXPECT_NE(completion_script(shell).find("kontor complete-words -- "), std::string::npos) << shell;
    }
    EXPECT_EQ(completion_script("tcsh"), "");
}

TEST_F(Completion, ManualPagesNameEveryCommandAndOption) {
    const std::string page = manual_page(app_, "1.2.3");
    EXPECT_TRUE(page.starts_with(".TH \"KONTOR\" 1"));
    EXPECT_NE(page.find(".BR kontor\\-runs (1)"), std::string::npos);
    EXPECT_EQ(page.find("hidden"), std::string::npos);
    const CLI::App* show = app_.get_subcommand("runs")->get_subcommand("show");
    EXPECT_EQ(manual_name(*show), "kontor-runs-show");
    EXPECT_NE(manual_page(*show, "1.2.3").find(".B kontor runs show\n[OPTIONS] RUN"), std::string::npos) << manual_page(*show, "1");
}

TEST(GridText, PutsTheWorstCountryFirstAndTellsStatesApartWithoutColour) {
    const Json grid = json(R"({"correlation": "november", "state": "running",
        "columns": [{"task": "prepare"}, {"task": "tune"}],
        "rows": [{"country": "DE", "dead_letters": 0, "winner": {"macro_f1": 0.91234}, "cells": [{"state": "succeeded", "done": 1, "total": 1}, {"state": "running", "done": 7, "total": 9, "retrying": 2}]},
                 {"country": "FR", "dead_letters": 1, "winner": null, "cells": [{"state": "dead", "done": 1, "total": 1}, null]}]})");
    EXPECT_EQ(grid_text(grid, {}),
              "Campaign november running\n"
              "                prepare tune    \n"
              "FR         ✉ 1  ✗       ·       \n"
              "DE  0.912       ✓       ▶ 7/9 ↻ \n");
    EXPECT_NE(grid_text(grid, {.is_tty = true, .colour = false, .width = 26, .height = 25}).find("1 step more on a wider terminal."), std::string::npos);
}

}  // namespace
}  // namespace kontor::cli
