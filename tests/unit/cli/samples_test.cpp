// kontor samples push, against a server of a few lines.
#include "unit/cli/tiny_server.hpp"

#include "cli/cli.hpp"
#include "cli/command_line.hpp"
#include "cli/session.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>

namespace kontor::cli {
namespace {

struct Ran {
    int code = 0;
    std::string out;
    std::string err;
};

class SamplesPush : public ::testing::Test {
  protected:
    Ran push(const std::string& file, const std::string& url) {
        std::ostringstream out;
        std::ostringstream err;
        Surroundings around{out, err, Terminal{}, [](const char*) { return std::string(); }, [this](std::chrono::milliseconds) { ++pauses_; }};
        const char* argv[] = {"kontor", "--url", url.c_str(), "samples", "push", file.c_str()};
        const int code = run_command_line(6, argv, hooks_, around);
        return {code, out.str(), err.str()};
    }
    std::string write(const std::string& name, const std::string& text) {
        const std::string path = (folder_.path() / name).string();
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }

    test::TemporaryFolder folder_;
    CliHooks hooks_;
    int pauses_ = 0;
};

TEST_F(SamplesPush, ALargeFileGoesInPartsAtTheEndsOfLinesAndFaultsAreNumberedInTheWholeFile) {
    const std::string line(99, 'x');
    std::string text;
    for (int i = 0; i < 50'000; ++i) {
        text += line + "\n";
    }
    text += "the last one has no end";
    std::atomic<int> parts{0};
    TinyServer server([&](const SeenRequest& request) {
        const auto lines = std::count(request.body.begin(), request.body.end(), '\n') + (request.body.back() == '\n' ? 0 : 1);
        if (++parts == 1) {
            return CannedReply{200, R"({"lines":)" + std::to_string(lines) + R"(,"accepted":40000,"duplicates":)" + std::to_string(lines - 40000) + R"(,"refused":0})"};
        }
        return CannedReply{
            422, R"({"detail":"1 of them","lines":)" + std::to_string(lines) + R"(,"accepted":)" + std::to_string(lines - 1) +
                     R"(,"duplicates":0,"refused":1,"errors":[{"line":)" + std::to_string(lines) + R"(,"field":"code","message":"is missing"}]})"};
    });
    const Ran ran = push(write("s.ndjson", text), server.url());
    EXPECT_EQ(ran.code, ExitFailed);
    EXPECT_EQ(ran.err, "line 50001: code: is missing\n");
    EXPECT_EQ(ran.out.substr(0, 12), "50001 lines:") << ran.out;
    EXPECT_NE(ran.out.find("1 refused"), std::string::npos);
    std::string all;
    for (const SeenRequest& request : server.seen()) {
        EXPECT_NE(request.head.find("application/x-ndjson"), std::string::npos);
        all += request.body;
    }
    EXPECT_EQ(parts, 2);
    EXPECT_EQ(all, text);
}

TEST_F(SamplesPush, ADaemonThatHasTooMuchToDoIsAskedAgainAndThenItIsSaid) {
    std::atomic<int> asked{0};
    TinyServer server([&](const SeenRequest&) {
        return ++asked < 4 ? CannedReply{503, R"({"detail":"too many streams"})"}
                           : CannedReply{200, R"({"lines":1,"accepted":1,"duplicates":0,"refused":0})"};
    });
    const std::string file = write("s.ndjson", "{}\n");
    const Ran ran = push(file, server.url());
    EXPECT_EQ(ran.code, ExitOk) << ran.err;
    EXPECT_EQ(ran.out, "1 line: 1 new, 0 there already, 0 refused.\n");
    EXPECT_EQ(pauses_, 3);
    TinyServer busy([](const SeenRequest&) { return CannedReply{503, R"({"detail":"too many streams"})"}; });
    const Ran given_up = push(file, busy.url());
    EXPECT_NE(given_up.code, ExitOk);
    EXPECT_NE(given_up.err.find("too many streams"), std::string::npos);
}

TEST_F(SamplesPush, APackedFileGoesAsItIs) {
    TinyServer server([](const SeenRequest&) { return CannedReply{200, R"({"lines":9,"accepted":9,"duplicates":0,"refused":0})"}; });
    const std::string packed("\x1f\x8b\0\n\xff", 5);
    EXPECT_EQ(push(write("s.ndjson.gz", packed), server.url()).code, ExitOk);
    EXPECT_EQ(push(write("s.ndjson.zst", packed), server.url()).code, ExitOk);
    const auto seen = server.seen();
    EXPECT_NE(seen[0].head.find("Content-Encoding: gzip"), std::string::npos);
    EXPECT_EQ(seen[0].body, packed);
    EXPECT_NE(seen[1].head.find("Content-Encoding: zstd"), std::string::npos);
}

TEST_F(SamplesPush, AFileThatCannotBeReadIsNamed) {
    const Ran none = push("/no/such/file", "http://127.0.0.1:1");
    EXPECT_EQ(none.code, ExitUsage);
    EXPECT_NE(none.err.find("/no/such/file"), std::string::npos);
    EXPECT_EQ(push(folder_.path().string(), "http://127.0.0.1:1").code, ExitUsage);
    EXPECT_NE(push(write("empty.ndjson", ""), "http://127.0.0.1:1").err.find("is empty"), std::string::npos);
}

}  // namespace
}  // namespace kontor::cli
