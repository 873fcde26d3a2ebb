#include "http/head_check.hpp"

#include <gtest/gtest.h>

namespace kontor::http {
namespace {

std::string head_with(const std::string& fields, const std::string& line = "GET /a HTTP/1.1") {
    return line + "\r\n" + fields + "\r\n";
}

// The status of the refusal, 0 for an acceptable head.
int status_of(const std::string& head) {
    const HeadLimits limits;
    const auto found = find_head(head, limits);
    if (const auto* fault = std::get_if<HeadFault>(&found)) {
        EXPECT_FALSE(fault->detail.empty());
        return fault->status;
    }
    EXPECT_TRUE(std::holds_alternative<std::size_t>(found)) << head;
    const auto checked = check_head(head, limits);
    const auto* fault = std::get_if<HeadFault>(&checked);
    return fault == nullptr ? 0 : fault->status;
}

TEST(FindHead, WaitsForTheBlankLineAndMeasuresIt) {
    const HeadLimits limits;
    const std::string head = head_with("Host: a\r\n");
    for (std::size_t length = 0; length < head.size(); ++length) {
        EXPECT_TRUE(std::holds_alternative<std::monostate>(find_head(head.substr(0, length), limits)
        )) << length;
    }
    EXPECT_EQ(std::get<std::size_t>(find_head(head + "more", limits)), head.size());
}

TEST(FindHead, RefusesBareLineEndsAsSoonAsTheyCome) {
    for (const std::string& bytes :
         {std::string("GET / HTTP/1.1\n"),
          std::string("GET / HTTP/1.1\rX"),
          std::string("\r\nGET")}) {
        const auto found = find_head(bytes, HeadLimits{});
        ASSERT_TRUE(std::holds_alternative<HeadFault>(found)) << bytes;
        EXPECT_EQ(std::get<HeadFault>(found).status, 400);
    }
}

TEST(FindHead, NeverAcceptsMoreThanItsLimit) {
    HeadLimits limits;
    limits.bytes_max = 64;
    const auto fields = find_head("GET / HTTP/1.1\r\nX: " + std::string(100, 'a'), limits);
    EXPECT_EQ(std::get<HeadFault>(fields).status, 431);
    const auto line = find_head("GET /" + std::string(100, 'a'), limits);
    EXPECT_EQ(std::get<HeadFault>(line).status, 414);
}

TEST(CheckHead, ReadsWhatIsAcceptable) {
    const std::string text = head_with(
        "Host: localhost:8080\r\nX-Empty:\r\nX-Spaces: \t a b \t\r\nContent-Length: "
        "12\r\nConnection: close\r\n",
        "POST /v1/runs?x=1 HTTP/1.1"
    );
    const auto checked = check_head(text, HeadLimits{});
    ASSERT_TRUE(std::holds_alternative<Head>(checked)) << std::get<HeadFault>(checked).detail;
    const Head& head = std::get<Head>(checked);
    EXPECT_EQ(head.method, Method::Post);
    EXPECT_EQ(head.target, "/v1/runs?x=1");
    EXPECT_EQ(head.content_length, 12U);
    EXPECT_TRUE(head.has_body());
    EXPECT_FALSE(head.keep_alive);
    EXPECT_EQ(field(head.fields, "x-spaces"), "a b");
    EXPECT_EQ(field(head.fields, "x-empty"), "");
}

TEST(CheckHead, AcceptsChunkedInAnyCaseAlone) {
    EXPECT_EQ(status_of(head_with("Host: a\r\nTransfer-Encoding: Chunked\r\n")), 0);
    EXPECT_EQ(
        status_of(head_with("Host: a\r\nTransfer-Encoding: chunked\r\ncontent-length: 3\r\n")), 400
    );
    EXPECT_EQ(
        status_of(head_with("Host: a\r\ncontent-length: 3\r\nTransfer-Encoding: chunked\r\n")), 400
    );
    for (const char* coding :
         {"gzip",
          "xchunked",
          "chunked, gzip",
          "gzip, chunked",
          "chunked,",
          "identity",
          "",
          "chunked;q=1",
          "\"chunked\""}) {
        EXPECT_EQ(
            status_of(head_with("Host: a\r\nTransfer-Encoding: " + std::string(coding) + "\r\n")),
            400
        ) << coding;
    }
}

TEST(CheckHead, RefusesEveryOddContentLength) {
    for (const char* length : {"", "+5", "-5", "5 5", "5,5", "0x5", "5.0", "five", "\"5\""}) {
        EXPECT_EQ(
            status_of(head_with("Host: a\r\nContent-Length: " + std::string(length) + "\r\n")), 400
        ) << length;
    }
    EXPECT_EQ(status_of(head_with("Host: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n")), 400);
    EXPECT_EQ(status_of(head_with("Host: a\r\nContent-Length: 18446744073709551621\r\n")), 413);
    EXPECT_EQ(status_of(head_with("Host: a\r\nContent-Length: 1048577\r\n")), 413);
    EXPECT_EQ(status_of(head_with("Host: a\r\nContent-Length: 1048576\r\n")), 0);
    EXPECT_EQ(status_of(head_with("Host: a\r\nContent-Length: 0\r\n")), 0);
}

TEST(CheckHead, WantsExactlyOneHost) {
    EXPECT_EQ(status_of(head_with("")), 400);
    EXPECT_EQ(status_of(head_with("Host: a\r\nhost: a\r\n")), 400);
    EXPECT_EQ(status_of(head_with("Host: [::1]:80\r\n")), 0);
    for (const char* host : {"", "a b", "a/b", "a@b", "a?b", "a,b"}) {
        EXPECT_EQ(status_of(head_with("Host: " + std::string(host) + "\r\n")), 400) << host;
    }
}

TEST(CheckHead, RefusesMalformedLines) {
    for (const char* line : {
             "GET http://a/ HTTP/1.1",
             "GET * HTTP/1.1",
             "GET a HTTP/1.1",
             "GET  / HTTP/1.1",
             "GET / HTTP/1.1 ",
             "GET /",
             " GET / HTTP/1.1",
             "G(T / HTTP/1.1",
             "GET / HTTP/1.12",
             "GET / http/1.1",
             "GET /a b HTTP/1.1",
         }) {
        EXPECT_EQ(status_of(head_with("Host: a\r\n", line)), 400) << line;
    }
    for (const char* fields :
         {"X-A : b\r\n",
          ": b\r\n",
          "X A: b\r\n",
          "X\r\n",
          "X-A: b\r\n c\r\n",
          "X-A: b\x01\r\n",
          "X-A: b\x7f\r\n"}) {
        EXPECT_EQ(status_of(head_with("Host: a\r\n" + std::string(fields))), 400) << fields;
    }
    EXPECT_EQ(status_of(head_with("Host: a\r\n", "GET / HTTP/2.0")), 505);
    EXPECT_EQ(status_of(head_with("Host: a\r\n", "BREW / HTTP/1.1")), 501);
    EXPECT_EQ(status_of(head_with("Host: a\r\nExpect: tea\r\n")), 417);
}

// Every prefix and every single changed byte of a good head gives an answer, never a crash; and
// whatever is accepted has one unambiguous frame.
TEST(CheckHead, ChangedBytesNeverGiveTwoFrames) {
    const std::string good = head_with(
        "Host: a\r\nContent-Length: 5\r\nTransfer-Coding: x\r\n", "POST /v1/runs HTTP/1.1"
    );
    const HeadLimits limits;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string text = good;
            text[at] = static_cast<char>(byte);
            const auto found = find_head(text, limits);
            const auto* length = std::get_if<std::size_t>(&found);
            if (length == nullptr) {
                continue;
            }
            const auto checked = check_head(std::string_view(text).substr(0, *length), limits);
            if (const auto* head = std::get_if<Head>(&checked)) {
                EXPECT_FALSE(head->chunked && head->content_length > 0);
                EXPECT_EQ(field(head->fields, "Transfer-Encoding"), "");
            }
        }
    }
}

}  // namespace
}  // namespace kontor::http
