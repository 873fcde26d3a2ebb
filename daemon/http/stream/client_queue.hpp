// What one stream client has still to be sent: bounded, and honest about what it lost.
// Thread: one; pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>

namespace kontor::http {

using Moment = std::chrono::steady_clock::time_point;
using Message = std::shared_ptr<const std::string>;

class ClientQueue {
  public:
    explicit ClientQueue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    // Drops everything waiting, this message included, when it does not fit: the client is behind
    // and must read its page again. While that is outstanding, further messages are dropped too.
    void offer(Message message);
    // The client missed something for another reason.
    void lose();

    // True when the client has to hear of a loss and may hear of it now: everything before was
    // taken, and the last such notice is `resync_pause` ago (a page that is read again twenty times
    // a second helps nobody).
    bool resync_due(Moment now) const;
    void resynced(Message notice, Moment now);

    // Empty pointer: nothing waits.
    Message take();
    bool idle() const { return messages_.empty(); }
    bool lost() const { return lost_; }

    static constexpr std::chrono::milliseconds resync_pause{1000};

  private:
    const std::size_t bytes_max_;
    std::deque<Message> messages_;
    std::size_t bytes_ = 0;
    bool lost_ = false;
    Moment last_resync_{};
};

}  // namespace kontor::http
