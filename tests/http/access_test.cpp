// Who may do what, for every route of the table, and paths that try to be another path.
#include "http/example_path.hpp"
#include "http/router.hpp"
#include "http/server_test.hpp"

#include <set>

namespace kontor::http_test {
namespace {

using http::Access;
using http::Kind;
using http::Method;
using http::Route;

class AccessTest : public ServerTest {
  protected:
    int status_with(Method method, const std::string& path, const std::string& authorization) {
        RawClient client(server_->port());
        std::string text = std::string(to_string(method)) + " " + path + " HTTP/1.1\r\nHost: a\r\n";
        if (!authorization.empty()) {
            text += "Authorization: " + authorization + "\r\n";
        }
        client.send(text + "\r\n");
        return client.answer(true).status;
    }
};

TEST_F(AccessTest, EveryRouteButHealthRefusesEveryoneWithoutAToken) {
    start();
    const std::string wrong[] = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer nothing",
        "Bearer a-token-of-the-tes",
        "Bearer a-token-of-the-test2",
        "Basic " + std::string(token),
        std::string(token),
        "Bearer " + sha256_hex(token),
    };
    std::set<std::string> open;
    for (const Route& route : http::routes()) {
        for (const std::string& authorization : wrong) {
            const int status = status_with(route.method, example(route.pattern), authorization);
            if (status != 401) {
                open.emplace(route.pattern);
                EXPECT_EQ(route.guard.least, Access::Public)
                    << route.pattern << " with " << authorization;
            }
        }
    }
    EXPECT_EQ(open, (std::set<std::string>{"/healthz", "/readyz", "/v1/session", "/v1/session/end"}));
    EXPECT_TRUE(api_.calls().empty());
}

TEST_F(AccessTest, EveryRouteLetsAKnownTokenIn) {
    start();
    for (const Route& route : http::routes()) {
        if (route.kind == Kind::Stream) {
            continue;
        }
        const int status =
            status_with(route.method, example(route.pattern), "bearer another-token");
        EXPECT_NE(status, 401) << route.pattern;
        EXPECT_NE(status, 0) << route.pattern;
        EXPECT_LT(status, 500) << route.pattern;
    }
}

TEST_F(AccessTest, OtherMethodsAreRefusedWithoutATokenAndNamedWithOne) {
    start();
    for (const Route& route : http::routes()) {
        const std::string path = example(route.pattern);
        const bool open = route.guard.least == Access::Public;
        EXPECT_EQ(status_with(Method::Delete, path, ""), open ? 405 : 401) << path;
        const Answer answer = ask("DELETE", path);
        EXPECT_EQ(answer.status, 405) << path;
        EXPECT_NE(answer.field("Allow").find(to_string(route.method)), std::string::npos) << path;
        EXPECT_EQ(ask("OPTIONS", path).status, 204) << path;
    }
}

TEST_F(AccessTest, UnauthorizedAnswerSaysHow) {
    start();
    RawClient client(server_->port());
    client.send(request_text("GET", "/v1/runs", "wrong"));
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.field("WWW-Authenticate"), "Bearer realm=\"kontor\"");
    EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
}

// Without a token none of these may reach the list of runs; with one they are that path or an
// error, never another.
TEST_F(AccessTest, NoSpellingOfAPathChangesTheDecision) {
    start();
    const char* const paths[] = {
        "//v1/runs",
        "/v1//runs",
        "/v1/./runs",
        "/v1/../v1/runs",
        "/v1/%2e/runs",
        "/v1/%2E%2e/runs",
        "/v1/.%2e/runs",
        "/v1%2fruns",
        "/v1%2Fruns",
        "/v1%5cruns",
        "/v1\\runs",
        "/v1;/runs",
        "/v1/runs;a=b",
        "/v1/runs%3b",
        "/v1/runs/",
        "/v1/runs/%00",
        "/v1/runs%0d%0a",
        "/V1/runs",
        "/v1/RUNS",
        "/v1/runs.json",
        "/v1/runs/configs",
        "/healthz/../v1/runs",
        "/healthz/%2e%2e/v1/runs",
        "/healthz;/v1/runs",
        "/healthz//v1/runs",
        "/assets/../v1/runs",
        "/assets/%2e%2e/v1/runs",
        "/v1/%72uns",
        "/%76%31/runs",
        "/v1/runs%20",
        "/v1/runs%",
        "/v1/runs%2",
        "/v1/%252e%252e/runs",
        "/v1/runs?%00=1",
        "/v1/runs#/healthz",
        "/./v1/runs",
        "/v1/runs/1/../2",
        "/v1/campaigns/a%2fb",
    };
    for (const char* path : paths) {
        RawClient client(server_->port());
        client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        const int status = client.answer().status;
        EXPECT_TRUE(status == 400 || status == 401 || status == 404) << path << " gave " << status;
    }
    EXPECT_TRUE(api_.calls().empty());
}

TEST_F(AccessTest, OverridingFieldsAreIgnored) {
    start();
    for (const char* field : {
             "X-HTTP-Method-Override: GET\r\n",
             "X-Original-URL: /healthz\r\n",
             "X-Rewrite-URL: /healthz\r\n",
             "X-Forwarded-For: 127.0.0.1\r\n",
             "Forwarded: for=127.0.0.1\r\n",
         }) {
        RawClient client(server_->port());
        client.send("GET /v1/runs HTTP/1.1\r\nHost: a\r\n" + std::string(field) + "\r\n");
        EXPECT_EQ(client.answer().status, 401) << field;
    }
    EXPECT_TRUE(api_.calls().empty());
}

TEST(Start, RefusesAnOpenAddressWithoutAToken) {
    MemoryApi api;
    http::ServerOptions options;
    options.address = "0.0.0.0";
    options.port = 0;
    options.plain_http_allowed = true;
    const auto started = http::Server::start(options, api);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, ErrorKind::Invalid);
}

TEST(Start, RefusesAnOpenAddressInPlainTextUnlessToldSo) {
    MemoryApi api;
    http::ServerOptions options;
    options.address = "0.0.0.0";
    options.port = 0;
    options.token_hashes = {sha256_hex(token)};
    for (const char* address : {"0.0.0.0", "::", "192.0.2.1", "::ffff:192.0.2.1"}) {
        options.address = address;
        const auto refused = http::Server::start(options, api);
        ASSERT_FALSE(refused) << address;
        EXPECT_NE(refused.error().message.find("--plain-http"), std::string::npos) << address;
        EXPECT_FALSE(http::may_listen(address, 0, false)) << address;
    }
    EXPECT_TRUE(http::may_listen("127.0.0.2", 0, false));
    options.address = "0.0.0.0";
    options.plain_http_allowed = true;
    EXPECT_TRUE(http::Server::start(options, api));
}

TEST(Start, SaysThatThePortIsInUse) {
    MemoryApi api;
    http::ServerOptions options;
    options.port = 0;
    auto first = http::Server::start(options, api);
    ASSERT_TRUE(first);
    options.port = (*first)->port();
    EXPECT_GT(options.port, 0);
    const auto second = http::Server::start(options, api);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::Unavailable);
    EXPECT_NE(second.error().message.find("in use"), std::string::npos);
    EXPECT_EQ(second.error().message.find('\n'), std::string::npos);
}

TEST(Start, RefusesWhatIsNoAddressOrNoHash) {
    MemoryApi api;
    http::ServerOptions options;
    options.address = "localhost:80";
    EXPECT_FALSE(http::Server::start(options, api));
    options.address = "127.0.0.1";
    options.token_hashes = {"secret"};
    EXPECT_FALSE(http::Server::start(options, api));
}

}  // namespace
}  // namespace kontor::http_test
