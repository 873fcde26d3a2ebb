// The server's process and the thread that watches it.
// That thread forks every server, because the kernel ties the server's "your parent died" signal to the forking thread:
// when the daemon is killed, the server shuts itself down in order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <thread>

#include "base/result.hpp"
#include "embedded_pg/binaries.hpp"
#include "embedded_pg/child.hpp"
#include "embedded_pg/cluster.hpp"
#include "embedded_pg/folders.hpp"

namespace kontor::embedded_pg {

class ServerProcess {
 public:
    explicit ServerProcess(ClusterOptions options);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    Result<void> start();
    void stop();
    std::string connection_string(std::string_view database) const;
    std::string shortage() const;
    int pid() const { return pid_.load(); }
    int restarts() const { return restarts_.load(); }

 private:
    Program program() const;
    void watch();                       // the thread
    Result<void> launch(int& handle);   // forks the server; `handle` is its pidfd
    void end_server(int handle);        // fast shutdown, then immediate, then kill
    bool reap(int handle, Duration patience);
    bool stopped_while_waiting(Duration wait);
    Result<void> wait_until_ready();
    Result<void> make_databases() const;
    std::string last_complaint() const;

    ClusterOptions options_;
    ServerAccount account_;
    Binaries binaries_;
    Folders folders_;
    std::uintmax_t log_start_ = 0;
    std::atomic<int> pid_{0};
    std::atomic<int> restarts_{0};

    std::mutex mutex_;  // over what follows
    std::condition_variable changed_;
    bool launched_ = false;  // the first launch was tried; launch_error_ says how it went
    bool stopping_ = false;
    bool ever_ready_ = false;
    bool died_early_ = false;  // ended before it was ready for the first time
    std::unique_ptr<Error> launch_error_;
    int wake_ = -1;  // eventfd: stop() tells the thread

    std::thread thread_;
};

}  // namespace kontor::embedded_pg
