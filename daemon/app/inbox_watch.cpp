#include "app/inbox_watch.hpp"

#include <spdlog/spdlog.h>

#include "core/trigger/match.hpp"

namespace kontor::app {

InboxWatch::InboxWatch(engine::Engine& engine, ports::ObjectStore& objects, std::string folder)
    : engine_(engine), inbox_(objects, std::move(folder)), thread_([this] { run(); }) {}

InboxWatch::~InboxWatch() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    thread_.join();
}

void InboxWatch::run() {
    std::unique_lock lock(mutex_);
    while (!woken_.wait_for(lock, every, [this] { return stopping_; })) {
        lock.unlock();
        if (engine_.ready()) {
            look();
        }
        lock.lock();
    }
}

void InboxWatch::look() {
    const Instant now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    std::vector<std::string> faults;
    Result<std::vector<objects::ArrivedFile>> arrived = inbox_.scan(now, faults);
    if (!arrived) {
        faults.push_back(arrived.error().message);
    }
    const std::string told = faults.empty() ? "" : faults.front();
    if (!told.empty() && told != told_) {
        spdlog::warn("{}", told);
    }
    told_ = told;
    if (arrived) {
        for (objects::ArrivedFile& file : *arrived) {
            hand_over(std::move(file));
        }
    }
}

void InboxWatch::hand_over(objects::ArrivedFile file) {
    engine::PostedEvent event;
    event.by = Caller::house("inbox");
    event.ce_id = file.identity;
    event.source = "kontor/inbox";
    event.type = core::trigger::file_arrived;
    event.subject = file.name;
    event.data = JsonObject{
        {"name", file.name}, {"object", sdk::to_json(file.object)}, {"bytes", file.object.bytes}, {"country", file.country}
    };
    const Result<engine::Reply> reply = engine_.file_arrived(std::move(event), std::move(file.effects));
    if (!reply) {
        spdlog::warn("{} waits in the inbox: {}", file.name, describe(reply.error()));
        return;
    }
    spdlog::info("{} arrived in the inbox and is {}", file.name, file.object.key);
    if (const Result<void> removed = inbox_.remove(file); !removed) {
        spdlog::warn("{}", removed.error().message);
    }
}

}  // namespace kontor::app
