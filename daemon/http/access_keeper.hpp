// Keeps the token book as the database has it: a token that is made, changed or revoked anywhere is
// so here within `every`, in open streams too. Also hands on when tokens were used.
// Why a thread: a daemon that stands by has no commits of its own to learn from.
// Owner: Context. Thread: its own; refresh() from any.
#pragma once

#include "engine/api.hpp"
#include "http/auth.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace kontor::http {

class AccessKeeper {
  public:
    // Half of the five seconds that a revocation may take, less a slow query.
    static constexpr Duration every = std::chrono::seconds(2);
    // Each token's last use is written at most this often.
    static constexpr Duration uses_every = std::chrono::seconds(30);

    AccessKeeper(engine::Api& api, TokenBook& book) : api_(api), book_(book) {}
    ~AccessKeeper() { stop(); }
    AccessKeeper(const AccessKeeper&) = delete;
    AccessKeeper& operator=(const AccessKeeper&) = delete;

    // Reads the tokens once, then keeps on. `looked`: after each look, from the keeper's thread.
    void start(std::function<void()> looked);
    void stop();
    // Reads the tokens now. When the database does not answer, those known so far stay.
    void refresh();

  private:
    void run();

    engine::Api& api_;
    TokenBook& book_;
    std::function<void()> looked_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::mutex refreshing_;  // an older answer must not replace a newer one; guards unreadable_
    std::size_t unreadable_ = 0;
    std::thread thread_;
};

// The tokens in the answer of the query tokens_in_force; one that cannot be read is left out.
std::vector<KnownToken> tokens_in(const Json& answer);

}  // namespace kontor::http
