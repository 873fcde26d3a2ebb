#include "http/stream/hub.hpp"

#include <boost/asio/post.hpp>

#include <map>

namespace kontor::http {

namespace {

using Clock = std::chrono::steady_clock;

// How often a client that lost something is looked at again while it may not yet hear of it.
constexpr auto resync_check = std::chrono::milliseconds(100);

StreamPosition position_in(const Json& status) {
    const Json* epoch = member(status, "epoch");
    const Json* seq = member(status, "seq");
    const bool known = epoch != nullptr && seq != nullptr && epoch->is_int64() && seq->is_int64();
    return known ? StreamPosition{epoch->get_int64(), seq->get_int64()} : StreamPosition{};
}

Message shared(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

}  // namespace

StreamHub::StreamHub(
    boost::asio::io_context& io, const ServerLimits& limits, engine::Api& api, HttpMetrics& metrics
)
    : io_(io),
      limits_(limits),
      metrics_(metrics),
      inbox_(std::make_shared<Inbox>()),
      // First listen, then read the position: every change after it is heard.
      listening_(api.listen([inbox = inbox_](ChangePtr change) {
          const std::lock_guard lock(inbox->mutex);
          inbox->changes.push_back(std::move(change));
          if (inbox->hub != nullptr && !inbox->drain_posted) {
              inbox->drain_posted = true;
              boost::asio::post(inbox->hub->io_, [hub = inbox->hub] { hub->drain_inbox(); });
          }
      })),
      ring_({limits.replay_changes_max, limits.replay_bytes_max}, position_in(api.status())),
      flush_timer_(io),
      heartbeat_timer_(io) {
    const std::lock_guard lock(inbox_->mutex);
    inbox_->hub = this;
    inbox_->drain_posted = true;
    boost::asio::post(io_, [this] { drain_inbox(); });
    arm_heartbeat();
}

StreamHub::~StreamHub() { stop(); }

void StreamHub::stop() {
    stopped_ = true;
    listening_.reset();
    {
        const std::lock_guard lock(inbox_->mutex);
        inbox_->hub = nullptr;
        inbox_->changes.clear();
    }
    flush_timer_.cancel();
    heartbeat_timer_.cancel();
}

void StreamHub::drain_inbox() {
    std::vector<ChangePtr> changes;
    {
        const std::lock_guard lock(inbox_->mutex);
        changes.swap(inbox_->changes);
        inbox_->drain_posted = false;
    }
    if (stopped_) {
        return;
    }
    for (const ChangePtr& change : changes) {
        take(change);
    }
    if (!changes.empty()) {
        flush_when_due();
    }
}

void StreamHub::take(const ChangePtr& change) {
    const StreamPosition position{change->epoch, change->seq};
    if (position <= ring_.last() && ring_.last() != StreamPosition{}) {
        return;  // heard between listening and reading the first position
    }
    if (!ring_.push(change)) {
        pending_.clear();
        for (const auto& client : clients_) {
            client->queue.lose();
        }
    }
    if (!clients_.empty()) {
        pending_.add(change);
    }
    owners_.learn(*change);
}

void StreamHub::flush_when_due() {
    if (flush_armed_) {
        return;
    }
    const auto since = Clock::now() - flushed_at_;
    if (since >= limits_.stream_interval) {
        flush();
    } else {
        arm_flush(limits_.stream_interval - since);
    }
}

void StreamHub::arm_flush(Clock::duration wait) {
    flush_armed_ = true;
    flush_timer_.expires_after(wait);
    flush_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error && !stopped_) {
            flush_armed_ = false;
            flush();
        }
    });
}

void StreamHub::flush() {
    flushed_at_ = Clock::now();
    if (!pending_.empty()) {
        std::map<StreamFilter, Message> messages;
        for (const auto& client : clients_) {
            auto found = messages.find(client->filter);
            if (found == messages.end()) {
                found =
                    messages
                        .emplace(client->filter, shared(pending_.message(client->filter, owners_)))
                        .first;
            }
            if (!found->second->empty()) {
                client->queue.offer(found->second);
            }
        }
        pending_.clear();
    }
    const bool more = send_resyncs();
    for (const auto& client : clients_) {
        if (!client->queue.idle()) {
            client->wake();
        }
    }
    if (more && !flush_armed_) {
        arm_flush(resync_check);
    }
}

bool StreamHub::send_resyncs() {
    const Moment moment = Clock::now();
    bool some_wait = false;
    Message notice;
    for (const auto& client : clients_) {
        if (client->queue.resync_due(moment)) {
            notice = notice ? notice : shared(resync_message(ring_.last()));
            client->queue.resynced(notice, moment);
            metrics_.resynced();
        }
        some_wait = some_wait || client->queue.lost();
    }
    return some_wait;
}

void StreamHub::join(
    const std::shared_ptr<StreamClient>& client, const std::string& last_event_id
) {
    // What is pending belongs to those who were here before; the newcomer's position is after it.
    flush();
    clients_.insert(client);
    metrics_.stream_clients(1);
    if (last_event_id.empty()) {
        client->queue.offer(shared(heartbeat_message(ring_.last())));
    } else if (const auto from = position_from_text(last_event_id)) {
        replay(*client, *from);
    } else {
        client->queue.lose();
    }
    flush();
}

void StreamHub::replay(StreamClient& client, const StreamPosition& from) {
    const auto missed = ring_.after(from);
    if (!missed) {
        client.queue.lose();
        return;
    }
    ChangeMerge merge;
    for (const ChangePtr& change : *missed) {
        merge.add(change);
    }
    std::string message = merge.empty() ? std::string() : merge.message(client.filter, owners_);
    client.queue.offer(
        shared(message.empty() ? heartbeat_message(ring_.last()) : std::move(message))
    );
}

void StreamHub::leave(const std::shared_ptr<StreamClient>& client) {
    if (clients_.erase(client) > 0) {
        metrics_.stream_clients(-1);
    }
}

void StreamHub::arm_heartbeat() {
    heartbeat_timer_.expires_after(limits_.heartbeat);
    heartbeat_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error || stopped_) {
            return;
        }
        const Message beat = shared(heartbeat_message(ring_.last()));
        for (const auto& client : clients_) {
            if (client->queue.idle()) {
                client->queue.offer(beat);
                client->wake();
            }
        }
        arm_heartbeat();
    });
}

}  // namespace kontor::http
