#include "app/inbox_watch.hpp"

#include <spdlog/spdlog.h>

namespace kontor::app {

InboxWatch::InboxWatch(engine::Engine& engine, ports::ObjectStore& objects, std::string folder)
    : engine_(engine), inbox_(objects, std::move(folder)), rounds_(every, [this] { look(); }) {}

void InboxWatch::look() {
    if (!engine_.ready()) {
        return;
    }
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
    engine::FileArrival arrival;
    arrival.by = Caller::house("inbox");
    arrival.identity = file.identity;
    arrival.name = file.name;
    arrival.country = file.country;
    arrival.object = file.object;
    arrival.effects = std::move(file.effects);
    const Result<engine::Reply> reply = engine_.file_arrived(std::move(arrival));
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
