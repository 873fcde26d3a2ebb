// The live stream: changes arrive, what was missed is replayed or owned up to, slow clients stay
// bounded.
#include "base/json.hpp"
#include "http/server_test.hpp"

#include <sys/resource.h>

namespace kontor::http_test {
namespace {

using namespace std::chrono_literals;

class Stream : public ServerTest {
  protected:
    std::unique_ptr<RawClient> open(
        const std::string& query = "", const std::string& last_id = "", int receive_buffer_bytes = 0
    ) {
        auto client = std::make_unique<RawClient>(server_->port(), receive_buffer_bytes);
        const std::string last = last_id.empty() ? "" : "Last-Event-ID: " + last_id + "\r\n";
        client->send(request_text("GET", "/v1/stream" + query, token, {}, {}, last));
        return client;
    }
    // Open, and known to the server.
    std::unique_ptr<RawClient> joined(
        const std::string& query = "", const std::string& last_id = ""
    ) {
        auto client = open(query, last_id);
        EXPECT_TRUE(client->read_until("\nid: "));
        return client;
    }
};

TEST_F(Stream, ChangesArriveAsMessages) {
    start();
    auto client = joined();
    EXPECT_NE(client->rest().find("Content-Type: text/event-stream"), std::string::npos);
    EXPECT_NE(client->rest().find("id: 1-100\n"), std::string::npos);
    api_.change(1, 11, "running", "c");
    ASSERT_TRUE(client->read_until("id: 1-101\n"));
    ASSERT_TRUE(client->read_until("\n\n"));
    ASSERT_TRUE(client->read_until(
        R"(data: {"seq":101,"at":"2026-11-22T14:05:00.000000Z","runs":[],"tasks":[{"id":11,"run":1,"state":"running","correlation":"c"}],"progress":[]})"
    ));
    EXPECT_EQ(client->rest().find("resync"), std::string::npos);
}

TEST_F(Stream, ChangesWithinOneIntervalBecomeOneMessageWithTheLastStates) {
    http::ServerLimits limits;
    limits.stream_interval = 300ms;
    start(limits);
    auto client = joined();
    api_.change(1, 10, "running", "c");  // goes out at once or with the rest
    for (int i = 0; i < 50; ++i) {
        api_.change(1, 11, i < 49 ? "running" : "succeeded", "c");
    }
    ASSERT_TRUE(client->read_until("id: 1-151\n"));
    ASSERT_TRUE(client->read_until("succeeded"));
    std::size_t messages = 0;
    for (std::size_t at = client->rest().find("event: change"); at != std::string::npos;
         at = client->rest().find("event: change", at + 1)) {
        ++messages;
    }
    EXPECT_LE(messages, 3U);
}

TEST_F(Stream, FiltersByCorrelationAndRun) {
    start();
    auto by_correlation = joined("?correlation=wanted");
    auto by_run = joined("?run=2");
    api_.change(1, 11, "running", "other");
    api_.change(2, 12, "running", "wanted");
    api_.change(3, 13, "running", "wanted");
    ASSERT_TRUE(by_correlation->read_until("\"id\":13"));
    EXPECT_NE(by_correlation->rest().find("\"id\":12"), std::string::npos);
    EXPECT_EQ(by_correlation->rest().find("\"id\":11"), std::string::npos);
    ASSERT_TRUE(by_run->read_until("\"id\":12"));
    api_.change(2, 14, "running", "wanted");
    ASSERT_TRUE(by_run->read_until("\"id\":14"));
    EXPECT_EQ(by_run->rest().find("\"id\":11"), std::string::npos);
    EXPECT_EQ(by_run->rest().find("\"id\":13"), std::string::npos);
}

TEST_F(Stream, ReturningClientGetsExactlyWhatItMissed) {
    start();
    auto first = joined();
    api_.change(1, 11, "running", "c");
    ASSERT_TRUE(first->read_until("id: 1-101\n"));
    first.reset();
    api_.change(1, 12, "running", "c");
    api_.change(1, 13, "running", "c");
    auto second = joined("", "1-101");
    ASSERT_TRUE(second->read_until("\"id\":13"));
    EXPECT_NE(second->rest().find("\"id\":12"), std::string::npos);
    EXPECT_EQ(second->rest().find("\"id\":11"), std::string::npos);
    EXPECT_EQ(second->rest().find("resync"), std::string::npos);
    auto third = joined("", "1-103");
    EXPECT_EQ(third->rest().find("event:"), std::string::npos) << "nothing was missed";
}

TEST_F(Stream, PositionsThatCannotBeContinuedGetAResyncFirst) {
    start();
    api_.change(1, 11, "running", "c");
    for (const char* last : {"1-99", "0-50", "1-9999", "2-101", "nonsense", "1-", "-1-5"}) {
        auto client = joined("", last);
        ASSERT_TRUE(client->read_until("event: resync\n")) << last;
        EXPECT_EQ(client->rest().find("event: change"), std::string::npos) << last;
    }
}

TEST_F(Stream, ReplayIsBoundedAndBeyondItIsAResync) {
    http::ServerLimits limits;
    limits.replay_changes_max = 10;
    start(limits);
    auto witness = joined();
    for (int i = 0; i < 30; ++i) {
        api_.change(1, 11 + i, "running", "c");
    }
    ASSERT_TRUE(witness->read_until("id: 1-130\n"));
    EXPECT_TRUE(joined("", "1-125")->read_until("event: change"));
    EXPECT_TRUE(joined("", "1-105")->read_until("event: resync"));
}

TEST_F(Stream, NewEpochMeansResyncForEveryone) {
    start();
    auto client = joined();
    api_.change(1, 11, "running", "c");
    ASSERT_TRUE(client->read_until("id: 1-101\n"));
    api_.begin_epoch();
    api_.change(1, 12, "running", "c");
    ASSERT_TRUE(client->read_until("event: resync\nid: 2-102\n"));
    api_.change(1, 13, "running", "c");
    ASSERT_TRUE(client->read_until("id: 2-103\n"));
}

TEST_F(Stream, HeartbeatsComeWhileNothingHappens) {
    http::ServerLimits limits;
    limits.heartbeat = 50ms;
    start(limits);
    auto client = joined();
    client->drop_rest();
    EXPECT_TRUE(client->read_until(": still here\nid: 1-100\n\n"));
}

TEST_F(Stream, SlowClientLosesItsQueueAndIsToldWhileOthersGoOn) {
    http::ServerLimits limits;
    limits.stream_send_buffer_bytes = 8 * 1024;
    limits.stream_interval = 1ms;
    start(limits);
    auto slow = open("", "", 4 * 1024);
    ASSERT_TRUE(slow->read_until("\nid: "));
    auto quick = joined();
    const std::string filler(8'000, 'x');
    // Far more than the queue and the kernel's buffers hold together; the quick client keeps the
    // pace.
    for (int i = 0; i < 200; ++i) {
        api_.publish({JsonObject{
            {"id", i}, {"run", 1}, {"state", "running"}, {"correlation", "c"}, {"reason", filler}}}
        );
        ASSERT_TRUE(quick->read_until("id: 1-" + std::to_string(101 + i) + "\n"));
        quick->drop_rest();
    }
    ASSERT_TRUE(slow->read_until("event: resync\n", 20s));
    EXPECT_LT(slow->rest().size(), 400'000U) << "it got everything after all";
    EXPECT_NE(
        ask("GET", "/metrics").body.find("kontor_http_stream_clients 2\n"), std::string::npos
    );
}

TEST_F(Stream, ClientThatGoesIsForgotten) {
    start();
    joined().reset();
    bool gone = false;
    for (int i = 0; i < 100 && !gone; ++i) {
        gone =
            ask("GET", "/metrics").body.find("kontor_http_stream_clients 0\n") != std::string::npos;
    }
    EXPECT_TRUE(gone);
}

TEST_F(Stream, ThousandClientsShareOneListener) {
    start();
    // Both ends of every connection are in this process.
    rlimit descriptors{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &descriptors), 0);
    descriptors.rlim_cur = descriptors.rlim_max;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &descriptors), 0);
    const auto count = std::min<std::size_t>(1000, (descriptors.rlim_max - 100) / 2);
    EXPECT_EQ(api_.listeners(), 1U);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(open());
    }
    for (auto& client : clients) {
        ASSERT_TRUE(client->read_until("\nid: "));
    }
    EXPECT_EQ(api_.listeners(), 1U);
    api_.change(1, 11, "succeeded", "c");
    for (auto& client : clients) {
        ASSERT_TRUE(client->read_until("\"id\":11"));
    }
    server_->stop(1s);
    EXPECT_EQ(api_.listeners(), 0U);
}

TEST_F(Stream, ClientsBeyondTheLimitGet503) {
    http::ServerLimits limits;
    limits.stream_clients_max = 1;
    start(limits);
    auto first = joined();
    EXPECT_EQ(open()->answer().status, 503);
}

}  // namespace
}  // namespace kontor::http_test
