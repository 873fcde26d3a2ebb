// The road of a file through the door: all of it or nothing, and what its sender hears.
#include "http/server_test.hpp"

namespace kontor::http_test {
namespace {

class Files : public ServerTest {
  protected:
    Answer post(const std::string& name, const std::string& body, const std::string& fields = "") {
        return ask("POST", "/v1/countries/DE/files?name=" + name, body, "application/octet-stream", fields);
    }
};

TEST_F(Files, ComeWholeWhateverTheirLength) {
    start();
    const std::string body(3'000'000, 'x');  // more than a body of other routes may have
    EXPECT_EQ(post("models/a.tar", body, "Idempotency-Key: k1\r\nKontor-Reason: better trees\r\n").status, 200);
    ASSERT_EQ(files_.arrived_.size(), 1U);
    const MemoryFiles::Arrived& file = files_.arrived_.front();
    EXPECT_EQ(file.bytes, body);
    EXPECT_EQ(file.sender.country, "DE");
    EXPECT_EQ(file.sender.name, "models/a.tar");
    EXPECT_EQ(file.sender.route, "POST /v1/countries/{country}/files");
    EXPECT_EQ(file.sender.reason, "better trees");
    EXPECT_TRUE(file.sender.reply_key.ends_with(":k1")) << file.sender.reply_key;
    EXPECT_FALSE(file.sender.fingerprint.empty());
    EXPECT_TRUE(api_.recorded().empty()) << "its line was committed with it";
}

TEST_F(Files, AreRefusedBeforeTheirBodyWhenTheirNameIsNone) {
    start();
    for (const char* name : {"", "../a", "a/../b", ".a", "a/.b", "/a", "a//b", "a/", "a%20b", "a%00b", "a%5Cb"}) {
        EXPECT_EQ(post(name, "x").status, 400) << name;
    }
    EXPECT_EQ(post(std::string(201, 'a'), "x").status, 400);
    EXPECT_EQ(ask("POST", "/v1/countries/DE/files", "x", "application/octet-stream").status, 400);
    EXPECT_EQ(ask("POST", "/v1/countries/DE/files?name=a&more=b", "x", "application/octet-stream").status, 400);
    EXPECT_EQ(ask("POST", "/v1/countries/DE/files?name=a", "{}").status, 415);
    EXPECT_EQ(files_.opened_, 0);
}

TEST_F(Files, LeaveNothingBehindWhenTheirSenderGoes) {
    start();
    {
        RawClient client(server_->port());
        client.send(
            "POST /v1/countries/DE/files?name=a HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + std::string(token) +
            "\r\nContent-Type: application/octet-stream\r\nContent-Length: 100\r\nIdempotency-Key: k\r\n\r\nhalf"
        );
    }
    // Its key is free again once the door has seen it go.
    Answer again;
    do {
        again = post("a", "whole", "Idempotency-Key: k\r\n");
    } while (again.status == 409);
    EXPECT_EQ(again.status, 200);
    ASSERT_EQ(files_.arrived_.size(), 1U);
    EXPECT_EQ(files_.arrived_.front().bytes, "whole");
}

TEST_F(Files, AreToldWhenNothingCanBeCommitted) {
    start();
    files_.away_ = true;
    EXPECT_EQ(post("a", "x").status, 503);
    ASSERT_EQ(api_.recorded().size(), 1U) << "who tried is on the record";
    EXPECT_EQ(api_.recorded().front().route, "POST /v1/countries/{country}/files");
}

}  // namespace
}  // namespace kontor::http_test
