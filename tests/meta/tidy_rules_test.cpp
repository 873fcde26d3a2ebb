// Each rule against a small bad sample and a good one: a rule that cannot fail guards nothing.
#include "meta/tidy_rules.hpp"

#include "meta/layer_table.hpp"
#include "meta/source_lines.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kontor::meta {
namespace {

constexpr const char* table_text = R"(
| `outside` | `everything` | | |
<!-- layers:begin -->
| Room | May include | Libraries | In sources | Invariant |
|---|---|---|---|---|
| `daemon/base` | - | `boost/json` | `openssl/` | lowest |
| `daemon/core` | `base`, `tasks/sdk/outcome.hpp` | `boost/json` | `re2/` | pure |
| `daemon/http` | `base`, `engine/api.hpp` | `boost/asio` | `boost/beast`, `posix` | a door |
| `daemon/app` | `*` | `*` | - | all |
| `tasks/sdk` | - | `boost/json` | - | lowest |
<!-- layers:end -->
)";

LayerTable table() { return read_layer_table(table_text).value(); }

// The number of findings, and a look at the first one.
void expect_finding(
    const std::vector<Finding>& findings, const std::string& where, const std::string& part
) {
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].where, where);
    EXPECT_NE(findings[0].message.find(part), std::string::npos) << findings[0].message;
}

TEST(LayerTable, IsReadBetweenItsMarkersOnly) {
    ASSERT_EQ(table().rooms.size(), 5U);
    EXPECT_EQ(table().rooms[1].rooms, (std::vector<std::string>{"base", "tasks/sdk/outcome.hpp"}));
    EXPECT_TRUE(table().rooms[0].rooms.empty());
    EXPECT_FALSE(read_layer_table("| `daemon/base` | - | - | - |").has_value());
    EXPECT_FALSE(
        read_layer_table("<!-- layers:begin -->\n| `daemon/base` | - |\n<!-- layers:end -->")
            .has_value()
    );
}

TEST(LayerTable, AnIncludeThatPointsUpwardsIsFoundWithItsLine) {
    expect_finding(
        check_includes(
            table(),
            "daemon/base/x.cpp",
            "#include \"base/x.hpp\"\n#include \"core/dag/workflow.hpp\"\n"
        ),
        "daemon/base/x.cpp:2",
        "daemon/base may not include \"core/dag/workflow.hpp\""
    );
}

TEST(LayerTable, ARowMayAllowASingleFileOfARoom) {
    EXPECT_TRUE(
        check_includes(table(), "daemon/core/x.cpp", "#include \"tasks/sdk/outcome.hpp\"\n").empty()
    );
    expect_finding(
        check_includes(table(), "daemon/core/x.cpp", "#include \"tasks/sdk/task.hpp\"\n"),
        "daemon/core/x.cpp:1",
        "tasks/sdk/task.hpp"
    );
    EXPECT_TRUE(
        check_includes(table(), "daemon/http/x.cpp", "#include \"engine/api.hpp\"\n").empty()
    );
    EXPECT_EQ(
        check_includes(table(), "daemon/http/x.cpp", "#include \"engine/conductor.hpp\"\n").size(),
        1U
    );
}

TEST(LayerTable, ARoomWhoseNameBeginsLikeAnotherIsAnother) {
    EXPECT_EQ(
        check_includes(table(), "daemon/core/x.cpp", "#include \"base_extra/x.hpp\"\n").size(), 1U
    );
}

TEST(LayerTable, LibrariesAreHeldAgainstTheRowAndHeavyOnesStayInSources) {
    EXPECT_TRUE(
        check_includes(table(), "daemon/core/x.cpp", "#include <re2/re2.h>\n#include <vector>\n")
            .empty()
    );
    expect_finding(
        check_includes(table(), "daemon/core/x.hpp", "#include <re2/re2.h>\n"),
        "daemon/core/x.hpp:1",
        "belongs in .cpp files"
    );
    expect_finding(
        check_includes(table(), "daemon/core/x.cpp", "#include <pqxx/pqxx>\n"),
        "daemon/core/x.cpp:1",
        "<pqxx/pqxx>"
    );
    EXPECT_TRUE(
        check_includes(
            table(), "daemon/http/x.cpp", "#include <sys/socket.h>\n#include <boost/beast.hpp>\n"
        )
            .empty()
    );
    EXPECT_EQ(
        check_includes(table(), "daemon/http/x.hpp", "#include <boost/beast.hpp>\n").size(), 1U
    );
    EXPECT_EQ(check_includes(table(), "daemon/core/x.cpp", "#include <unistd.h>\n").size(), 1U);
}

TEST(LayerTable, CoreHasNoThreadsAndNoFiles) {
    for (const char* header : {"thread", "mutex", "filesystem", "fstream"}) {
        expect_finding(
            check_includes(
                table(), "daemon/core/run/x.cpp", "#include <" + std::string(header) + ">\n"
            ),
            "daemon/core/run/x.cpp:1",
            "return an effect"
        );
    }
    EXPECT_TRUE(check_includes(table(), "daemon/http/x.cpp", "#include <thread>\n").empty());
}

TEST(LayerTable, AFolderThatIsNoRoomIsFound) {
    expect_finding(
        check_includes(table(), "daemon/attic/x.cpp", ""), "daemon/attic/x.cpp:1", "no room"
    );
}

TEST(SourceLines, CommentsAndTextsAreNoCode) {
    EXPECT_EQ(code_only("a; // b\nc /* d\ne */ f"), "a;     \nc     \n     f");
    EXPECT_EQ(code_only("x = \"a\\\"b\"; y"), "x = \"    \"; y");
    EXPECT_EQ(code_only("200'000 + 'c'"), "200'000 + ' '");
    EXPECT_EQ(code_only("R\"x(a\")x\" + b").find("a\""), std::string::npos);
    EXPECT_NE(code_only("R\"x(a\")x\" + b").find("+ b"), std::string::npos);
}

TEST(TidyRules, ALoggerBesideTheOneThatHidesSecretsIsFound) {
    for (const char* code : {"auto l = spdlog::stderr_color_mt(\"x\");\n", "spdlog::set_pattern(\"%v\");\n", "l->set_formatter(f());\n", "spdlog::sinks::null_sink_mt s;\n"}) {
        expect_finding(check_code("daemon/http/x.cpp", code), "daemon/http/x.cpp:1", "app/log");
        EXPECT_TRUE(check_code("daemon/app/log.cpp", code).empty());
    }
}

TEST(TidyRules, AFileOverItsLimitIsFound) {
    const auto lines = [](int count) {
        std::string text = "// What it is.\n#pragma once\n";
        for (int i = 2; i < count; ++i) {
            text += "\n";
        }
        return text;
    };
    EXPECT_TRUE(check_size("daemon/x.cpp", lines(500)).empty());
    expect_finding(check_size("daemon/x.cpp", lines(501)), "daemon/x.cpp:501", "501 lines");
    EXPECT_EQ(check_size("daemon/x.hpp", lines(201)).size(), 1U);
    EXPECT_TRUE(check_size("tests/x.cpp", lines(800)).empty());
    EXPECT_EQ(check_size("tests/x.cpp", lines(801)).size(), 1U);
}

TEST(TidyRules, NamesThatSayNothingAreFound) {
    expect_finding(
        check_names("daemon/base/string_util.cpp", ""), "daemon/base/string_util.cpp:1", "'util'"
    );
    EXPECT_EQ(check_names("daemon/helpers/x.cpp", "").size(), 1U);
    expect_finding(
        check_names("daemon/x.cpp", "\nclass RunManager {\n"), "daemon/x.cpp:2", "RunManager"
    );
    EXPECT_EQ(
        check_names("daemon/x.cpp", "namespace kontor::detail {}\nnamespace common {}\n").size(), 1U
    );
    EXPECT_TRUE(check_names(
                    "daemon/communication.cpp",
                    "class Communication {};\n// class Manager\nutility x;"
    )
                    .empty());
}

TEST(TidyRules, WhatNoSourceMayHoldIsFound) {
    EXPECT_EQ(
        check_code("daemon/x.cpp", "co_spawn(context, poll(), asio::detached);\n").size(), 1U
    );
    EXPECT_EQ(check_code("daemon/x.cpp", "co_spawn(context, poll(), detached);\n").size(), 1U);
    EXPECT_EQ(check_code("daemon/x.cpp", "try { f(); } catch (...) {\n}\n").size(), 1U);
    EXPECT_TRUE(check_code("daemon/x.cpp", "try { f(); } catch (...) { g(); }\n").empty());
    EXPECT_EQ(check_code("tests/x.cpp", "std::this_thread::sleep_for(1s);\n").size(), 1U);
    EXPECT_TRUE(check_code("daemon/x.cpp", "std::this_thread::sleep_for(1s);\n").empty());
    EXPECT_EQ(
        check_code("daemon/core/x.cpp", "auto t = std::chrono::system_clock::now();\n").size(), 1U
    );
    EXPECT_TRUE(
        check_code("daemon/app/x.cpp", "auto t = std::chrono::system_clock::now();\n").empty()
    );
    EXPECT_EQ(check_code("tests/x.cpp", "GTEST_SKIP() << why;\n").size(), 1U);
    EXPECT_EQ(check_code("tests/x.cpp", "TEST(A, DISABLED_Works) {}\n").size(), 1U);
    EXPECT_EQ(check_code("daemon/x.cpp", "using namespace std;\n").size(), 1U);
    EXPECT_TRUE(check_code("daemon/x.cpp", "using namespace std::chrono_literals;\n").empty());
    EXPECT_EQ(check_code("daemon/x.cpp", "int status = system(\"ls\");\n").size(), 1U);
}

TEST(TidyRules, UnfinishedWorkIsFoundInCommentsToo) {
    expect_finding(
        check_code("daemon/x.cpp", std::string("int a;\n// TO") + "DO: later\n"),
        "daemon/x.cpp:2",
        "issue"
    );
    EXPECT_EQ(check_code("daemon/x.cpp", std::string("// FIX") + "ME\n").size(), 1U);
}

TEST(TidyRules, ATextThatNamesSomethingForbiddenIsNoFinding) {
    EXPECT_TRUE(
        check_code("tests/x.cpp", "const char* sample = \"sleep_for(1s)\"; // asio::detached\n")
            .empty()
    );
}

TEST(TidyRules, AHeaderSaysWhatItIs) {
    EXPECT_TRUE(check_code("daemon/x.hpp", "// What it is.\n#pragma once\n").empty());
    EXPECT_EQ(check_code("daemon/x.hpp", "#pragma once\n").size(), 1U);
    EXPECT_EQ(check_code("daemon/x.hpp", "// What it is.\n").size(), 1U);
}

TEST(TidyRules, ADefaultBesideOurEnumeratorsIsFound) {
    const char* bad =
        "switch (state) {\n  case TaskState::Ready: return 1;\n  default: return 2;\n}\n";
    expect_finding(check_code("daemon/x.cpp", bad), "daemon/x.cpp:3", "KONTOR_UNREACHABLE");
    EXPECT_TRUE(
        check_code("daemon/x.cpp", "switch (state) {\n  case TaskState::Ready: return 1;\n}\n")
            .empty()
    );
    EXPECT_TRUE(
        check_code("daemon/x.cpp", "switch (c) {\n  case 'a': return 1;\n  default: return 2;\n}\n")
            .empty()
    );
}

TEST(TidyRules, CoroutinesThatTheCompilerMistranslatesAreFound) {
    const auto in_coroutine = [](const std::string& statement) {
        return "awaitable<void> Session::run(int a) {\n    [[maybe_unused]] char const guard_ = "
               "0;\n    " +
               statement + "\n}\n";
    };
    EXPECT_TRUE(check_coroutines("daemon/x.cpp", in_coroutine("auto x = co_await read(a);")).empty()
    );
    EXPECT_TRUE(
        check_coroutines("daemon/x.cpp", in_coroutine("co_return co_await read(std::move(job));"))
            .empty()
    );
    expect_finding(
        check_coroutines("daemon/x.cpp", in_coroutine("if (co_await read(a)) { f(); }")),
        "daemon/x.cpp:3",
        "inside a condition"
    );
    EXPECT_EQ(
        check_coroutines("daemon/x.cpp", in_coroutine("while (!co_await done()) { f(); }")).size(),
        1U
    );
    EXPECT_EQ(
        check_coroutines("daemon/x.cpp", in_coroutine("co_await f([s = text] { return s; });"))
            .size(),
        1U
    );
    EXPECT_EQ(
        check_coroutines("daemon/x.cpp", in_coroutine("co_await g({.name = text});")).size(), 1U
    );
    EXPECT_EQ(check_coroutines("daemon/x.cpp", in_coroutine("co_await g(Job{text});")).size(), 1U);
    EXPECT_EQ(
        check_coroutines("daemon/x.cpp", in_coroutine("co_await h(b ? T(x) : T(y));")).size(), 1U
    );
}

TEST(TidyRules, ACoroutineWithoutALocalVariableIsFound) {
    const char* bad =
        "asio::awaitable<void> run() {\n    for (;;) {\n        co_await tick();\n    }\n}\n";
    expect_finding(check_coroutines("daemon/x.cpp", bad), "daemon/x.cpp:1", "guard_");
}

}  // namespace
}  // namespace kontor::meta
