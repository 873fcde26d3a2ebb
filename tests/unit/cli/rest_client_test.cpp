#include "cli/rest_client.hpp"

#include "unit/cli/tiny_server.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <unistd.h>

namespace kontor::cli {
namespace {

Environment environment(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const char* name) {
        const auto found = values.find(name);
        return found == values.end() ? std::string() : found->second;
    };
}

// A folder that is gone afterwards.
class Folder {
  public:
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "kontor-cli-XXXXXX";
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
        return path_ / name;
    }
    std::string path() const { return path_; }

  private:
    std::filesystem::path path_;
};

TEST(Target, UrlComesFromTheOptionThenTheEnvironmentThenTheDefault) {
    const auto url = [](const std::string& option, const Environment& env) {
        return find_target(option, "", env, false).value().url;
    };
    EXPECT_EQ(url("http://a:1/", environment({{"KONTOR_URL", "http://b:2"}})), "http://a:1");
    EXPECT_EQ(url("", environment({{"KONTOR_URL", "b:2"}})), "http://b:2");
    EXPECT_EQ(url("", environment({})), "http://127.0.0.1:8080");
    EXPECT_EQ(url("", environment({{"KONTOR_PORT", "8471"}})), "http://127.0.0.1:8471");
    EXPECT_EQ(url("", environment({{"KONTOR_PORT", "http"}})), "http://127.0.0.1:8080");
    EXPECT_EQ(url("", environment({{"KONTOR_PORT", "8471"}, {"KONTOR_URL", "http://b:2"}})), "http://b:2");
}

TEST(Target, TokenComesFromTheNamedFileThenTheEnvironmentThenTheDataFolder) {
    const Folder folder;
    const std::string named = folder.write("named", "one\n");
    folder.write("token", "three\n");
    const Environment full = environment({{"KONTOR_TOKEN", "two"}, {"KONTOR_DATA", folder.path()}});
    EXPECT_EQ(find_target("", named, full, false).value().token, "one");
    EXPECT_EQ(find_target("", "", full, false).value().token, "two");
    EXPECT_EQ(
        find_target("", "", environment({{"KONTOR_DATA", folder.path()}}), false).value().token,
        "three"
    );
    EXPECT_EQ(
        find_target("", "", environment({{"KONTOR_DATA", folder.path() + "/absent"}}), false)
            .value()
            .token,
        ""
    );
    EXPECT_FALSE(find_target("", folder.path() + "/absent", full, false).has_value());
}

TEST(Target, TheDataFolderHasOneDefaultForDaemonAndClient) {
    EXPECT_EQ(
        default_data_folder(environment({{"KONTOR_DATA", "/d"}, {"HOME", "/home/a"}}), false), "/d"
    );
    EXPECT_EQ(default_data_folder(environment({{"HOME", "/root"}}), true), "/var/lib/kontor");
    EXPECT_EQ(
        default_data_folder(environment({{"HOME", "/home/a"}}), false),
        "/home/a/.local/share/kontor"
    );
    EXPECT_EQ(
        default_data_folder(environment({{"HOME", "/home/a"}, {"XDG_DATA_HOME", "/x"}}), false),
        "/x/kontor"
    );
}

TEST(Query, EmptyValuesAreLeftOutAndOthersEncoded) {
    EXPECT_EQ(with_query("/v1/runs", {{"workflow", ""}, {"state", ""}}), "/v1/runs");
    EXPECT_EQ(
        with_query("/v1/runs", {{"a", "x y&z=ü"}, {"b", ""}, {"c", "1"}}),
        "/v1/runs?a=x%20y%26z%3D%C3%BC&c=1"
    );
}

TEST(RestClient, SendsTokenBodyAndAFreshIdempotencyKeyWithEveryPost) {
    TinyServer server([](const SeenRequest&) { return CannedReply{201, R"({"id": 7})"}; });
    RestClient client({server.url(), "secret", "KONTOR_TOKEN"});
    EXPECT_EQ(
        client.post("/v1/runs", JsonObject{{"workflow", "train"}}).value(),
        Json(JsonObject{{"id", 7}})
    );
    ASSERT_TRUE(client.post("/v1/runs", JsonObject{}, "mine").has_value());
    ASSERT_TRUE(client.get("/v1/runs").has_value());
    const auto seen = server.seen();
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0].method, "POST");
    EXPECT_EQ(seen[0].body, R"({"workflow":"train"})");
    EXPECT_NE(seen[0].head.find("Authorization: Bearer secret\r\n"), std::string::npos);
    EXPECT_NE(seen[0].head.find("Idempotency-Key: cli-"), std::string::npos);
    EXPECT_NE(seen[0].head.find("Content-Type: application/json\r\n"), std::string::npos);
    EXPECT_NE(seen[1].head.find("Idempotency-Key: mine\r\n"), std::string::npos);
    EXPECT_EQ(seen[2].head.find("Idempotency-Key"), std::string::npos);
    EXPECT_EQ(seen[2].method, "GET");
}

TEST(RestClient, AProblemBecomesASentenceWithItsPointers) {
    TinyServer server([](const SeenRequest&) {
        return CannedReply{
            422,
            R"({"title": "Unprocessable", "status": 422, "detail": "the parameters do not fit the workflow",
                                   "errors": [{"pointer": "/params/trials", "message": "must be at least 1"}]})"};
    });
    RestClient client({server.url(), "t", ""});
    const Error error = client.get("/v1/runs").error();
    EXPECT_EQ(error.kind, ErrorKind::Invalid);
    EXPECT_EQ(
        describe(error),
        "the parameters do not fit the workflow\n  /params/trials: must be at least 1"
    );
}

TEST(RestClient, WhatTheDetailSaysAlreadyIsNotSaidTwice) {
    const std::string_view body = R"({"detail": "the parameters do not fit: /params/trials: must be at least 1",
                                      "errors": [{"pointer": "/params/trials", "message": "must be at least 1"}]})";
    EXPECT_EQ(describe(error_from_reply(422, body, {})), "the parameters do not fit: /params/trials: must be at least 1");
}

TEST(RestClient, ARefusedTokenSaysWhereItCameFromAndAMissingOneWhereItWasLookedFor) {
    TinyServer server([](const SeenRequest&) {
        return CannedReply{401, R"({"title": "a valid bearer token is required", "status": 401})"};
    });
    RestClient with({server.url(), "t", "KONTOR_TOKEN"});
    EXPECT_NE(
        with.get("/v1/runs").error().message.find("came from KONTOR_TOKEN"), std::string::npos
    );
    RestClient without({server.url(), "", "/d/token"});
    EXPECT_NE(
        without.get("/v1/runs").error().message.find("none was found in /d/token"),
        std::string::npos
    );
}

TEST(RestClient, StatusesBecomeKinds) {
    const Target target;
    EXPECT_EQ(error_from_reply(404, "", target).kind, ErrorKind::NotFound);
    EXPECT_EQ(error_from_reply(409, "", target).kind, ErrorKind::Conflict);
    EXPECT_EQ(error_from_reply(503, "", target).kind, ErrorKind::Unavailable);
    EXPECT_EQ(error_from_reply(400, "", target).kind, ErrorKind::Invalid);
    EXPECT_EQ(error_from_reply(500, "<html>", target).kind, ErrorKind::Internal);
    EXPECT_NE(error_from_reply(500, "<html>", target).message.find("500"), std::string::npos);
}

TEST(RestClient, AnAnswerThatIsNotJsonIsAnError) {
    TinyServer server([](const SeenRequest&) { return CannedReply{200, "<html>hello</html>"}; });
    RestClient client({server.url(), "t", ""});
    EXPECT_NE(client.get("/v1/runs").error().message.find("is it Kontor?"), std::string::npos);
}

TEST(RestClient, WhenNobodyListensOneSentenceSaysWhatToDo) {
    // A port that was just free: nothing answers there.
    std::string url;
    {
        url = TinyServer([](const SeenRequest&) { return CannedReply{}; }).url();
    }
    RestClient client({url, "t", ""});
    const Error error = client.get("/v1/runs").error();
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_EQ(error.message.rfind("no daemon answers at " + url, 0), 0U) << error.message;
    EXPECT_NE(error.message.find("kontor serve"), std::string::npos);
}

}  // namespace
}  // namespace kontor::cli
