// A private PostgreSQL cluster in a data folder: made at first use, supervised while the daemon lives, stopped in order.
// It listens on a unix socket only, in a folder that nobody else may enter. Nothing but a Debian package is needed of the machine.
// Thread: one owner calls start() and stop(); a thread of the cluster's own starts the server again when it dies.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace kontor::embedded_pg {

struct ClusterOptions {
    std::filesystem::path folder;    // holds data/, socket/ and server.log; made when it is not there
    std::filesystem::path binaries{};  // of the server; empty: $KONTOR_PG_BIN, else the newest /usr/lib/postgresql/*/bin
    std::vector<std::string> databases{"kontor", "warehouse"};
    int max_connections = 60;
    int shared_buffers_mb = 256;
    // More of the server's settings, as name=value; they win over Kontor's own.
    std::vector<std::string> settings{};
    // Recovery after a crash may replay minutes of work; a server that says so is waited for this long.
    Duration start_max = std::chrono::minutes(10);
    // The orderly stop; past it the server is stopped at once and recovers at its next start.
    Duration stop_max = std::chrono::seconds(30);
};

class EmbeddedCluster {
 public:
    // Ensures: the server answers and every database exists. A server left over from a killed daemon was stopped first.
    // Errors: Invalid (binaries missing, folder unusable, other major version: the message says what to do),
    //         Unavailable (the server did not come up: the message quotes its log).
    static Result<std::unique_ptr<EmbeddedCluster>> start(ClusterOptions options);

    // Stops the server as stop() does.
    ~EmbeddedCluster();
    EmbeddedCluster(const EmbeddedCluster&) = delete;
    EmbeddedCluster& operator=(const EmbeddedCluster&) = delete;

    // A libpq connection string. Valid as long as the cluster lives, restarts of the server included.
    std::string connection_string(std::string_view database) const;
    // Why the server may be away although it is started again and again: its disk is full, as a sentence; empty: there is room. Any thread.
    std::string shortage() const;
    // The server's process; 0 while there is none. It changes when the server was started again.
    int server_pid() const;
    // How often the server was started again after it died.
    int restarts() const;
    // Idempotent: fast shutdown, then after stop_max an immediate one.
    void stop();

 private:
    class Server;
    explicit EmbeddedCluster(std::unique_ptr<Server> server);
    std::unique_ptr<Server> server_;
};

}  // namespace kontor::embedded_pg
