#include "http/context.hpp"

#include <ctime>
#include <vector>

namespace kontor::http {

Context::Context(const ServerOptions& options, engine::Api& engine_api, Instant started_at)
    : api(engine_api),
      keys(options.keys),
      quarantine(options.quarantine),
      predictor(options.predictor),
      reviews(options.reviews),
      evidence(options.evidence),
      filing(options.filing),
      samples(options.samples),
      files(options.files),
      code_lists(options.code_lists),
      retention(options.retention),
      doctor(options.doctor),
      folder(options.folder),
      predictions(options.predictions),
      limits(options.limits),
      head_limits{
          options.limits.header_bytes_max,
          options.limits.header_fields_max,
          options.limits.header_bytes_max / 2,
          options.limits.body_bytes_max,
          options.limits.intake_bytes_max},
      tokens(options.token_hashes),
      keeper(engine_api, tokens),
      facts{options.version, options.database, started_at},
      workers(options.limits.workers, options.limits.worker_queue_max),
      live(options.limits.live_waiters, options.limits.live_queue_max),
      // A stream has one piece at a time in work.
      intake(options.limits.intake_threads, options.limits.intake_streams_max) {}

bool KeysInWork::begin(const std::string& key) {
    const std::lock_guard lock(mutex_);
    return key.empty() || keys_.insert(key).second;
}

void KeysInWork::end(const std::string& key) {
    const std::lock_guard lock(mutex_);
    keys_.erase(key);
}

void Connections::add(std::shared_ptr<Connection> connection) {
    open_.insert(std::move(connection));
    const std::lock_guard lock(mutex_);
    count_ = open_.size();
}

void Connections::remove(const std::shared_ptr<Connection>& connection) {
    if (open_.erase(connection) == 0) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        count_ = open_.size();
    }
    changed_.notify_all();
    if (on_removed) {
        on_removed();
    }
}

void Connections::for_each(const std::function<void(Connection&)>& visit) {
    // A visit may remove its connection.
    const std::vector<std::shared_ptr<Connection>> all(open_.begin(), open_.end());
    for (const auto& connection : all) {
        visit(*connection);
    }
}

bool Connections::wait_empty(Duration at_most) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, at_most, [this] { return count_ == 0; });
}

Instant now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

std::string http_date(Instant instant) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = std::chrono::system_clock::to_time_t(instant);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    std::snprintf(
        text,
        sizeof text,
        "%s, %02d %s %04d %02d:%02d:%02d GMT",
        days[parts.tm_wday],
        parts.tm_mday,
        months[parts.tm_mon],
        parts.tm_year + 1900,
        parts.tm_hour,
        parts.tm_min,
        parts.tm_sec
    );
    return text;
}

std::string head_text(const Response& response, std::size_t content_bytes, bool keep_alive) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head.append(reason_phrase(response.status)).append("\r\nDate: ").append(http_date(now()));
    if (response.status != 204 && response.status != 304) {
        head.append("\r\nContent-Length: ").append(std::to_string(content_bytes));
        head.append("\r\nContent-Type: ").append(response.content_type);
    }
    head += "\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer";
    bool cache_said = false;
    for (const auto& [name, value] : response.fields) {
        head.append("\r\n").append(name).append(": ").append(value);
        cache_said = cache_said || name == "Cache-Control";
    }
    if (!cache_said) {
        head += "\r\nCache-Control: no-store";
    }
    head += keep_alive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
    return head;
}

}  // namespace kontor::http
