// One throw-away PostgreSQL cluster per test program, and a fresh migrated database per test (a copy of a template).
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <libpq-fe.h>
#include <memory>
#include <poll.h>
#include <stdexcept>
#include <string>

#include "embedded_pg/cluster.hpp"
#include "store_pg/store_pg.hpp"
#include "support/temporary_folder.hpp"

namespace kontor::test {

class PgCluster {
 public:
    static PgCluster& shared() {
        static PgCluster cluster;
        return cluster;
    }

    // A database with Kontor's schema; dropped with the cluster.
    std::string migrated_database() { return create("template kontor_template"); }
    std::string empty_database() { return create("template template0"); }
    std::string target(const std::string& database) const { return cluster_->connection_string(database); }
    embedded_pg::EmbeddedCluster& cluster() { return *cluster_; }

    // Kills the server as a crash would, and returns once its successor answers.
    void crash() {
        const int before = cluster_->restarts();
        kill(cluster_->server_pid(), SIGKILL);
        const std::string postgres = target("postgres");
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (cluster_->restarts() == before || PQping(postgres.c_str()) != PQPING_OK) {
            if (std::chrono::steady_clock::now() > until) {
                throw std::runtime_error("the server was not started again");
            }
            poll(nullptr, 0, 10);
        }
    }

    // Runs statements; throws with PostgreSQL's message when they fail. Returns the first row's first column.
    static std::string run(const std::string& target, const std::string& statements) {
        PGconn* connection = PQconnectdb(target.c_str());
        PGresult* result = PQexec(connection, statements.c_str());
        const ExecStatusType status = PQresultStatus(result);
        const std::string complaint = PQerrorMessage(connection);
        std::string text = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
        PQclear(result);
        PQfinish(connection);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            throw std::runtime_error(statements + ": " + complaint);
        }
        return text;
    }

 private:
    PgCluster() {
        embedded_pg::ClusterOptions options;
        options.folder = folder_.path() / "postgres";
        options.databases = {"kontor_template"};
        options.shared_buffers_mb = 64;
        options.max_connections = 50;
        // Nothing here outlives the machine: what is tested is what happens when processes die.
        options.settings = {"fsync=off", "full_page_writes=off", "autovacuum_naptime=60s"};
        auto started = embedded_pg::EmbeddedCluster::start(options);
        if (!started) {
            throw std::runtime_error(describe(started.error()));
        }
        cluster_ = std::move(*started);
        const auto applied = store_pg::migrate(target("kontor_template"));
        if (!applied) {
            throw std::runtime_error(describe(applied.error()));
        }
    }
    std::string create(const std::string& how) {
        const std::string name = "t" + std::to_string(++count_);
        run(target("postgres"), "create database " + name + " " + how);
        return target(name);
    }

    TemporaryFolder folder_;
    std::unique_ptr<embedded_pg::EmbeddedCluster> cluster_;
    int count_ = 0;
};

}  // namespace kontor::test
