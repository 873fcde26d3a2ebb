#include "embedded_pg/cluster.hpp"

#include <string>
#include <utility>

#include "embedded_pg/server.hpp"

namespace kontor::embedded_pg {

class EmbeddedCluster::Server : public ServerProcess {
 public:
    using ServerProcess::ServerProcess;
};

Result<std::unique_ptr<EmbeddedCluster>> EmbeddedCluster::start(ClusterOptions options) {
    auto server = std::make_unique<Server>(std::move(options));
    if (Result<void> up = server->start(); !up) {
        server->stop();
        return up.error();
    }
    return std::unique_ptr<EmbeddedCluster>(new EmbeddedCluster(std::move(server)));
}

EmbeddedCluster::EmbeddedCluster(std::unique_ptr<Server> server) : server_(std::move(server)) {}

EmbeddedCluster::~EmbeddedCluster() { stop(); }

std::string EmbeddedCluster::connection_string(std::string_view database) const {
    return server_->connection_string(database);
}

std::string EmbeddedCluster::shortage() const { return server_->shortage(); }

int EmbeddedCluster::server_pid() const { return server_->pid(); }

int EmbeddedCluster::restarts() const { return server_->restarts(); }

void EmbeddedCluster::stop() { server_->stop(); }

}  // namespace kontor::embedded_pg
