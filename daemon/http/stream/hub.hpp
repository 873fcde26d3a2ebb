// One listener of the engine's changes for all stream clients: changes are merged once per interval
// and per filter, and every client gets the same bytes. Why: a thousand clients must cost about as
// much as one, and the engine's thread must not notice any of them. Thread: io, but for the
// listener itself. Owner: the server; outlived by the io context, outlives its clients.
#pragma once

#include "http/http_metrics.hpp"
#include "http/server.hpp"
#include "http/stream/change_merge.hpp"
#include "http/stream/change_ring.hpp"
#include "http/stream/client_queue.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

namespace kontor::http {

struct StreamClient {
    StreamFilter filter;
    ClientQueue queue;
    std::function<void()> wake;  // the queue has something; must not call back into the hub
};

class StreamHub {
  public:
    StreamHub(
        boost::asio::io_context& io,
        const ServerLimits& limits,
        engine::Api& api,
        HttpMetrics& metrics
    );
    ~StreamHub();
    StreamHub(const StreamHub&) = delete;
    StreamHub& operator=(const StreamHub&) = delete;

    // `last`: what the client saw last; what it missed since is queued, or a resync when that is
    // not known any more. Nothing: a client that has seen nothing starts now. Its queue starts with
    // a comment that names the position.
    void join(const std::shared_ptr<StreamClient>& client, const std::string& last_event_id);
    void leave(const std::shared_ptr<StreamClient>& client);
    std::size_t clients() const { return clients_.size(); }
    // Takes no more changes and stops the timers. Idempotent.
    void stop();

  private:
    // Shared with the listener, which may be in a call while the hub goes.
    struct Inbox {
        std::mutex mutex;
        std::vector<ChangePtr> changes;
        bool drain_posted = false;
        StreamHub* hub = nullptr;  // nullptr: closed
    };

    void drain_inbox();
    void take(const ChangePtr& change);
    void flush_when_due();
    void flush();
    void replay(StreamClient& client, const StreamPosition& from);
    // Tells those who lost something and may hear of it; true when some must still wait.
    bool send_resyncs();
    void arm_flush(std::chrono::steady_clock::duration wait);
    void arm_heartbeat();

    boost::asio::io_context& io_;
    const ServerLimits& limits_;
    HttpMetrics& metrics_;
    std::shared_ptr<Inbox> inbox_;
    std::shared_ptr<void> listening_;
    ChangeRing ring_;
    ChangeMerge pending_;
    TaskOwners owners_;
    std::unordered_set<std::shared_ptr<StreamClient>> clients_;
    boost::asio::steady_timer flush_timer_;
    boost::asio::steady_timer heartbeat_timer_;
    Moment flushed_at_{};
    bool flush_armed_ = false;
    bool stopped_ = false;
};

}  // namespace kontor::http
