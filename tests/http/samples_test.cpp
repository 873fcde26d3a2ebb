// The road of a stream of samples through the door: framing, packing, limits, and what its sender hears.
#include "http/server_test.hpp"
#include "support/packed.hpp"

namespace kontor::http_test {
namespace {

using namespace std::chrono_literals;

std::string line(const std::string& item, int version = 1, const std::string& code = "1.1") {
    return R"({"country":"DE","item":")" + item + R"(","version":)" + std::to_string(version) + R"(,"code":")" + code +
           R"(","columns":{"title":"Kabel"}})" + "\n";
}

class Samples : public ServerTest {
  protected:
    Answer post(const std::string& body, const std::string& fields = "") {
        return ask("POST", "/v1/samples", body, "application/x-ndjson", fields);
    }
    std::string chunked_head(const std::string& fields = "") {
        return "POST /v1/samples HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + std::string(token) +
               "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n" + fields + "\r\n";
    }
    static std::string chunk(const std::string& text) {
        char size[20];
        std::snprintf(size, sizeof size, "%zx\r\n", text.size());
        return size + text + "\r\n";
    }
};

TEST_F(Samples, AreCountedAndTheSameAgainIsADuplicate) {
    start();
    const std::string body = line("a") + "\n" + line("b");
    EXPECT_EQ(post(body).body, R"({"lines":2,"accepted":2,"duplicates":0,"refused":0})");
    const Answer again = post(body);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, R"({"lines":2,"accepted":0,"duplicates":2,"refused":0})");
    ASSERT_EQ(notes_.size(), 1U);
    EXPECT_NE(notes_.front().find("samples: DE 2"), std::string::npos);
    ASSERT_EQ(api_.recorded().size(), 1U) << "what only repeats is on the record as a request";
    EXPECT_EQ(api_.recorded().front().route, "POST /v1/samples");
}

TEST_F(Samples, ComePackedOrInChunksOfAnySize) {
    start();
    std::string body;
    for (int i = 0; i < 5000; ++i) {
        body += line("item " + std::to_string(i));
    }
    EXPECT_EQ(post(test::gzipped(body), "Content-Encoding: gzip\r\n").body, R"({"lines":5000,"accepted":5000,"duplicates":0,"refused":0})");
    EXPECT_EQ(post(test::zstded(body), "Content-Encoding: zstd\r\n").body, R"({"lines":5000,"accepted":0,"duplicates":5000,"refused":0})");
    RawClient client(server_->port());
    client.send(chunked_head());
    for (std::size_t at = 0; at < body.size(); at += 3001) {
        ASSERT_TRUE(client.send(chunk(body.substr(at, 3001))));
    }
    client.send("0\r\n\r\n");
    EXPECT_EQ(client.answer().body, R"({"lines":5000,"accepted":0,"duplicates":5000,"refused":0})");
    client.send(request_text("GET", "/v1/status", token));
    EXPECT_EQ(client.answer().status, 200) << "the connection goes on";
    RawClient waits(server_->port());
    waits.send(chunked_head("Expect: 100-continue\r\n"));
    ASSERT_TRUE(waits.read_until("100 Continue\r\n\r\n"));
    waits.drop_rest();
    waits.send(chunk(line("late")) + "0\r\n\r\n");
    EXPECT_EQ(waits.answer().status, 200);
}

TEST_F(Samples, RefusedLinesAreNamedAndTheOthersKept) {
    start();
    const Answer answer = post(line("a") + "{\"item\":1}\n" + line("b") + "nonsense\n" + line("a", 1, "2.1"));
    EXPECT_EQ(answer.status, 422);
    const Json told = json_from_text(answer.body).value();
    EXPECT_EQ(told.at("accepted").get_int64(), 2);
    EXPECT_EQ(told.at("refused").get_int64(), 3);
    EXPECT_EQ(text_member(told, "detail"), "3 of 5 lines are refused; 2 new samples are kept, and 0 were there already.");
    const auto& errors = told.at("errors").get_array();
    ASSERT_EQ(errors.size(), 3U);
    EXPECT_EQ(errors[0].at("line").get_int64(), 2);
    EXPECT_EQ(text_member(errors[0], "field"), "country");
    EXPECT_EQ(text_member(errors[0], "pointer"), "/2/country");
    EXPECT_EQ(errors[1].at("line").get_int64(), 4);
    EXPECT_EQ(text_member(errors[2], "field"), "version");
    EXPECT_EQ(samples_.count(), 2U);
}

TEST_F(Samples, AnotherTypeCodingOrNoBodyIsRefused) {
    start();
    EXPECT_EQ(ask("POST", "/v1/samples", line("a")).status, 415);
    EXPECT_EQ(post(line("a"), "Content-Encoding: br\r\n").status, 415);
    EXPECT_EQ(post("").status, 400);
    EXPECT_EQ(ask("POST", "/v1/samples?country=DE", line("a"), "application/x-ndjson").status, 400);
    EXPECT_EQ(post("no gzip", "Content-Encoding: gzip\r\n").status, 422);
    EXPECT_EQ(samples_.count(), 0U);
}

TEST_F(Samples, WhatIsTooLargeIsCutWhetherSaidOrNotAndABombToo) {
    http::ServerLimits limits;
    limits.intake_bytes_max = 3 * 1024 * 1024;
    start(limits);
    RawClient said(server_->port());
    said.send(
        "POST /v1/samples HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + std::string(token) +
        "\r\nContent-Type: application/x-ndjson\r\nContent-Length: 3145729\r\n\r\n"
    );
    EXPECT_EQ(said.answer().status, 413);
    RawClient unsaid(server_->port());
    unsaid.send(chunked_head());
    const std::string blank = chunk(std::string(100'000, '\n'));
    for (int i = 0; i < 40 && unsaid.send(blank); ++i) {
    }
    EXPECT_EQ(unsaid.answer().status, 413);
    // A body of other routes is what it was, whatever streams may be.
    EXPECT_EQ(ask("POST", "/v1/runs", std::string(2 * 1024 * 1024, ' ')).status, 413);
    const Answer bomb = post(test::gzipped(std::string(std::size_t{9} << 20U, '0')), "Content-Encoding: gzip\r\n");
    EXPECT_EQ(bomb.status, 422);
    EXPECT_NE(bomb.body.find("larger than 8 MiB when it is unpacked"), std::string::npos);
    EXPECT_EQ(post(line("a")).status, 200);
}

TEST_F(Samples, BrokenFramingAndALostConnectionKeepNothingOfTheLastChunk) {
    start();
    RawClient broken(server_->port());
    broken.send(chunked_head() + chunk(line("a")) + "no size\r\n");
    EXPECT_EQ(broken.answer().status, 400);
    {
        RawClient lost(server_->port());
        lost.send(chunked_head() + chunk(line("b")));
    }
    EXPECT_EQ(post(line("c")).status, 200);
    EXPECT_EQ(samples_.count(), 1U);
}

TEST_F(Samples, ASlowSenderIsCutAndTooManyStreamsHearWhenToComeAgain) {
    http::ServerLimits limits;
    limits.intake_streams_max = 2;
    limits.body_deadline = 300ms;
    start(limits);
    RawClient first(server_->port());
    RawClient second(server_->port());
    first.send(chunked_head("Expect: 100-continue\r\n"));
    second.send(chunked_head("Expect: 100-continue\r\n"));
    ASSERT_TRUE(first.read_until("100 Continue"));
    ASSERT_TRUE(second.read_until("100 Continue"));
    const Answer third = post(line("a"));
    EXPECT_EQ(third.status, 503);
    EXPECT_FALSE(third.field("Retry-After").empty());
    first.drop_rest();
    second.drop_rest();
    EXPECT_EQ(first.answer().status, 408);
    EXPECT_EQ(second.answer().status, 408);
    EXPECT_EQ(post(line("a")).status, 200) << "their places are free again";
}

TEST_F(Samples, ADatabaseThatIsAwayIsA503ThatSaysWhatIsKept) {
    start();
    samples_.away_ = true;
    const Answer away = post(line("a"));
    EXPECT_EQ(away.status, 503);
    EXPECT_FALSE(away.field("Retry-After").empty());
    EXPECT_NE(away.body.find("send everything again"), std::string::npos);
    samples_.away_ = false;
    EXPECT_EQ(post(line("a")).status, 200);
}

TEST_F(Samples, AreListedByCountryAndItem) {
    start();
    EXPECT_EQ(ask("GET", "/v1/samples?item=a").status, 400);
    ask("GET", "/v1/samples?country=DE&item=a&limit=5");
    EXPECT_EQ(api_.calls().back(), "read samples_page(DE,a,5,-,-)");
}

}  // namespace
}  // namespace kontor::http_test
