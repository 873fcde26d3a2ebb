#include "app/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <utility>

namespace kontor::app {
namespace {

struct Hidden {
    std::mutex mutex;
    std::shared_ptr<const exec::Redaction> redaction = std::make_shared<exec::Redaction>();
};

Hidden& hidden() {
    // Never destroyed: what ends last may still log.
    static Hidden& the = *new Hidden;
    return the;
}

class LogFormatter final : public spdlog::formatter {
  public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
        const std::string text = for_log({message.payload.data(), message.payload.size()});
        spdlog::details::log_msg clean = message;
        clean.payload = text;
        pattern_.format(clean, line);
        // Where the sink puts its colour is told by way of the message.
        message.color_range_start = clean.color_range_start;
        message.color_range_end = clean.color_range_end;
    }
    std::unique_ptr<spdlog::formatter> clone() const override { return make_log_formatter(); }

  private:
    spdlog::pattern_formatter pattern_{"%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v"};
};

}  // namespace

void hide_in_log(exec::Redaction redaction) {
    auto next = std::make_shared<const exec::Redaction>(std::move(redaction));
    const std::lock_guard lock(hidden().mutex);
    hidden().redaction.swap(next);
}

std::string for_log(std::string_view text) {
    std::shared_ptr<const exec::Redaction> redaction;
    {
        const std::lock_guard lock(hidden().mutex);
        redaction = hidden().redaction;
    }
    return (*redaction)(text);
}

std::unique_ptr<spdlog::formatter> make_log_formatter() { return std::make_unique<LogFormatter>(); }

void set_up_logging(const std::string& level) {
    // Standard error: standard output belongs to the commands.
    auto logger = spdlog::stderr_color_mt("kontor");
    logger->set_formatter(make_log_formatter());
    logger->set_level(spdlog::level::from_str(level));
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

}  // namespace kontor::app
