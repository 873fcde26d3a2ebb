// What every connection of a server shares.
// Owner: the server; outlives all connections. Thread: `connections` and what it holds, io thread
// only; the rest any.
#pragma once

#include "engine/api.hpp"
#include "http/access_keeper.hpp"
#include "http/auth.hpp"
#include "http/head_check.hpp"
#include "http/http_metrics.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "http/worker_pool.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

namespace kontor::http {

class StreamHub;

// A connection as the server sees it at its end.
class Connection {
  public:
    virtual ~Connection() = default;
    virtual void drain() = 0;  // close when idle, else after the answer in work
    virtual void abort() = 0;  // close now
    virtual void check_access() {}  // close unless whoever opened it still may
};

// The open connections; tells whoever waits when the last one is gone. Thread: io, but for
// wait_empty.
class Connections {
  public:
    void add(std::shared_ptr<Connection> connection);
    void remove(const std::shared_ptr<Connection>& connection);
    std::size_t size() const { return open_.size(); }
    void for_each(const std::function<void(Connection&)>& visit);
    // Thread: any other. True when none is left.
    bool wait_empty(Duration at_most);
    // Called after each removal: the listener goes on accepting.
    std::function<void()> on_removed;

  private:
    std::unordered_set<std::shared_ptr<Connection>> open_;
    std::mutex mutex_;  // guards count_ alone
    std::condition_variable changed_;
    std::size_t count_ = 0;
};

// Idempotency-Keys whose first request has not been answered yet. Thread: any.
class KeysInWork {
  public:
    // False when it is in work already. An empty key always goes.
    bool begin(const std::string& key);
    void end(const std::string& key);

  private:
    std::mutex mutex_;
    std::unordered_set<std::string> keys_;
};

struct Context {
    Context(const ServerOptions& options, engine::Api& engine_api, Instant started_at);

    engine::Api& api;
    ports::Keys* const keys;
    ports::Quarantine* const quarantine;
    ports::Predictor* const predictor;
    ports::Reviews* const reviews;
    ports::Evidence* const evidence;
    ports::Filing* const filing;
    ports::SampleDesk* const samples;
    ports::FileDesk* const files;
    ports::CodeLists* const code_lists;
    ports::Retention* const retention;
    ports::Doctor* const doctor;
    ports::WorkflowFolder* const folder;
    ports::PredictionRows* const predictions;
    const ServerLimits limits;
    const HeadLimits head_limits;
    TokenBook tokens;
    AccessKeeper keeper;
    KeysInWork keys_in_work;
    const ServerFacts facts;
    HttpMetrics metrics;
    Connections connections;
    StreamHub* hub = nullptr;  // io thread; set before the first connection
    std::atomic<bool> draining = false;
    WorkerPool workers;
    WorkerPool live;  // requests that wait for a prediction
    WorkerPool intake;  // pieces of streams
    std::atomic<std::size_t> intake_streams = 0;
};

// IMF-fixdate: "Sun, 22 Nov 2026 14:05:00 GMT".
std::string http_date(Instant instant);
Instant now();

// The head of an answer, blank line included.
std::string head_text(const Response& response, std::size_t content_bytes, bool keep_alive);

}  // namespace kontor::http
