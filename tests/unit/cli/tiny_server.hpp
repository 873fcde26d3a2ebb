// A real HTTP server of a few lines on a free port of 127.0.0.1: enough to hold the command line
// against. Thread: its own; the handler is called there, one request at a time.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kontor::cli {

struct SeenRequest {
    std::string method;
    std::string path;  // with its query
    std::string head;  // all header lines
    std::string body;
};
struct CannedReply {
    int status = 200;
    std::string body = "{}";
};

class TinyServer {
  public:
    explicit TinyServer(std::function<CannedReply(const SeenRequest&)> handler);
    ~TinyServer();
    TinyServer(const TinyServer&) = delete;
    TinyServer& operator=(const TinyServer&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    std::vector<SeenRequest> seen() const;

  private:
    void serve();
    void answer(int connection);

    std::function<CannedReply(const SeenRequest&)> handler_;
    int listener_ = -1;
    int port_ = 0;
    mutable std::mutex mutex_;
    std::vector<SeenRequest> seen_;
    std::thread thread_;
};

}  // namespace kontor::cli
