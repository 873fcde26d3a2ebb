#include "exec/attempt_context.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "base/sha256.hpp"

namespace kontor::exec {
namespace {

std::string_view level_text(sdk::LogLevel level) {
    switch (level) {
        case sdk::LogLevel::Debug: return "debug";
        case sdk::LogLevel::Info: return "info";
        case sdk::LogLevel::Warn: return "warn";
        case sdk::LogLevel::Error: return "error";
    }
    KONTOR_UNREACHABLE();
}

}  // namespace

std::string cut_text(std::string_view text, std::size_t bytes_max) {
    std::string whole = storable(text.substr(0, bytes_max + 4));
    if (whole.size() <= bytes_max && text.size() <= bytes_max) {
        return whole;
    }
    std::size_t end = std::min(bytes_max - 3, whole.size());
    while (end > 0 && (static_cast<unsigned char>(whole[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    whole.resize(end);
    return whole + "...";
}

AttemptContext::AttemptContext(Job& job, const Surroundings& world) : job_(job), world_(world) {}

const sdk::TaskIdentity& AttemptContext::identity() const { return job_.dispatch.identity; }
const sdk::JsonObject& AttemptContext::input() const { return job_.dispatch.input; }
int AttemptContext::cores() const { return job_.weight; }
std::uint64_t AttemptContext::seed() const { return job_.dispatch.seed; }
std::stop_token AttemptContext::stop() const { return job_.stop.get_token(); }

sdk::Objects& AttemptContext::objects() {
    const std::lock_guard lock(session_mutex_);
    if (session_ == nullptr) {
        session_ = world_.objects.session(job_.dispatch.identity, job_.dispatch.role);
    }
    return *session_;
}

void AttemptContext::progress(double fraction, std::string_view what) {
    const auto now = SteadyClock::now().time_since_epoch();
    SteadyClock::rep next = next_progress_.load();
    const SteadyClock::rep after = SteadyClock::duration(now + progress_interval).count();
    if (now.count() < next || !next_progress_.compare_exchange_strong(next, after) || !world_.progressed) {
        return;
    }
    // The comparison is written so that "not a number" becomes 0.
    const double shown = fraction > 0 ? std::min(fraction, 1.0) : 0.0;
    world_.progressed(job_.dispatch.key, shown, cut_text(world_.redaction(what), progress_text_bytes_max));
}

void AttemptContext::log(sdk::LogLevel level, std::string_view line) {
    const ports::AttemptKey& key = job_.dispatch.key;
    const Instant now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    const std::lock_guard lock(log_mutex_);
    // Secrets go before the line is cut: half of one would not be known again.
    std::string text = cut_text(world_.redaction.next(line, begun_), log_line_bytes_max);
    world_.logs.write({key.task, key.attempt, now, std::string(level_text(level)), std::move(text), ++lines_});
}

const std::string& AttemptContext::question() {
    if (question_.empty()) {
        const ports::Dispatch& asked = job_.dispatch;
        const Json all = JsonArray{
            asked.uses, asked.input, asked.seed, job_.weight, std::string(world_.program)};
        // After a restart the input comes from the database, which orders its members anew.
        question_ = sha256_hex(to_canonical_text(all));
    }
    return question_;
}

std::optional<std::string> AttemptContext::checkpoint() {
    if (world_.checkpoints == nullptr) {
        return std::nullopt;
    }
    try {
        std::optional<std::string> kept = world_.checkpoints->read(identity());
        if (!kept || !kept->starts_with(question())) {
            return std::nullopt;
        }
        kept->erase(0, question().size());
        return kept;
    } catch (const sdk::TaskFailure& failure) {
        log(sdk::LogLevel::Warn, "begins anew: " + failure.reason());
        return std::nullopt;
    }
}

void AttemptContext::keep_checkpoint(std::string_view bytes) {
    if (world_.checkpoints == nullptr) {
        return;
    }
    try {
        world_.checkpoints->write(identity(), question() + std::string(bytes));
    } catch (const sdk::TaskFailure& failure) {
        log(sdk::LogLevel::Warn, "goes on without a checkpoint: " + failure.reason());
    }
}

void AttemptContext::drop_checkpoint() {
    // Whoever has not asked for the question has neither read nor kept one.
    if (question_.empty()) {
        return;
    }
    try {
        world_.checkpoints->remove(identity());
    } catch (const sdk::TaskFailure& failure) {
        log(sdk::LogLevel::Warn, failure.reason());
    }
}

std::optional<std::string> AttemptContext::setting(std::string_view name) const {
    const auto found = world_.settings.find(name);
    return found == world_.settings.end() ? std::nullopt : std::optional<std::string>(found->second);
}

std::vector<sdk::Effect> AttemptContext::take_effects() {
    const std::lock_guard lock(session_mutex_);
    return session_ == nullptr ? std::vector<sdk::Effect>() : session_->take_effects();
}

}  // namespace kontor::exec
