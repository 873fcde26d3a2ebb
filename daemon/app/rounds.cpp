#include "app/rounds.hpp"

namespace kontor::app {

Rounds::Rounds(Duration every, std::function<void()> round) : every_(every), round_(std::move(round)), thread_([this] { run(); }) {}

Rounds::~Rounds() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    thread_.join();
}

void Rounds::run() {
    std::unique_lock lock(mutex_);
    while (!woken_.wait_for(lock, every_, [this] { return stopping_; })) {
        lock.unlock();
        round_();
        lock.lock();
    }
}

}  // namespace kontor::app
