// A connection that has become a live stream: it only writes, and only watches whether the client
// has gone. Thread: io. Owner: Connections, until it ends.
#pragma once

#include "http/context.hpp"
#include "http/stream/hub.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>

namespace kontor::http {

class StreamSession : public Connection, public std::enable_shared_from_this<StreamSession> {
  public:
    StreamSession(
        boost::asio::ip::tcp::socket socket, Context& context, StreamFilter filter, Caller caller
    );

    void start(const std::string& last_event_id);
    void drain() override { finish(); }
    void abort() override { finish(); }
    void check_access() override;

  private:
    void write(Message message);
    void pump();
    void watch();
    void finish();

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer deadline_;
    Context& context_;
    const Caller caller_;
    std::shared_ptr<StreamClient> client_;
    Message writing_;
    bool over_ = false;
    char ignored_[256] = {};
};

}  // namespace kontor::http
