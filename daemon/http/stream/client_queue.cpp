#include "http/stream/client_queue.hpp"

namespace kontor::http {

void ClientQueue::offer(Message message) {
    if (lost_) {
        return;
    }
    if (bytes_ + message->size() > bytes_max_) {
        lose();
        return;
    }
    bytes_ += message->size();
    messages_.push_back(std::move(message));
}

void ClientQueue::lose() {
    messages_.clear();
    bytes_ = 0;
    lost_ = true;
}

bool ClientQueue::resync_due(Moment now) const {
    return lost_ && messages_.empty() &&
           (last_resync_ == Moment{} || now - last_resync_ >= resync_pause);
}

void ClientQueue::resynced(Message notice, Moment now) {
    lost_ = false;
    last_resync_ = now;
    bytes_ += notice->size();
    messages_.push_back(std::move(notice));
}

Message ClientQueue::take() {
    if (messages_.empty()) {
        return {};
    }
    Message first = std::move(messages_.front());
    messages_.pop_front();
    bytes_ -= first->size();
    return first;
}

}  // namespace kontor::http
