// The whole command line against a server on a socket.
#include "cli/command_line.hpp"

#include "cli/watch.hpp"
#include "unit/cli/tiny_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <unistd.h>

namespace kontor::cli {
namespace {

struct Ran {
    int code = -1;
    std::string out;
    std::string err;
};

class CommandLine : public testing::Test {
  protected:
    CommandLine() {
        hooks_.version = "1.2.3";
        hooks_.serve = [this](const ServeOptions& options) {
            served_ = options;
            return 42;
        };
        hooks_.demo = [this](const DemoOptions& options) {
            demo_ = options;
            return 43;
        };
        hooks_.demo_data = [this](const DemoDataOptions& options) {
            demo_data_ = options;
            return 44;
        };
        hooks_.vocabulary = [] {
            spec::Vocabulary vocabulary;
            vocabulary.tasks = {"noop", "sleep"};
            vocabulary.input_schema = [](std::string_view) -> const Json* { return nullptr; };
            vocabulary.zone = [](std::string_view
                              ) -> Result<std::shared_ptr<const core::schedule::Zone>> {
                return invalid("zone", "this test knows no time zone");
            };
            return vocabulary;
        };
    }

    Ran run(std::vector<std::string> words, const Terminal& terminal = {}) {
        std::ostringstream out;
        std::ostringstream err;
        Surroundings around{
            out,
            err,
            terminal,
            [this](const char* name) {
                const auto found = environment_.find(name);
                return found == environment_.end() ? std::string() : found->second;
            },
            [this](std::chrono::milliseconds) { ++pauses_; }};
        words.insert(words.begin(), "kontor");
        std::vector<const char*> argv;
        for (const std::string& word : words) {
            argv.push_back(word.c_str());
        }
        const int code =
            run_command_line(static_cast<int>(argv.size()), argv.data(), hooks_, around);
        return {code, out.str(), err.str()};
    }

    // A server that answers by path; anything else is 404.
    std::unique_ptr<TinyServer> serving(std::map<std::string, std::string> replies) {
        auto server = std::make_unique<TinyServer>([replies = std::move(replies
                                                    )](const SeenRequest& request) {
            const auto found = replies.find(request.method + " " + request.path);
            return found == replies.end()
                       ? CannedReply{404, R"({"title": "Not found", "detail": "no such thing", "status": 404})"}
                       : CannedReply{200, found->second};
        });
        environment_["KONTOR_URL"] = server->url();
        environment_["KONTOR_TOKEN"] = "secret";
        return server;
    }

    CliHooks hooks_;
    std::map<std::string, std::string> environment_{{"HOME", "/home/someone"}};
    int pauses_ = 0;
    ServeOptions served_;
    DemoOptions demo_;
    DemoDataOptions demo_data_;
};

TEST_F(CommandLine, WithoutACommandItIsAUsageError) {
    const Ran ran = run({});
    EXPECT_EQ(ran.code, ExitUsage);
    EXPECT_NE(ran.err.find("subcommand"), std::string::npos) << ran.err;
    EXPECT_EQ(run({"no-such-command"}).code, ExitUsage);
    EXPECT_EQ(run({"runs", "--limit", "0"}).code, ExitUsage);
    EXPECT_EQ(run({"runs", "show", "seven"}).code, ExitUsage);
    EXPECT_EQ(run({"-o", "xml", "runs"}).code, ExitUsage);
}

TEST_F(CommandLine, AMisspeltWordIsNamedWithTheOneThatWasMeant) {
    const auto sentence = [this](std::vector<std::string> words) {
        const Ran ran = run(std::move(words));
        EXPECT_EQ(ran.code, ExitUsage);
        return ran.err.substr(0, ran.err.find('\n'));
    };
    EXPECT_EQ(sentence({"runz"}), "kontor: there is no command 'runz'; did you mean 'runs'?");
    EXPECT_EQ(sentence({"frobnicate"}), "kontor: there is no command 'frobnicate'");
    EXPECT_EQ(sentence({"dlq", "lst"}), "kontor: there is no command 'lst'; did you mean 'list'?");
    EXPECT_EQ(sentence({"runs", "--stat", "dead"}), "kontor: there is no option '--stat'; did you mean '--state'?");
    EXPECT_EQ(sentence({"runs", "--outptu", "json"}), "kontor: there is no option '--outptu'; did you mean '--output'?");
}

TEST_F(CommandLine, AnIdThatIsNoneIsNamedInPlainWords) {
    for (const char* id : {"seven", "0", "-1", "1.5", "99999999999999999999"}) {
        const Ran ran = run({"runs", "show", "--", id});
        EXPECT_EQ(ran.code, ExitUsage) << id;
        EXPECT_NE(ran.err.find("'" + std::string(id) + "' is not a whole number above 0"), std::string::npos) << ran.err;
    }
}

TEST_F(CommandLine, HelpNamesCommandsAndExitCodes) {
    const Ran ran = run({"--help"});
    EXPECT_EQ(ran.code, ExitOk);
    for (const char* part :
         {"serve",     "demo",  "validate", "run",     "runs",        "tasks",     "logs", "quarantine",
          "cancel",    "dlq",   "models",   "winners", "leaderboard", "schedules", "events",
          "workflows", "apply", "status",   "version", "Exit codes",  "KONTOR_URL",
          "approvals", "pause",     "resume", "skip",    "done",    "rerun",       "retry",     "explain",
          "partitions", "backfill"}) {
        EXPECT_NE(ran.out.find(part), std::string::npos) << part;
    }
    EXPECT_EQ(run({"run", "--help"}).code, ExitOk);
}

TEST_F(CommandLine, VersionIsPrintedWithoutADaemon) {
    EXPECT_EQ(run({"version"}).out, "kontor 1.2.3\n");
    EXPECT_EQ(run({"version", "-o", "json"}).out, "{\"version\":\"1.2.3\"}\n");
}

TEST_F(CommandLine, ServeHandsItsOptionsOverAndReturnsTheDaemonsExitCode) {
    EXPECT_EQ(
        run({"serve",
             "--data",
             "/d",
             "--port",
             "0",
             "--address",
             "0.0.0.0",
             "--config",
             "c.yaml",
             "--database-url",
             "postgresql://x",
             "--workflows",
             "w"})
            .code,
        42
    );
    EXPECT_EQ(served_.data_folder, "/d");
    EXPECT_EQ(served_.port, 0);
    EXPECT_EQ(served_.address, "0.0.0.0");
    EXPECT_EQ(served_.config_file, "c.yaml");
    EXPECT_EQ(served_.database_url, "postgresql://x");
    EXPECT_EQ(served_.workflows_folder, "w");
    EXPECT_EQ(run({"serve"}).code, 42);
    EXPECT_EQ(served_.data_folder, std::nullopt) << "the configuration file may name one";
    EXPECT_EQ(served_.data_folder_otherwise, "/home/someone/.local/share/kontor");
    environment_["KONTOR_DATA"] = "/named";
    EXPECT_EQ(run({"serve"}).code, 42);
    EXPECT_EQ(served_.data_folder, "/named");
    environment_.erase("KONTOR_DATA");
    EXPECT_EQ(run({"serve", "--port", "70000"}).code, ExitUsage);
    EXPECT_EQ(run({"demo", "--exit", "--items", "50", "--data", "/e"}).code, 43);
    EXPECT_TRUE(demo_.exit_at_end);
    EXPECT_EQ(demo_.items, 50);
    EXPECT_EQ(demo_.serve.data_folder, "/e");
    EXPECT_EQ(
        run({"demo-data",
             "--items",
             "3300000",
             "--url",
             "postgresql://w",
             "--seed",
             "9",
             "--period",
             "2026-11"})
            .code,
        44
    );
    EXPECT_EQ(demo_data_.items, 3'300'000);
    EXPECT_EQ(demo_data_.period, "2026-11");
    EXPECT_EQ(demo_data_.seed, 9U);
    EXPECT_EQ(demo_data_.database_url, "postgresql://w");
}

TEST_F(CommandLine, ListsAreTablesOrTheAnswerAsItCame) {
    const auto server = serving(
        {{"GET /v1/runs?state=failed&limit=50",
          R"({"items": [{"id": 7, "workflow": "train", "state": "failed",
        "created_at": "2026-11-22T14:05:00.000000Z", "finished_at": null, "correlation": "c-1", "reason": "no rows"}], "next": "abc"})"}}
    );
    const Ran table = run({"runs", "--state", "failed"});
    EXPECT_EQ(table.code, ExitOk) << table.err;
    EXPECT_EQ(
        table.out,
        "ID  WORKFLOW  STATE   CREATED              FINISHED  CORRELATION  REASON\n"
        " 7  train     failed  2026-11-22 14:05:00  -         c-1          no rows\n"
        "There are more: narrow the list, or raise --limit.\n"
    );
    const Ran json = run({"runs", "--state", "failed", "-o", "json"});
    EXPECT_EQ(json_from_text(json.out).value().at("next").as_string(), "abc");
    EXPECT_NE(server->seen()[0].head.find("Authorization: Bearer secret"), std::string::npos);
}

TEST_F(CommandLine, ScoresStandBelowEachOther) {
    const auto server = serving(
        {{"GET /v1/winners",
          R"({"items": [{"country": "DE", "model": "m", "family": "linear", "metrics": {"macro_f1": 0.788}, "run": 7},
                        {"country": "FR", "model": "m", "family": "linear", "metrics": {"macro_f1": 1.0}, "run": 8}], "next": null})"}}
    );
    const std::string table = run({"winners"}).out;
    EXPECT_NE(table.find("0.7880"), std::string::npos) << table;
    EXPECT_NE(table.find("1.0000"), std::string::npos) << table;
}

TEST_F(CommandLine, AnEmptyListSaysWhatToDo) {
    const auto server = serving({{"GET /v1/winners", R"({"items": [], "next": null})"}});
    EXPECT_NE(run({"winners"}).out.find("No country has a winner yet"), std::string::npos);
}

TEST_F(CommandLine, WhatDoesNotExistIsASentenceAndExitCodeOne) {
    const auto server = serving({});
    const Ran ran = run({"runs", "show", "9"});
    EXPECT_EQ(ran.code, ExitFailed);
    EXPECT_EQ(ran.err, "kontor: no such thing\n");
    EXPECT_EQ(ran.out, "");
}

TEST_F(CommandLine, WithoutADaemonTheExitCodeIsItsOwn) {
    {
        environment_["KONTOR_URL"] =
            TinyServer([](const SeenRequest&) { return CannedReply{}; }).url();
    }
    const Ran ran = run({"status"});
    EXPECT_EQ(ran.code, ExitUnreachable);
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
}

TEST_F(CommandLine, RunSendsItsParameters) {
    const auto server =
        serving({{"POST /v1/runs", R"({"id": 12, "workflow": "train", "state": "queued"})"}});
    const Ran ran = run(
        {"run",
         "train",
         "-p",
         "trials=4",
         "-p",
         "countries=[\"DE\"]",
         "--priority",
         "3",
         "--idempotency-key",
         "k1"}
    );
    EXPECT_EQ(ran.code, ExitOk) << ran.err;
    EXPECT_EQ(ran.out, "12\n") << "to a program the number alone";
    EXPECT_NE(ran.err.find("Run 12 of train accepted"), std::string::npos);
    EXPECT_EQ(
        json_from_text(server->seen()[0].body).value(),
        Json(JsonObject{
            {"workflow", "train"},
            {"params", JsonObject{{"trials", 4}, {"countries", JsonArray{"DE"}}}},
            {"priority", 3}})
    );
    EXPECT_NE(server->seen()[0].head.find("Idempotency-Key: k1"), std::string::npos);
    EXPECT_EQ(run({"run", "train", "-p", "trials"}).code, ExitUsage);
}

// Quotes as a shell takes them, no more.
std::vector<std::string> shell_words(std::string_view line) {
    std::vector<std::string> words{""};
    bool quoted = false;
    for (const char c : line) {
        if (c == '\'') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            words.emplace_back();
        } else {
            words.back().push_back(c);
        }
    }
    return words;
}

TEST_F(CommandLine, EveryExampleOfTheHelpIsUnderstood) {
    environment_["KONTOR_URL"] = "http://127.0.0.1:1";
    int seen = 0;
    for (const char* command : {"serve", "demo", "run", "runs", "tasks", "quarantine", "logs", "cancel", "pause", "resume", "retry", "skip", "done", "rerun", "explain", "winners",
                                "leaderboard", "apply", "grid", "completion", "man", "audit", "validate"}) {
        const std::string help = run({command, "--help"}).out;
        std::istringstream lines(help.substr(std::min(help.find("Examples:"), help.size())));
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("  kontor ")) {
                const std::vector<std::string> words = shell_words(line.substr(9));
                EXPECT_NE(run(words).code, ExitUsage) << line;
                ++seen;
            }
        }
    }
    for (const std::vector<std::string>& group : {std::vector<std::string>{"dlq", "redrive"}, {"dlq", "list"}, {"dlq", "discard"}, {"schedules", "preview"}, {"events", "send"}, {"tokens", "create"}}) {
        const std::string help = run({group[0], group[1], "--help"}).out;
        const std::size_t at = help.find("  kontor ");
        ASSERT_NE(at, std::string::npos) << group[1];
        EXPECT_NE(run(shell_words(help.substr(at + 9, help.find('\n', at) - at - 9))).code, ExitUsage) << group[1];
        ++seen;
    }
    EXPECT_GT(seen, 25);
}

// `waiting`: of a fan-out that has begun, those without a row.
std::string run_reply(const char* state, int succeeded, int running, int waiting = 0) {
    return R"({"id": 12, "workflow": "train", "state": ")" + std::string(state) +
           R"(", "created_at": "2026-11-22T14:00:00.000000Z",
        "finished_at": "2026-11-22T14:01:05.000000Z", "reason": "", "tasks": [{"name": "prepare", "counts": {"succeeded": )" +
           std::to_string(succeeded) + R"(, "running": )" + std::to_string(running) + R"(}, "total": )" +
           std::to_string(succeeded + running + waiting) + "}]}";
}

TEST_F(CommandLine, RunWithWaitPrintsChangesAndEndsWithTheRunsOutcome) {
    for (const auto& [state, code] :
         {std::pair{"succeeded", ExitOk}, {"failed", ExitFailed}, {"cancelled", ExitCancelled}}) {
        std::atomic<int> looks{0};
        TinyServer server([&, last = std::string(state)](const SeenRequest& request) {
            if (request.method == "POST") {
                return CannedReply{201, R"({"id": 12})"};
            }
            if (request.path.find("/tasks?") != std::string::npos) {
                return CannedReply{
                    200,
                    R"({"items": [{"task": "prepare", "country": "DE", "reason": "no rows"}], "next": null})"};
            }
            const int look = ++looks;
            return CannedReply{
                200,
                look < 3 ? run_reply("running", look, 3 - look) : run_reply(last.c_str(), 3, 0)};
        });
        environment_["KONTOR_URL"] = server.url();
        pauses_ = 0;
        const Ran ran = run({"run", "train", "--wait"});
        EXPECT_EQ(ran.code, code);
        EXPECT_EQ(pauses_, 2);
        EXPECT_NE(
            ran.out.find("prepare: 1/3 (2 running, 1 succeeded)\nprepare: 2/3 (1 running, 2 "
                         "succeeded)\nprepare: 3/3 (3 succeeded)\n"),
            std::string::npos
        ) << ran.out;
        EXPECT_NE(ran.out.find("Run 12 " + std::string(state) + " after 1m 05s"), std::string::npos)
            << ran.out;
        EXPECT_EQ(
            ran.err.find("prepare DE: no rows") != std::string::npos, std::string(state) == "failed"
        );
    }
}

TEST_F(CommandLine, RunWithWaitOutlivesADaemonThatIsAwayForAWhile) {
    std::atomic<int> looks{0};
    TinyServer server([&](const SeenRequest& request) {
        if (request.method == "POST") {
            return CannedReply{201, R"({"id": 12})"};
        }
        const int look = ++looks;
        return look < 4 ? CannedReply{503, R"({"title": "recovering", "status": 503})"}
                        : CannedReply{200, run_reply("succeeded", 3, 0)};
    });
    environment_["KONTOR_URL"] = server.url();
    const Ran ran = run({"run", "train", "--wait"});
    EXPECT_EQ(ran.code, ExitOk) << ran.err;
    EXPECT_NE(ran.err.find("does not answer"), std::string::npos);
    EXPECT_EQ(looks, 4);
}

TEST_F(CommandLine, OnATerminalTheProgressIsRedrawnInPlace) {
    std::atomic<int> looks{0};
    TinyServer server([&](const SeenRequest& request) {
        return request.method == "POST"
                   ? CannedReply{201, R"({"id": 12})"}
                   : CannedReply{
                         200,
                         ++looks < 2 ? run_reply("running", 1, 1, 2) : run_reply("succeeded", 2, 0)};
    });
    environment_["KONTOR_URL"] = server.url();
    const Ran ran = run({"run", "train", "--wait"}, Terminal{true, false, 80});
    EXPECT_EQ(ran.code, ExitOk);
    EXPECT_NE(
        ran.out.find("█████░░░░░░░░░░░░░░░   1/4  1 running, 1 succeeded\n\x1b[3A\x1b[J"),
        std::string::npos
    ) << ran.out;
}

TEST_F(CommandLine, LogsFollowUntilTheTaskHasEnded) {
    std::atomic<int> states{0};
    std::atomic<int> looks{0};
    TinyServer server([&](const SeenRequest& request) {
        if (request.path == "/v1/tasks/5") {
            return CannedReply{
                200, ++states < 2 ? R"({"state": "running"})" : R"({"state": "succeeded"})"};
        }
        if (request.path.find("after=") == std::string::npos) {
            return CannedReply{200, R"({"items": [{"line": 1, "at": "2026-11-22T14:00:00.0Z", "level": "info", "text": "first"}]})"};
        }
        // The last line is written a look after the state.
        return request.path.find("after=1") != std::string::npos && ++looks > 1
                   ? CannedReply{200, R"({"items": [{"line": 2, "at": "2026-11-22T14:00:01.0Z", "level": "warn", "text": "second"}]})"}
                   : CannedReply{200, R"({"items": []})"};
    });
    environment_["KONTOR_URL"] = server.url();
    const Ran ran = run({"logs", "5", "--follow"});
    EXPECT_EQ(ran.code, ExitOk) << ran.err;
    EXPECT_EQ(ran.out, "2026-11-22 14:00:00 info first\n2026-11-22 14:00:01 warn second\n");
}

TEST_F(CommandLine, LogsOfAllRunsAreSearchedPageByPage) {
    std::vector<std::string> seen;
    TinyServer server([&](const SeenRequest& request) {
        seen.push_back(request.path);
        // A page may hold nothing and still not be the last.
        if (seen.size() == 1) {
            return CannedReply{200, R"({"items": [], "next": "7.70.3"})"};
        }
        return CannedReply{200, R"({"items": [{"run": 7, "workflow": "train", "id": 70, "task": "tune", "country": "DE", "item": "2", "line": 9, "attempt": 1,
            "at": "2026-11-22T14:00:00.0Z", "level": "info", "text": "no room"}], "next": null})"};
    });
    environment_["KONTOR_URL"] = server.url();
    const Ran ran = run({"logs", "--workflow", "train", "--since", "2026-11-22T00:00:00Z", "--grep", "no room"});
    EXPECT_EQ(ran.code, ExitOk) << ran.err;
    EXPECT_EQ(ran.out, "2026-11-22 14:00:00 info train 7 DE tune 2 no room\n");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_TRUE(seen[0].starts_with("/v1/logs?workflow=train&since=2026-11-22T00%3A00%3A00Z&grep=no%20room&limit=1000")) << seen[0];
    EXPECT_NE(seen[1].find("cursor=7.70.3"), std::string::npos) << seen[1];
    EXPECT_EQ(run({"logs", "--since", "2h", "--until", "1h"}).code, ExitOk);
    EXPECT_TRUE(seen.back().starts_with("/v1/logs?since=20")) << "so long ago is a time: " << seen.back();
    EXPECT_NE(run({"logs"}).err.find("say whose log"), std::string::npos);
    for (const char* of_all : {"--workflow", "--since", "--until"}) {
        EXPECT_EQ(run({"logs", "5", of_all, "1h"}).code, ExitUsage) << of_all;
        EXPECT_EQ(run({"logs", "--run", "5", of_all, "1h"}).code, ExitUsage) << of_all;
    }
    EXPECT_EQ(run({"logs", "5", "--country", "DE"}).code, ExitUsage);
}

TEST_F(CommandLine, CancelNamesCountryTaskAndReason) {
    const auto server = serving({{"POST /v1/runs/7/cancel", R"({"cancelled": 4})"}});
    EXPECT_EQ(
        run({"cancel", "7", "--country", "DE", "--reason", "wrong month"}).out,
        "Cancelled 4 tasks of run 7.\n"
    );
    EXPECT_EQ(server->seen()[0].body, R"({"country":"DE","reason":"wrong month"})");
}

TEST_F(CommandLine, AnOperatorsCommandSaysWhatItChanged) {
    const auto server = serving(
        {{"POST /v1/runs/7/pause", R"({"run":7,"state":"running","count":1,"items":[{"task":"tune","country":"DE","item":"","from":"running","to":"interrupted"}],"more":0})"},
         {"POST /v1/runs/7/done", R"({"run":7,"state":"running","count":0,"items":[],"more":0})"},
         {"POST /v1/runs/7/rerun", R"({"run":7,"state":"failed","count":3,"items":[{"task":"tune","country":"DE","item":"2","from":"dead","to":"ready"}],"more":2})"}}
    );
    EXPECT_EQ(
        run({"pause", "7", "--country", "DE", "--kill", "--reason", "disk"}).out,
        "Run 7 is running; changed 1 task instance:\n  DE/tune  running -> interrupted\n"
    );
    EXPECT_EQ(server->seen()[0].body, R"({"country":"DE","reason":"disk","mode":"kill"})");
    EXPECT_EQ(run({"done", "7", "--task", "tune", "--outputs", R"({"a":1})", "--reason", "by hand"}).code, ExitOk);
    EXPECT_EQ(server->seen()[1].body, R"({"task":"tune","reason":"by hand","outputs":{"a":1}})");
    EXPECT_EQ(
        run({"rerun", "7", "--from", "tune", "--dry-run"}).out,
        "Nothing was changed. Would change 3 task instances:\n  DE/tune/2  dead -> ready\n  and 2 more\n"
    );
    EXPECT_EQ(run({"skip", "7", "--task", "tune"}).code, ExitUsage) << "a reason must be given";
    EXPECT_EQ(run({"rerun", "7"}).code, ExitUsage) << "from where?";
    EXPECT_NE(run({"done", "7", "--task", "t", "--reason", "r", "--outputs", "[1]"}).err.find("must be a JSON object"), std::string::npos);
}

TEST_F(CommandLine, ExplainGivesASentenceForEachPart) {
    const auto server = serving(
        {{"GET /v1/runs/7/explain?country=DE", R"({"run":7,"sentence":"is running; 1 waiting","items":[{"task":"tune","country":"DE","item":"","sentence":"waits for DE/prepare"}],"more":0})"}}
    );
    EXPECT_EQ(run({"explain", "7", "--country", "DE"}).out, "Run 7 is running; 1 waiting\n  DE/tune  waits for DE/prepare\n");
}

TEST_F(CommandLine, DeadLettersAreRedrivenOneByOneAndARefusalDoesNotStopTheOthers) {
    const auto server =
        serving({{"POST /v1/dead-letters/2/redrive", R"({"run": 7, "task_id": 70})"}});
    const Ran ran = run({"dlq", "redrive", "1", "2", "--newest"});
    EXPECT_EQ(ran.code, ExitFailed);
    EXPECT_NE(ran.out.find("Dead letter 2 is on its way again in run 7"), std::string::npos);
    EXPECT_EQ(server->seen()[1].body, R"({"definition":"newest"})");
    EXPECT_EQ(run({"dlq", "discard", "3"}).code, ExitUsage) << "a reason is required";
}

TEST_F(CommandLine, ApprovalsAreListedShownAndDecided) {
    const auto server = serving(
        {{"GET /v1/approvals?state=open&limit=50", R"({"items":[{"id":4,"state":"open","run":7,"title":"Promote m-2?"}],"next":null})"},
         {"GET /v1/approvals/4", R"({"id":4,"state":"open","title":"Promote m-2?","evidence":{"f1":0.9},"votes":[{"by":"ben","decision":"approve","comment":"fine","at":"2026-11-22T14:05:00.000000Z"}]})"},
         {"POST /v1/approvals/4/decide", R"({"id":4,"state":"approved"})"}}
    );
    EXPECT_NE(run({"approvals", "list"}).out.find("Promote m-2?"), std::string::npos);
    const std::string shown = run({"approvals", "show", "4"}).out;
    EXPECT_NE(shown.find("f1"), std::string::npos) << shown;
    EXPECT_NE(shown.find("ben answered approve at 2026-11-22 14:05:00: fine"), std::string::npos) << shown;
    EXPECT_EQ(run({"approvals", "approve", "4", "--comment", "good"}).out, "Approval 4 is approved.\n");
    EXPECT_EQ(server->seen().back().body, R"({"decision":"approve","dry_run":false,"comment":"good"})");
    EXPECT_EQ(run({"approvals", "reject", "4"}).code, ExitUsage) << "a comment is required";
    const Ran both = run({"approvals", "approve", "5", "4"});
    EXPECT_EQ(both.code, ExitFailed);
    EXPECT_NE(both.out.find("Approval 4 is approved."), std::string::npos) << "a refusal does not stop the others";
}

TEST_F(CommandLine, ManyDeadLettersAreRedrivenByOneCommandThatIsPreviewedFirst) {
    const auto server = serving(
        {{"POST /v1/dead-letters/redrive",
          R"({"dry_run":true,"action":"redrive","letters":30,"items":[{"letter":4,"run":7,"task":"tune","country":"DE","item":"","still_to_run":3,"input":{"rows":5}},{"letter":5,"refused":"run 8 was cancelled"}],"more":28})"},
         {"POST /v1/dead-letters/discard", R"({"id":12,"action":"discard","letters":3})"},
         {"POST /v1/dead-letter-jobs/12/stop", R"({"id":12,"handled":1,"letters":3})"}}
    );
    const Ran ran = run({"dead-letters", "redrive", "--fingerprint", "ab12", "--canary", "--rate", "10/m", "--set", "rows=5", "--dry-run"});
    EXPECT_EQ(ran.code, ExitOk) << ran.err;
    EXPECT_EQ(
        ran.out, "Nothing was changed. Would redrive 30 dead letters:\n  letter 4  run 7 tune/DE, 3 still to run, input {\"rows\":5}\n"
                 "  letter 5  would be refused: run 8 was cancelled\n  and 28 more\n"
    );
    const Json sent = *json_from_text(server->seen()[0].body);
    const Json wanted = JsonObject{{"fingerprint", "ab12"}, {"dry_run", true}, {"definition", "pinned"}, {"with", JsonObject{{"rows", 5}}},
                                   {"canary", true}, {"per_minute", 10}};
    EXPECT_EQ(sent, wanted);
    EXPECT_EQ(run({"dlq", "discard", "--country", "DE", "--older-than", "2d", "--reason", "old"}).out,
              "Job 12 is to discard 3 dead letters; 'kontor dlq jobs' says how far it is.\n");
    EXPECT_EQ(run({"dlq", "stop", "12"}).out, "Job 12 is stopped after 1 of 3 dead letters.\n");
    EXPECT_EQ(run({"dlq", "redrive"}).code, ExitUsage) << "nothing is selected";
    EXPECT_EQ(run({"dlq", "redrive", "4", "--canary"}).code, ExitUsage) << "one letter is its own canary";
    EXPECT_EQ(run({"dlq", "redrive", "--all", "--rate", "fast"}).code, ExitUsage);
}

TEST_F(CommandLine, PartitionsTellWhatHasBecomeOfACountry) {
    const auto server = serving(
        {{"GET /v1/partitions?workflow=infer&state=failed&limit=50",
          R"({"items":[{"workflow":"infer","country":"DE","period":"2026-10","state":"failed","run":7,"reason":"predict: no winner","last_failure":{"run":7,"at":"2026-11-22T14:05:00.000000Z","class":"data"}}],"next":null})"}}
    );
    const std::string shown = run({"partitions", "--workflow", "infer", "--state", "failed"}).out;
    EXPECT_NE(shown.find("2026-10"), std::string::npos) << shown;
    EXPECT_NE(shown.find("predict: no winner"), std::string::npos) << shown;
}

TEST_F(CommandLine, ABackfillIsForeseenStartedShownAndTurned) {
    const auto server = serving(
        {{"POST /v1/backfills", R"({"id":5,"summary":"1 running, 1 skipped","periods":[{"period":"2026-01","state":"skipped","countries":null,"run":null,"reason":"DE has succeeded"},{"period":"2026-02","state":"running","countries":["DE","FR"],"run":9,"reason":""}]})"},
         {"GET /v1/backfills/5", R"({"id":5,"state":"running","summary":"1 waiting","periods":[{"period":"2026-02","state":"waiting","countries":null,"run":null,"reason":"","sentence":"waits for one of 1 places"}]})"},
         {"GET /v1/backfills?limit=50", R"({"items":[{"id":5,"workflow":"infer","state":"running","summary":"1 waiting"}],"next":null})"},
         {"POST /v1/backfills/5/cancel", R"({"id":5,"state":"cancelled","summary":"2 cancelled"})"}}
    );
    const Ran begun = run({"backfill", "infer", "--periods", "2026-01..2026-02", "--missing-only", "--countries", "DE,FR", "--max-parallel", "2", "-p", "threshold=0.7"});
    EXPECT_EQ(begun.code, ExitOk) << begun.err;
    EXPECT_EQ(
        server->seen().back().body,
        R"({"workflow":"infer","periods":"2026-01..2026-02","max_parallel":2,"priority":-100,"countries":["DE","FR"],"params":{"threshold":0.7},"missing_only":true})"
    );
    EXPECT_NE(begun.out.find("Backfill 5 of infer: 1 running, 1 skipped."), std::string::npos) << begun.out;
    EXPECT_NE(begun.out.find("2026-01  skipped  all  DE has succeeded"), std::string::npos) << begun.out;
    EXPECT_NE(begun.out.find("2026-02  running  DE,FR  run 9"), std::string::npos) << begun.out;
    EXPECT_NE(run({"backfill", "infer", "--periods", "2026-01", "--dry-run"}).out.find("Nothing was started."), std::string::npos);
    EXPECT_NE(run({"backfills", "show", "5"}).out.find("2026-02  waiting  all  waits for one of 1 places"), std::string::npos);
    EXPECT_NE(run({"backfills", "list"}).out.find("1 waiting"), std::string::npos);
    EXPECT_EQ(run({"backfills", "cancel", "5", "--runs"}).out, "Backfill 5 is cancelled: 2 cancelled.\n");
    EXPECT_EQ(run({"backfill", "infer"}).code, ExitUsage) << "which periods?";
}

TEST_F(CommandLine, SchedulesArePausedByWorkflowAndTrigger) {
    const auto server = serving(
        {{"POST /v1/schedules/train/monthly/pause", R"({"paused": true})"},
         {"POST /v1/schedules/train/monthly/run", R"({"id": 3})"}}
    );
    EXPECT_EQ(
        run({"schedules", "pause", "train", "monthly"}).out, "Schedule train/monthly is paused.\n"
    );
    EXPECT_EQ(run({"schedules", "run", "train", "monthly"}).out, "Run 3 of train accepted.\n");
}

TEST_F(CommandLine, ShowsTheNextTicksOfAScheduleOrAnExpression) {
    const std::string ticks = R"({"cron": "0 2 1 * *", "timezone": "Europe/Oslo", "items": [{"at": "2026-12-01T01:00:00.000000Z",
        "local": "2026-12-01T02:00:00+01:00", "zones": {"Asia/Tokyo": "2026-12-01T10:00:00+09:00"}, "note": "moved"}]})";
    auto server = serving(
        {{"GET /v1/schedules/train/monthly/preview?zones=Asia%2FTokyo&count=1", ticks},
         {"GET /v1/schedules/preview?cron=0%202%201%20%2A%20%2A&timezone=Europe%2FOslo&count=10", ticks}}
    );
    const Ran shown = run({"schedule", "preview", "train", "monthly", "--zone", "Asia/Tokyo", "--count", "1"});
    EXPECT_EQ(shown.code, ExitOk) << shown.err;
    EXPECT_NE(shown.out.find("2026-12-01 01:00:00  2026-12-01T02:00:00+01:00  2026-12-01T10:00:00+09:00  moved"), std::string::npos) << shown.out;
    EXPECT_EQ(run({"schedules", "preview", "--cron", "0 2 1 * *", "--timezone", "Europe/Oslo"}).code, ExitOk);
    EXPECT_EQ(run({"schedule", "preview"}).code, ExitUsage);
    EXPECT_EQ(run({"schedule", "preview", "train"}).code, ExitUsage);
    EXPECT_EQ(run({"schedule", "preview", "train", "monthly", "--cron", "@daily"}).code, ExitUsage);
}

TEST_F(CommandLine, ExplainsReplaysAndSendsEvents) {
    auto server = serving(
        {{"GET /v1/events?limit=50", R"({"items": [], "next": null})"},
         {"GET /v1/events/7/explain", R"({"triggers": [{"workflow": "w", "trigger": "t", "sentence": "started run 9"}]})"},
         {"POST /v1/events/replay", R"({"items": [{"replay_of": 7, "event": 8, "deliveries":
             [{"workflow": "w", "trigger": "t", "state": "started", "run": 9, "reason": ""}]}]})"},
         {"POST /v1/events", R"({"id": 8, "duplicate": false, "deliveries": []})"}}
    );
    EXPECT_EQ(run({"events"}).out, "No events match.\n");
    EXPECT_EQ(run({"events", "explain", "7"}).out, "w/t started run 9\n");
    EXPECT_EQ(run({"events", "replay", "7"}).out, "Event 7 replayed as 8:\n  w/t: started run 9\n");
    EXPECT_EQ(run({"events", "replay", "--type", "t", "--dry-run"}).out, "Event 7 would be replayed:\n  w/t: started run 9\n");
    EXPECT_EQ(run({"events", "replay"}).code, ExitUsage);
    EXPECT_EQ(run({"events", "send", "t", "--data", "{}"}).out, "Event 8 accepted.\n");
    EXPECT_NE(run({"events", "send", "t", "--data", "{"}).code, ExitOk);
}

TEST_F(CommandLine, ATokensSecretAloneGoesToStandardOutput) {
    const auto server = serving(
        {{"POST /v1/tokens", R"({"id": 5, "name": "ci", "secret": "kontor_ab"})"},
         {"POST /v1/tokens/5/revoke", R"({"id": 5, "name": "ci"})"},
         {"GET /v1/tokens?limit=1000",
          R"({"items": [{"id": 5, "name": "ci", "role": "operator", "countries": ["DE", "FR"]},
              {"id": 4, "name": "all", "role": "viewer", "countries": null}], "next": null})"}}
    );
    const Ran made = run({"tokens", "create", "ci", "--role", "operator", "--countries", "DE,FR"});
    EXPECT_EQ(made.out, "kontor_ab\n");
    EXPECT_NE(made.err.find("shown this once"), std::string::npos);
    EXPECT_EQ(server->seen()[0].body, R"({"name":"ci","role":"operator","countries":["DE","FR"]})");
    EXPECT_EQ(run({"tokens", "revoke", "5"}).out, "Token ci is revoked.\n");
    const std::string list = run({"tokens", "list"}).out;
    EXPECT_NE(list.find("DE,FR"), std::string::npos) << list;
    EXPECT_NE(list.find("viewer    all"), std::string::npos) << list;
    EXPECT_EQ(run({"tokens", "create", "x", "--role", "king"}).code, ExitUsage);
}

TEST_F(CommandLine, TheRecordIsFilteredAndKeysAreRotated) {
    const auto server = serving(
        {{"GET /v1/audit?who=anna&limit=5",
          R"({"items": [{"at": "2026-11-22T14:05:00Z", "who": "anna", "route": "POST /v1/runs", "status": 201}],
              "next": null})"},
         {"POST /v1/keys/rotate", R"({"accepted": true})"}}
    );
    EXPECT_NE(run({"audit", "--who", "anna", "--limit", "5"}).out.find("POST /v1/runs"), std::string::npos);
    EXPECT_EQ(run({"keys", "rotate", "--scope", "raw", "--country", "DE"}).code, ExitOk);
    EXPECT_EQ(server->seen().back().body, R"({"scope":"raw","country":"DE"})");
}

class WorkflowFile : public CommandLine {
  protected:
    WorkflowFile() {
        std::string name = std::filesystem::temp_directory_path() / "kontor-cli-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~WorkflowFile() override { std::filesystem::remove_all(folder_); }
    std::string write(const std::string& text) const {
        std::ofstream(folder_ / "w.yaml") << text;
        return folder_ / "w.yaml";
    }
    std::filesystem::path folder_;
};

TEST_F(WorkflowFile, ApplyPutsTheTextUnderItsOwnNameAndShowsFaultsAsACompilerDoes) {
    const std::string file =
        write("# comment\nworkflow: tiny   # its name\ntasks: {a: {uses: noop}}\n");
    {
        const auto server = serving(
            {{"PUT /v1/workflows/tiny",
              R"({"name": "tiny", "hash": "0123456789abcdef", "version": 3})"}}
        );
        EXPECT_EQ(
            run({"apply", file}).out, "Workflow tiny deployed as version 3 (0123456789ab).\n"
        );
        EXPECT_NE(server->seen()[0].body.find("uses: noop"), std::string::npos);
    }
    TinyServer server([](const SeenRequest&) {
        return CannedReply{
            422,
            R"({"detail": "the workflow is not valid", "errors": [{"pointer": "3:9", "message": "unknown task"}]})"};
    });
    environment_["KONTOR_URL"] = server.url();
    const Ran ran = run({"apply", file});
    EXPECT_EQ(ran.code, ExitFailed);
    EXPECT_EQ(
        ran.err,
        file + ":3:9: unknown task\n    tasks: {a: {uses: noop}}\n            ^\nkontor: " + file +
            " was not deployed: 1 fault\n"
    );
    EXPECT_NE(run({"apply", write("tasks: {}\n")}).err.find("names itself"), std::string::npos);
}

TEST_F(WorkflowFile, ValidateTellsGoodFromBad) {
    const Ran good = run({"validate", write("workflow: tiny\ntasks:\n  a: {uses: noop}\n")});
    EXPECT_EQ(good.code, ExitOk) << good.err;
    EXPECT_NE(good.out.find("workflow 'tiny' is valid (1 task)"), std::string::npos) << good.out;
    const std::string file = write("workflow: tiny\ntasks:\n  a: {uses: nop}\n");
    const Ran bad = run({"validate", file});
    EXPECT_EQ(bad.code, ExitFailed);
    EXPECT_NE(bad.err.find(file + ":3:"), std::string::npos) << bad.err;
    EXPECT_NE(bad.err.find("noop"), std::string::npos) << bad.err;
    const Ran json = run({"validate", file, "-o", "json"});
    EXPECT_EQ(
        json_from_text(json.out).value().at(0).at("diagnostics").at(0).at("line").as_int64(), 3
    );
}

TEST_F(WorkflowFile, AFileThatCannotBeReadIsNamed) {
    const Ran ran = run({"validate", folder_ / "absent.yaml"});
    EXPECT_EQ(ran.code, ExitFailed);
    EXPECT_NE(ran.err.find("absent.yaml: No such file"), std::string::npos) << ran.err;
    EXPECT_NE(run({"validate", folder_}).err.find("is a folder"), std::string::npos);
}

}  // namespace
}  // namespace kontor::cli
