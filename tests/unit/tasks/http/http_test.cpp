#include <gtest/gtest.h>

#include "support/small_http_server.hpp"
#include "support/task_bench.hpp"
#include "tasks/http/outcome.hpp"
#include "tasks/http/register.hpp"

namespace kontor::tasks::http {
namespace {

using sdk::FailureClass;
using sdk::JsonArray;
using sdk::JsonObject;
using test::SmallHttpServer;

class Http : public testing::Test {
 protected:
    Http() {
        register_tasks(registry);
        bench.settings_["http.allow_private"] = "true";
        bench.identity_.run = 7;
        bench.identity_.task = "call";
    }
    sdk::Outcome call(const SmallHttpServer& server, JsonObject more = {}) {
        more["url"] = server.url("/x?token=hidden");
        return bench.run(registry, "http", std::move(more));
    }
    sdk::Failed failure(const sdk::Outcome& outcome) {
        EXPECT_TRUE(std::holds_alternative<sdk::Failed>(outcome));
        return std::holds_alternative<sdk::Failed>(outcome) ? std::get<sdk::Failed>(outcome) : sdk::Failed{};
    }
    static SmallHttpServer::Answer always(int status, const std::string& body, const std::string& headers = "") {
        return [=](const std::string&) { return SmallHttpServer::answer(status, body, headers); };
    }
    sdk::TaskRegistry registry;
    test::TaskBench bench;
};

TEST_F(Http, AJsonAnswerIsParsed) {
    SmallHttpServer server(always(200, R"({"rows": 3})", "Content-Type: application/json; charset=utf-8\r\nX-A: 1\r\nX-A: 2\r\n"));
    const sdk::Outcome outcome = call(server);
    const auto& outputs = std::get<sdk::Succeeded>(outcome).outputs.get_object();
    EXPECT_EQ(outputs.at("status"), sdk::Json(200));
    EXPECT_EQ(outputs.at("body"), sdk::Json(JsonObject{{"rows", 3}}));
    EXPECT_EQ(outputs.at("headers").at("x-a"), sdk::Json("1, 2"));
}

TEST_F(Http, ABodyIsSentAsJsonWithAKeyThatStaysTheSameForEveryTry) {
    SmallHttpServer server(always(200, "ok"));
    for (bench.identity_.attempt = 1; bench.identity_.attempt <= 2; ++bench.identity_.attempt) {
        const sdk::Outcome outcome = call(server, {{"method", "POST"}, {"body", JsonObject{{"a", 1}}}});
        EXPECT_EQ(std::get<sdk::Succeeded>(outcome).outputs.at("body"), sdk::Json("ok"));
    }
    for (const std::string& request : server.requests()) {
        EXPECT_NE(request.find("Content-Type: application/json\r\n"), std::string::npos);
        EXPECT_NE(request.find("Idempotency-Key: kontor-7-call-DE-\r\n"), std::string::npos);
        EXPECT_TRUE(request.ends_with("{\"a\":1}"));
    }
}

TEST_F(Http, StatusesBecomeFailureClasses) {
    for (const auto& [status, kind] : std::vector<std::pair<int, FailureClass>>{
             {404, FailureClass::Config}, {400, FailureClass::Config}, {302, FailureClass::Config}, {429, FailureClass::Transient},
             {408, FailureClass::Transient}, {500, FailureClass::Transient}, {503, FailureClass::Transient}}) {
        SmallHttpServer server(always(status, "no luck"));
        const sdk::Failed failed = failure(call(server));
        EXPECT_EQ(failed.kind, kind) << status;
        EXPECT_NE(failed.reason.find(std::to_string(status)), std::string::npos) << failed.reason;
        EXPECT_EQ(failed.reason.find("hidden"), std::string::npos) << failed.reason;
        EXPECT_EQ(failed.retry_after, std::nullopt);
    }
}

TEST_F(Http, TheServersRetryAfterIsKept) {
    SmallHttpServer server(always(503, "", "Retry-After: 17\r\n"));
    EXPECT_EQ(failure(call(server)).retry_after, std::chrono::seconds(17));
    SmallHttpServer slow(always(429, "", "Retry-After: 999999\r\n"));
    EXPECT_EQ(failure(call(slow)).retry_after, retry_after_max);
}

TEST_F(Http, ExpectSaysWhichStatusesAreASuccess) {
    SmallHttpServer server(always(404, ""));
    const JsonArray expect{200, 404};
    EXPECT_TRUE(std::holds_alternative<sdk::Succeeded>(call(server, {{"expect", expect}})));
    SmallHttpServer fine(always(202, ""));
    EXPECT_EQ(failure(call(fine, {{"expect", JsonArray{200}}})).kind, FailureClass::Config);
}

TEST_F(Http, AnAnswerThatIsNoTextOrNoJsonIsAFaultOfTheData) {
    SmallHttpServer binary(always(200, "\xff\xfe"));
    EXPECT_EQ(failure(call(binary)).kind, FailureClass::Data);
    SmallHttpServer broken(always(200, "{", "Content-Type: application/problem+json\r\n"));
    EXPECT_EQ(failure(call(broken)).kind, FailureClass::Data);
}

TEST_F(Http, PrivateAddressesNeedTheSetting) {
    bench.settings_.clear();
    SmallHttpServer server(always(200, ""));
    const sdk::Failed failed = failure(call(server));
    EXPECT_EQ(failed.kind, FailureClass::Config);
    EXPECT_NE(failed.reason.find("http.allow_private"), std::string::npos);
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(Http, ABrokenConnectionIsTransientAndAStopIsAnInterruption) {
    SmallHttpServer silent([](const std::string&) { return ""; });
    EXPECT_EQ(failure(call(silent, {{"timeout_seconds", 0.1}})).kind, FailureClass::Transient);
    bench.stop_.request_stop();
    EXPECT_TRUE(std::holds_alternative<sdk::Interrupted>(call(silent)));
}

TEST(OriginOf, ShowsNeitherPathNorCredentials) {
    EXPECT_EQ(origin_of("https://user:secret@example.org:8443/a/b?token=x"), "https://example.org:8443");
    EXPECT_EQ(origin_of("http://example.org?x"), "http://example.org");
    EXPECT_EQ(origin_of("example.org/x"), "example.org");
}

}  // namespace
}  // namespace kontor::tasks::http
