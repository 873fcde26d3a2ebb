#include "app/sweeper.hpp"

#include <spdlog/spdlog.h>

namespace kontor::app {

Sweeper::Sweeper(engine::Engine& engine, ports::Retention& retention, objects::LocalObjects& objects)
    : engine_(engine),
      retention_(retention),
      collector_(objects, retention),
      rounds_(every, [this] { look(); }) {}

Result<bool> Sweeper::step(Instant now) {
    const Result<ports::Swept> step = retention_.step(now);
    if (!step) {
        return step.error();
    }
    swept_.add(*step);
    return step->more ? Result<bool>(true) : collector_.step(now);
}

void Sweeper::look() {
    const Instant now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    if (!engine_.ready() || (now < resting_until_ && resting_until_ - now <= rest)) {
        return;
    }
    const Result<bool> more = step(now);
    if (!more) {
        if (std::string fault = describe(more.error()); fault != told_) {
            spdlog::warn("old history and objects are not dropped: {}", fault);
            told_ = std::move(fault);
        }
        resting_until_ = now + rest;
        return;
    }
    told_.clear();
    if (*more) {
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
