// The HTTP door: REST, live stream and dashboard over HTTP/1.1 keep-alive.
// Why its own threads: one io thread moves bytes and never blocks; a bounded pool runs the
// handlers, because the engine's calls wait for commits. Owner: app; starts after the engine's Api
// exists and stops before it goes.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "engine/api.hpp"
#include "ports/code_lists.hpp"
#include "ports/retention.hpp"
#include "ports/doctor.hpp"
#include "ports/workflow_folder.hpp"
#include "ports/filing.hpp"
#include "ports/keys.hpp"
#include "ports/prediction_rows.hpp"
#include "ports/predictor.hpp"
#include "ports/quarantine.hpp"
#include "ports/reviews.hpp"
#include "ports/files.hpp"
#include "ports/samples.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace kontor::http {

struct ServerLimits {
    std::size_t header_bytes_max = 8 * 1024;
    std::size_t header_fields_max = 100;
    std::size_t body_bytes_max =
        1024 * 1024;  // a workflow file's own limit; events and parameters are far smaller
    Duration header_deadline =
        std::chrono::seconds(10);  // from the first byte (or the connection) to the blank line
    Duration body_deadline = std::chrono::seconds(30);
    Duration write_deadline =
        std::chrono::seconds(30);                  // for one answer, or one message of a stream
    Duration idle_max = std::chrono::seconds(60);  // between two requests of one connection
    std::size_t connections_max = 1024;            // beyond it the kernel's queue holds them
    std::size_t stream_clients_max = 1000;         // leaves connections for everything else
    std::size_t workers = 8;             // handlers at once; they wait more than they compute
    std::size_t worker_queue_max = 256;  // beyond it 503: waiting longer helps nobody
    std::size_t live_waiters = 32;       // live predictions at once; they wait for the threads that compute
    std::size_t live_queue_max = 256;    // beyond it 503, too
    std::size_t intake_threads = 2;      // streams (of samples, files) that are worked on at once
    std::size_t intake_streams_max = 8;  // that are open at once: each keeps a chunk in memory; beyond it 503
    std::uint64_t intake_bytes_max = 1024 * 1024 * 1024;  // of one such stream, as it is sent
    std::size_t stream_queue_bytes_max =
        64 * 1024;  // per client; a slower one reads its page again
    Duration stream_interval = std::chrono::milliseconds(50);  // at most 20 messages a second
    Duration heartbeat = std::chrono::seconds(15);
    std::size_t replay_changes_max = 4096;
    std::size_t replay_bytes_max = 8 * 1024 * 1024;
    int stream_send_buffer_bytes =
        64 * 1024;  // the kernel's share of a stream client; 0: the kernel's own choice
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;              // 0: any free one
    // The server speaks plain HTTP: on an address that others reach, tokens and data could be read on
    // the way. Only who has put a TLS proxy or a private network in front of it says so.
    bool plain_http_allowed = false;
    std::vector<std::string> token_hashes;  // SHA-256 of each bearer token, 64 lowercase hex digits
    ports::Keys* keys = nullptr;  // outlives the server; nullptr: /v1/keys answers 404
    ports::Quarantine* quarantine = nullptr;  // outlives the server; nullptr: its rows are answered with 404
    ports::Predictor* predictor = nullptr;  // outlives the server; nullptr: live predictions are answered with 404
    ports::Reviews* reviews = nullptr;    // outlives the server, as does the next; nullptr: 404
    ports::Evidence* evidence = nullptr;
    ports::Filing* filing = nullptr;  // outlives the server; nullptr: reports are read, and nothing is done about them
    ports::Retention* retention = nullptr;  // outlives the server; nullptr: nothing is held
    ports::CodeLists* code_lists = nullptr;  // outlives the server; nullptr: lists are read, and none is imported
    ports::FileDesk* files = nullptr;      // outlives the server; nullptr: files are answered with 404
    ports::SampleDesk* samples = nullptr;  // outlives the server; nullptr: samples are answered with 404
    ports::Doctor* doctor = nullptr;  // outlives the server; nullptr: 404
    ports::WorkflowFolder* folder = nullptr;  // outlives the server; nullptr: no folder is watched
    ports::PredictionRows* predictions = nullptr;  // outlives the server; nullptr: items of a report are answered with 404
    std::string version;
    std::string database;  // "embedded" or "external", as /v1/status shows it
    ServerLimits limits;
};

// Whether a server could listen there now, without staying: a daemon asks before it starts a
// database for nothing. Errors: as Server::start's for address and port.
Result<void> may_listen(
    const std::string& address, std::uint16_t port, bool plain_http_allowed
);

class Server {
  public:
    // Ensures: the port is bound and requests are answered. Requires: `api` outlives the server.
    // Errors: Invalid (an address that is none, a token hash that is none, an address open to
    //         others without plain_http_allowed or without any token); Unavailable (the port is in
    //         use or not permitted): one line that says so.
    static Result<std::unique_ptr<Server>> start(ServerOptions options, engine::Api& api);

    ~Server();  // stop() with no grace
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    // "http://127.0.0.1:8080"
    std::string url() const;

    // /readyz answers 503, nothing new is accepted, idle connections and streams end, requests in
    // work get `grace` to finish; then everything is closed and joined. Handlers that still wait in
    // the engine are waited for (at most engine::api_wait_max). Idempotent. Thread: not the
    // server's own.
    void stop(Duration grace);

  private:
    struct Impl;
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace kontor::http
