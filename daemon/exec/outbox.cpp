#include "exec/outbox.hpp"

#include "base/check.hpp"

namespace kontor::exec {

Outbox::Outbox(std::function<void(std::vector<ports::Finished>)> deliver) : deliver_(std::move(deliver)) {}

void Outbox::owe(std::size_t count) {
    const std::lock_guard lock(mutex_);
    owed_ += count;
}

std::size_t Outbox::put(ports::Finished finished) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(finished));
    return waiting_.size();
}

void Outbox::flush() {
    std::vector<ports::Finished> batch;
    {
        const std::lock_guard lock(mutex_);
        batch.swap(waiting_);
    }
    if (batch.empty()) {
        return;
    }
    const std::size_t count = batch.size();
    deliver_(std::move(batch));
    const std::lock_guard lock(mutex_);
    KONTOR_CHECK(owed_ >= count);
    owed_ -= count;
    if (owed_ == 0) {
        settled_.notify_all();
    }
}

bool Outbox::wait_until_settled(SteadyClock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return settled_.wait_until(lock, deadline, [this] { return owed_ == 0; });
}

}  // namespace kontor::exec
