// Bounds and deadlines over real sockets.
#include "http/server_test.hpp"

#include <ctime>
#include <sys/resource.h>

namespace kontor::http_test {
namespace {

using namespace std::chrono_literals;

class Limits : public ServerTest {
  protected:
    static std::string with_fields(std::size_t count, std::size_t bytes_each) {
        std::string text = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
        for (std::size_t i = 0; i < count; ++i) {
            text += "X-" + std::to_string(i) + ": " + std::string(bytes_each, 'a') + "\r\n";
        }
        return text + "\r\n";
    }
    int status_of(const std::string& bytes) {
        RawClient client(server_->port());
        client.send(bytes);
        const int status = client.answer().status;
        EXPECT_TRUE(status < 400 || client.closed_within(10s));
        return status;
    }
};

TEST_F(Limits, HeaderOf9KiBGets431) {
    start();
    EXPECT_EQ(status_of(with_fields(9, 1024)), 431);
}

TEST_F(Limits, MoreThanAHundredFieldsGet431) {
    start();
    EXPECT_EQ(status_of(with_fields(99, 1)), 200);
    EXPECT_EQ(status_of(with_fields(100, 1)), 431);
    EXPECT_EQ(status_of(with_fields(1500, 1)), 431);
}

TEST_F(Limits, LongTargetGets414) {
    start();
    EXPECT_EQ(status_of("GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
    EXPECT_EQ(status_of("GET /" + std::string(20000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
}

TEST_F(Limits, BodyOf2MiBGets413BeforeItIsRead) {
    start();
    RawClient client(server_->port());
    client.send(
        "POST /v1/runs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + std::string(token) +
        "\r\nContent-Type: application/json\r\nContent-Length: 2097152\r\n\r\n"
    );
    EXPECT_EQ(client.answer().status, 413);
}

TEST_F(Limits, ChunkedBodyOverTheLimitGets413) {
    http::ServerLimits limits;
    limits.body_bytes_max = 1000;
    start(limits);
    RawClient client(server_->port());
    client.send(
        "POST /v1/runs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + std::string(token) +
        "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
        std::string(2000, ' ')
    );
    EXPECT_EQ(client.answer().status, 413);
    EXPECT_TRUE(client.closed_within(10s));
}

TEST_F(Limits, WrongOrCodedBodyGets415) {
    start();
    EXPECT_EQ(ask("POST", "/v1/runs", "{}", "text/plain").status, 415);
    EXPECT_EQ(ask("POST", "/v1/runs", "{}", "application/json; charset=latin1").status, 415);
    EXPECT_EQ(
        ask("POST", "/v1/runs", "{}", "application/json", "Content-Encoding: gzip\r\n").status, 415
    );
    EXPECT_EQ(ask("PUT", "/v1/workflows/train", "workflow: train", "application/json").status, 415);
}

TEST_F(Limits, UnknownVersionAndMethodAreNamed) {
    start();
    EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
    EXPECT_EQ(status_of("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n"), 417);
}

TEST_F(Limits, SlowHeadIsCutAtItsDeadlineHoweverOftenAByteComes) {
    http::ServerLimits limits;
    limits.header_deadline = 300ms;
    start(limits);
    RawClient slow(server_->port());
    const auto began = std::chrono::steady_clock::now();
    std::string head = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ";
    slow.send(head);
    // A byte every 50 ms, each wait being a poll for the end.
    while (!slow.closed_within(50ms) && std::chrono::steady_clock::now() - began < 10s) {
        slow.send("a");
    }
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_GE(took, 250ms);
    EXPECT_LT(took, 8s);
    EXPECT_NE(slow.rest().find("408"), std::string::npos);
}

TEST_F(Limits, SilentConnectionIsClosedWithoutAnAnswer) {
    http::ServerLimits limits;
    limits.header_deadline = 200ms;
    start(limits);
    RawClient silent(server_->port());
    EXPECT_TRUE(silent.closed_within(10s));
    EXPECT_EQ(silent.rest(), "");
}

TEST_F(Limits, SlowBodyIsCutAtItsDeadline) {
    http::ServerLimits limits;
    limits.body_deadline = 200ms;
    start(limits);
    RawClient slow(server_->port());
    slow.send(
        "POST /v1/runs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + std::string(token) +
        "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    );
    EXPECT_EQ(slow.answer().status, 408);
    EXPECT_TRUE(slow.closed_within(10s));
    EXPECT_TRUE(api_.calls().empty());
}

TEST_F(Limits, IdleConnectionIsClosed) {
    http::ServerLimits limits;
    limits.idle_max = 200ms;
    start(limits);
    RawClient client(server_->port());
    client.send(request_text("GET", "/healthz", ""));
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_TRUE(client.closed_within(10s));
}

TEST_F(Limits, FullWorkerQueueGets503WithRetryAfterAndHealthStillAnswers) {
    http::ServerLimits limits;
    limits.workers = 2;
    limits.worker_queue_max = 1;
    start(limits);
    api_.hold();
    std::vector<std::unique_ptr<RawClient>> busy;
    for (std::size_t i = 0; i < 2; ++i) {
        busy.push_back(std::make_unique<RawClient>(server_->port()));
        busy.back()->send(request_text("GET", "/v1/runs", token));
        // In the hands of a worker, so that the queue's one place is free again.
        ASSERT_TRUE(api_.wait_held(i + 1));
    }
    busy.push_back(std::make_unique<RawClient>(server_->port()));
    busy.back()->send(request_text("GET", "/v1/runs", token));
    // The third waits in the queue; one of the next finds it full.
    Answer refused;
    for (int i = 0; i < 50 && refused.status != 503; ++i) {
        RawClient client(server_->port());
        client.send(request_text("GET", "/v1/runs", token));
        if (client.read_until("\r\n\r\n", 200ms)) {
            refused = client.answer();
        }
    }
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.field("Retry-After"), "1");
    EXPECT_EQ(ask("GET", "/healthz").status, 200);
    api_.release();
    for (const auto& client : busy) {
        EXPECT_EQ(client->answer().status, 200);
    }
}

TEST_F(Limits, ConnectionsOverTheLimitWaitUntilOneCloses) {
    http::ServerLimits limits;
    limits.connections_max = 2;
    start(limits);
    auto first = std::make_unique<RawClient>(server_->port());
    RawClient second(server_->port());
    first->send(request_text("GET", "/healthz", ""));
    second.send(request_text("GET", "/healthz", ""));
    EXPECT_EQ(first->answer().status, 200);
    EXPECT_EQ(second.answer().status, 200);
    RawClient third(server_->port());
    third.send(request_text("GET", "/healthz", ""));
    EXPECT_FALSE(third.read_until("HTTP", 200ms));
    first.reset();
    EXPECT_EQ(third.answer().status, 200);
}

TEST_F(Limits, AcceptingPausesWithoutSpinningWhenDescriptorsRunOutAndRecovers) {
    start();
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    RawClient first(server_->port());
    first.send(request_text("GET", "/healthz", ""));
    EXPECT_EQ(first.answer().status, 200);
    // Descriptors are given lowest first: `late` takes the one that is free now, and nothing is left for the server's
    // end of it.
    const int lowest_free = ::dup(first.socket());
    ASSERT_GE(lowest_free, 0);
    ::close(lowest_free);
    rlimit tight = before;
    tight.rlim_cur = static_cast<rlim_t>(lowest_free) + 1;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    RawClient late(server_->port());
    const bool connected = late.connected();
    late.send(request_text("GET", "/healthz", ""));
    const std::clock_t cpu_before = std::clock();
    const bool answered = late.read_until("HTTP", 500ms);
    const double cpu_seconds = static_cast<double>(std::clock() - cpu_before) / CLOCKS_PER_SEC;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(connected);
    EXPECT_FALSE(answered);
    EXPECT_LT(cpu_seconds, 0.2);
    EXPECT_EQ(late.answer().status, 200);
}

}  // namespace
}  // namespace kontor::http_test
