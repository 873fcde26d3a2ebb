// A thread that does the same thing again and again until it is told to stop, which it hears at once.
// Owner: whoever looks after what it does. Thread: its own; stops and joins at destruction.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/time.hpp"

namespace kontor::app {

class Rounds {
 public:
    // `round` is called every so often, first after that time, and never twice at once. Everything that it uses outlives this.
    Rounds(Duration every, std::function<void()> round);
    ~Rounds();
    Rounds(const Rounds&) = delete;
    Rounds& operator=(const Rounds&) = delete;

 private:
    void run();

    const Duration every_;
    const std::function<void()> round_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace kontor::app
