#include "app/sweeper.hpp"

#include <spdlog/spdlog.h>

namespace kontor::app {

Sweeper::Sweeper(engine::Engine& engine, ports::Retention& retention)
    : engine_(engine), retention_(retention), rounds_(every, [this] { look(); }) {}

void Sweeper::look() {
    const Instant now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    if (!engine_.ready() || (now < resting_until_ && resting_until_ - now <= rest)) {
        return;
    }
    const Result<ports::Swept> step = retention_.step(now);
    if (!step) {
        if (std::string fault = describe(step.error()); fault != told_) {
            spdlog::warn("old history is not dropped: {}", fault);
            told_ = std::move(fault);
        }
        resting_until_ = now + rest;
        return;
    }
    told_.clear();
    swept_.add(*step);
    if (step->more) {
        return;
    }
    resting_until_ = now + rest;
    if (swept_.any()) {
        spdlog::info(
            "dropped as older than the policy keeps: {} runs with {} task instances, {} log lines, "
            "{} events; {} runs more will go",
            swept_.runs,
            swept_.instances,
            swept_.log_lines,
            swept_.events,
            swept_.marked
        );
        swept_ = {};
    }
}

}  // namespace kontor::app
