// Heads that two readers could frame in two ways: 400, the connection ends, nothing behind them is
// a request.
#include "http/server_test.hpp"

namespace kontor::http_test {
namespace {

struct Attack {
    const char* name;
    std::string bytes;
};

// Without it the test's name would print the structure's bytes, padding included.
void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.name; }

// A second request hides in each body or behind each head; it would submit a run.
std::string hidden() {
    return request_text("POST", "/v1/runs", token, R"({"workflow":"smuggled"})");
}

std::string post(const std::string& fields, const std::string& body) {
    return "POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
           std::string(token) + "\r\nContent-Type: application/json\r\n" + fields + "\r\n" + body;
}

std::vector<Attack> attacks() {
    const std::string get = "GET /healthz HTTP/1.1\r\n";
    const std::string host = "Host: localhost\r\n";
    return {
        {"length_then_chunked",
         post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden())},
        {"chunked_then_length",
         post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n" + hidden())},
        {"gzip_coding", post("Transfer-Encoding: gzip\r\n", hidden())},
        {"unknown_coding", post("Transfer-Encoding: xchunked\r\n", hidden())},
        {"gzip_and_chunked", post("Transfer-Encoding: gzip, chunked\r\n", hidden())},
        {"chunked_twice",
         post(
             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden()
         )},
        {"gzip_then_length",
         post("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", "hello" + hidden())},
        {"two_lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}" + hidden())},
        {"two_equal_lengths", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}" + hidden())},
        {"length_list", post("Content-Length: 2, 2\r\n", "{}" + hidden())},
        {"length_with_plus", post("Content-Length: +2\r\n", "{}" + hidden())},
        {"negative_length", post("Content-Length: -2\r\n", "{}" + hidden())},
        {"hexadecimal_length", post("Content-Length: 0x2\r\n", "{}" + hidden())},
        {"empty_length", post("Content-Length: \r\n", "{}" + hidden())},
        {"chunked_in_1_0",
         "POST /v1/runs HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
             hidden()},
        {"no_host", get + "\r\n" + hidden()},
        {"two_hosts", get + host + "Host: other\r\n\r\n" + hidden()},
        {"empty_host", get + "Host: \r\n\r\n" + hidden()},
        {"host_with_path", get + "Host: a/b\r\n\r\n" + hidden()},
        {"absolute_target", "GET http://localhost/healthz HTTP/1.1\r\n" + host + "\r\n" + hidden()},
        {"star_target", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n" + hidden()},
        {"folded_line", get + host + "X-A: b\r\n c\r\n\r\n" + hidden()},
        {"bare_line_feed", "GET /healthz HTTP/1.1\nHost: localhost\n\n" + hidden()},
        {"line_feed_in_value", get + host + "X-A: b\nX-C: d\r\n\r\n" + hidden()},
        {"carriage_return_in_value", get + host + "X-A: b\rc\r\n\r\n" + hidden()},
        {"nul_in_value", get + host + std::string("X-A: b\0c\r\n\r\n", 12) + hidden()},
        {"space_before_colon", get + host + "Content-Length : 5\r\n\r\n" + hidden()},
        {"no_colon", get + host + "nonsense\r\n\r\n" + hidden()},
        {"empty_name", get + host + ": x\r\n\r\n" + hidden()},
        {"leading_blank_line", "\r\n" + get + host + "\r\n" + hidden()},
        {"two_spaces", "GET  /healthz HTTP/1.1\r\n" + host + "\r\n" + hidden()},
        {"no_version", "GET /healthz\r\n" + host + "\r\n" + hidden()},
        {"two_authorizations",
         get + host + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n" + hidden()},
    };
}

class Framing : public ServerTest, public ::testing::WithParamInterface<Attack> {};

TEST_P(Framing, AmbiguousHeadGets400AndNothingBehindItIsServed) {
    start();
    RawClient client(server_->port());
    client.send(GetParam().bytes);
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(client.closed_within(std::chrono::seconds(10)));
    EXPECT_EQ(client.rest(), "") << "a second answer came";
    EXPECT_TRUE(api_.calls().empty());
}

INSTANTIATE_TEST_SUITE_P(, Framing, ::testing::ValuesIn(attacks()), [](const auto& each) {
    return std::string(each.param.name);
});

class Bodies : public ServerTest {};

TEST_F(Bodies, ChunkedBodyIsPutTogether) {
    start();
    RawClient client(server_->port());
    client.send(post(
        "Transfer-Encoding: chunked\r\n", "c\r\n{\"workflow\":\r\n8\r\n\"train\"}\r\n0\r\n\r\n"
    ));
    EXPECT_EQ(client.answer().status, 201);
    EXPECT_EQ(api_.calls().at(0).substr(0, 12), "submit train");
}

TEST_F(Bodies, TrailersAfterTheLastChunkGrantNothing) {
    start();
    RawClient client(server_->port());
    client.send(
        "POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: "
        "chunked\r\n\r\n"
        "2\r\n{}\r\n0\r\nAuthorization: Bearer " +
        std::string(token) + "\r\n\r\n"
    );
    EXPECT_EQ(client.answer().status, 401);
    EXPECT_TRUE(api_.calls().empty());
}

TEST_F(Bodies, BrokenChunksGet400AndClose) {
    for (const char* chunks :
         {"zz\r\n{}\r\n0\r\n\r\n",
          "-2\r\n{}\r\n0\r\n\r\n",
          "fffffffffffffffff\r\n{}\r\n",
          "2\r\n{}x\r\n0\r\n\r\n"}) {
        start();
        RawClient client(server_->port());
        client.send(post("Transfer-Encoding: chunked\r\n", chunks + hidden()));
        const Answer answer = client.answer();
        EXPECT_TRUE(answer.status == 400 || answer.status == 413) << chunks << answer.status;
        EXPECT_TRUE(client.closed_within(std::chrono::seconds(10)));
        EXPECT_TRUE(api_.calls().empty()) << chunks;
    }
}

TEST_F(Bodies, ExpectedContinueIsSentBeforeTheBody) {
    start();
    RawClient client(server_->port());
    const std::string body = R"({"workflow":"train"})";
    client.send(
        post("Expect: 100-continue\r\nContent-Length: " + std::to_string(body.size()) + "\r\n", "")
    );
    ASSERT_TRUE(client.read_until("100 Continue\r\n\r\n"));
    client.drop_rest();
    client.send(body);
    EXPECT_EQ(client.answer().status, 201);
}

TEST_F(Bodies, UnauthorizedBodyIsNotAskedFor) {
    start();
    RawClient client(server_->port());
    client.send(
        "POST /v1/runs HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 20\r\n\r\n"
    );
    EXPECT_EQ(client.answer().status, 401);
}

}  // namespace
}  // namespace kontor::http_test
