// How the server stops: nothing new, what is in work ends, then everything is gone.
#include "http/server_test.hpp"

#include <future>

namespace kontor::http_test {
namespace {

using namespace std::chrono_literals;

class Stop : public ServerTest {};

TEST_F(Stop, RequestInWorkEndsWithinTheGraceAndIdleOnesAreClosedAtOnce) {
    start();
    const std::uint16_t port = server_->port();
    RawClient idle(port);
    idle.send(request_text("GET", "/healthz", ""));
    EXPECT_EQ(idle.answer().status, 200);
    RawClient busy(port);
    api_.hold();
    busy.send(request_text("GET", "/v1/runs", token));
    ASSERT_TRUE(api_.wait_held(1));
    auto stopping = std::async(std::launch::async, [&] { server_->stop(20s); });
    EXPECT_TRUE(idle.closed_within(10s));
    EXPECT_FALSE(RawClient(port).connected());
    api_.release();
    const Answer answer = busy.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("Connection"), "close");
    stopping.get();
    EXPECT_TRUE(busy.closed_within(10s));
}

TEST_F(Stop, GraceEndsAndConnectionsAreClosed) {
    start();
    RawClient busy(server_->port());
    api_.hold();
    busy.send(request_text("GET", "/v1/runs", token));
    ASSERT_TRUE(api_.wait_held(1));
    auto stopping = std::async(std::launch::async, [&] { server_->stop(50ms); });
    EXPECT_TRUE(busy.closed_within(10s));
    api_.release();
    stopping.get();
}

TEST_F(Stop, StreamsEndAndStoppingTwiceIsHarmless) {
    start();
    RawClient stream(server_->port());
    stream.send(request_text("GET", "/v1/stream", token));
    ASSERT_TRUE(stream.read_until("\nid: "));
    server_->stop(5s);
    EXPECT_TRUE(stream.closed_within(10s));
    server_->stop(5s);
    api_.change(1, 1, "running", "c");
}

TEST_F(Stop, WhatWasPipelinedBehindTheRequestInWorkIsNotBegun) {
    start();
    RawClient busy(server_->port());
    api_.hold();
    busy.send(request_text("GET", "/v1/runs", token) + request_text("GET", "/v1/runs/1", token));
    ASSERT_TRUE(api_.wait_held(1));
    auto stopping = std::async(std::launch::async, [&] { server_->stop(20s); });
    RawClient silent(server_->port()
    );  // may come before or after the listener has gone; ends either way
    EXPECT_TRUE(!silent.connected() || silent.closed_within(10s));
    api_.release();
    EXPECT_EQ(busy.answer().status, 200);
    EXPECT_TRUE(busy.closed_within(10s));
    stopping.get();
    EXPECT_EQ(api_.calls().size(), 1U);
}

}  // namespace
}  // namespace kontor::http_test
