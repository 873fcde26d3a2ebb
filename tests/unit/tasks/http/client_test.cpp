#include "tasks/http/client.hpp"

#include <gtest/gtest.h>

#include "support/small_http_server.hpp"

namespace kontor::tasks::http {
namespace {

using test::SmallHttpServer;
using Why = NoAnswer::Why;

Request to(const SmallHttpServer& server, const std::string& path = "/") {
    Request request;
    request.url = server.url(path);
    request.allow_private = true;
    return request;
}

NoAnswer none_of(const std::variant<Answer, NoAnswer>& result) {
    EXPECT_TRUE(std::holds_alternative<NoAnswer>(result));
    return std::holds_alternative<NoAnswer>(result) ? std::get<NoAnswer>(result) : NoAnswer{};
}

TEST(HttpClient, GivesStatusHeadersAndBody) {
    SmallHttpServer server([](const std::string&) { return SmallHttpServer::answer(201, "made", "X-Kind: Test\r\n"); });
    Request request = to(server, "/v1/things?x=1");
    request.method = "POST";
    request.body = "{\"a\": 1}";
    request.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
    const auto result = HttpClient().send(request);
    const auto& answer = std::get<Answer>(result);
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, "made");
    EXPECT_EQ(answer.header("x-kind"), "Test");
    EXPECT_EQ(answer.header("nothing"), std::nullopt);
    ASSERT_EQ(server.requests().size(), 1U);
    const std::string sent = server.requests()[0];
    EXPECT_TRUE(sent.starts_with("POST /v1/things?x=1 HTTP/1.1\r\n")) << sent;
    EXPECT_NE(sent.find("Content-Type: application/json\r\n"), std::string::npos);
    EXPECT_NE(sent.find("X-Empty:\r\n"), std::string::npos);
    EXPECT_TRUE(sent.ends_with("\r\n\r\n{\"a\": 1}"));
}

TEST(HttpClient, RefusesAPrivateAddressBeforeAnythingIsSent) {
    SmallHttpServer server([](const std::string&) { return SmallHttpServer::answer(200, "secret"); });
    const std::string port = std::to_string(server.port());
    // Spellings of one address; what counts is the address that would be connected to.
    for (const std::string host : {"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]"}) {
        Request request;
        request.url = "http://" + host + ":" + port + "/";
        const NoAnswer none = none_of(HttpClient().send(request));
        EXPECT_EQ(none.why, Why::Refused) << host << ": " << none.message;
    }
    EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, AConnectionKeptFromAnAllowedRequestIsNoWayAround) {
    SmallHttpServer server([](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"; });
    HttpClient client;
    EXPECT_TRUE(std::holds_alternative<Answer>(client.send(to(server))));
    Request request = to(server);
    request.allow_private = false;
    EXPECT_EQ(none_of(client.send(request)).why, Why::Refused);
}

TEST(HttpClient, ARedirectIsAnAnswerAndIsNotFollowed) {
    SmallHttpServer inner([](const std::string&) { return SmallHttpServer::answer(200, "inside"); });
    SmallHttpServer outer([&](const std::string&) { return SmallHttpServer::answer(302, "", "Location: " + inner.url() + "\r\n"); });
    EXPECT_EQ(std::get<Answer>(HttpClient().send(to(outer))).status, 302);
    EXPECT_EQ(inner.connections(), 0);
}

TEST(HttpClient, ASilentServerTimesOut) {
    SmallHttpServer server([](const std::string&) { return ""; });
    Request request = to(server);
    request.timeout = std::chrono::milliseconds(100);
    EXPECT_EQ(none_of(HttpClient().send(request)).why, Why::TimedOut);
}

TEST(HttpClient, AStopEndsTheWaitAtOnce) {
    std::stop_source stop;
    SmallHttpServer server([&](const std::string&) {
        stop.request_stop();
        return "";
    });
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(none_of(HttpClient().send(to(server), stop.get_token())).why, Why::Stopped);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
    EXPECT_EQ(none_of(HttpClient().send(to(server), stop.get_token())).why, Why::Stopped);
}

TEST(HttpClient, ABodyOverTheLimitIsRefused) {
    SmallHttpServer server([](const std::string&) { return SmallHttpServer::answer(200, std::string(5000, 'x')); });
    Request request = to(server);
    request.answer_bytes_max = 4999;
    EXPECT_EQ(none_of(HttpClient().send(request)).why, Why::TooLarge);
    request.answer_bytes_max = 5000;
    EXPECT_EQ(std::get<Answer>(HttpClient().send(request)).body.size(), 5000U);
}

TEST(HttpClient, HeadersOverTheLimitAreRefused) {
    SmallHttpServer server([](const std::string&) {
        std::string headers;
        for (int i = 0; i < 100; ++i) {
            headers += "X-" + std::to_string(i) + ": " + std::string(1000, 'x') + "\r\n";
        }
        return SmallHttpServer::answer(200, "", headers);
    });
    EXPECT_EQ(none_of(HttpClient().send(to(server))).why, Why::TooLarge);
}

TEST(HttpClient, ABodyCanBeTakenPieceByPieceAndLeftInTheMiddle) {
    SmallHttpServer server([](const std::string&) { return SmallHttpServer::answer(200, "data: 1\n\ndata: 2\n\n"); });
    Request request = to(server);
    std::string seen;
    request.on_body = [&](std::string_view piece) {
        seen += piece;
        return true;
    };
    EXPECT_EQ(std::get<Answer>(HttpClient().send(request)).body, "");
    EXPECT_EQ(seen, "data: 1\n\ndata: 2\n\n");
    request.on_body = [](std::string_view) { return false; };
    EXPECT_EQ(std::get<Answer>(HttpClient().send(request)).status, 200);
}

TEST(HttpClient, NobodyListeningIsUnreachable) {
    std::string url;
    {
        const SmallHttpServer gone([](const std::string&) { return ""; });
        url = gone.url();
    }
    Request request;
    request.url = url;
    request.allow_private = true;
    EXPECT_EQ(none_of(HttpClient().send(request)).why, Why::Unreachable);
}

TEST(HttpClient, WhatWouldSmuggleAHeaderIsNotSent) {
    SmallHttpServer server([](const std::string&) { return SmallHttpServer::answer(200, ""); });
    Request request = to(server);
    request.headers = {{"X-A", "1\r\nX-B: 2"}};
    EXPECT_EQ(none_of(HttpClient().send(request)).why, Why::BadRequest);
    request.headers = {{"X A", "1"}};
    EXPECT_EQ(none_of(HttpClient().send(request)).why, Why::BadRequest);
    request = to(server);
    request.method = "GET / HTTP/1.1\r\nX: ";
    EXPECT_EQ(none_of(HttpClient().send(request)).why, Why::BadRequest);
    for (const char* url : {"file:///etc/passwd", "gopher://127.0.0.1/", "http://", "", "http://a b/"}) {
        request = Request();
        request.url = url;
        request.allow_private = true;
        EXPECT_EQ(none_of(HttpClient().send(request)).why, Why::BadRequest) << url;
    }
    EXPECT_EQ(server.connections(), 0);
}

}  // namespace
}  // namespace kontor::tasks::http
