#include "http/http_metrics.hpp"

#include <cstdio>

namespace kontor::http {

namespace {

std::string seconds(std::int64_t microseconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", static_cast<double>(microseconds) / 1e6);
    return text;
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    out.append(name).append(" ").append(type).append("\n");
}

}  // namespace

void HttpMetrics::answered(Method method, std::string_view route, int status, Duration took) {
    const std::lock_guard lock(mutex_);
    ++requests_[Series{to_string(method), route, status}];
    auto found = durations_.find(route);
    if (found == durations_.end()) {
        found = durations_.emplace(std::string(route), Histogram{}).first;
    }
    std::size_t bucket = 0;
    while (bucket < bounds_us.size() && took.count() > bounds_us[bucket]) {
        ++bucket;
    }
    ++found->second.counts[bucket];
    found->second.sum_us += took.count();
}

void HttpMetrics::refused(std::string_view reason) {
    const std::lock_guard lock(mutex_);
    ++refused_[std::string(reason)];
}

void HttpMetrics::connections(std::int64_t change) {
    const std::lock_guard lock(mutex_);
    connections_ += change;
}

void HttpMetrics::stream_clients(std::int64_t change) {
    const std::lock_guard lock(mutex_);
    stream_clients_ += change;
}

void HttpMetrics::resynced() {
    const std::lock_guard lock(mutex_);
    ++resyncs_;
}

std::string HttpMetrics::text() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    head(
        out,
        "kontor_http_requests_total",
        "counter",
        "Requests answered, by method, route and status."
    );
    for (const auto& [series, count] : requests_) {
        const auto& [method, route, status] = series;
        out += "kontor_http_requests_total{method=\"" + method + "\",route=\"" + route +
               "\",status=\"" + std::to_string(status) + "\"} " + std::to_string(count) + "\n";
    }
    head(
        out,
        "kontor_http_request_duration_seconds",
        "histogram",
        "Time from a request's last byte to its answer, by route."
    );
    for (const auto& [route, histogram] : durations_) {
        const std::string label = "route=\"" + route + "\"";
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < bounds_us.size(); ++i) {
            total += histogram.counts[i];
            out += "kontor_http_request_duration_seconds_bucket{" + label + ",le=\"" +
                   seconds(bounds_us[i]) + "\"} " + std::to_string(total) + "\n";
        }
        total += histogram.counts[bounds_us.size()];
        out += "kontor_http_request_duration_seconds_bucket{" + label + ",le=\"+Inf\"} " +
               std::to_string(total) + "\n";
        out += "kontor_http_request_duration_seconds_sum{" + label + "} " +
               std::to_string(static_cast<double>(histogram.sum_us) / 1e6) + "\n";
        out += "kontor_http_request_duration_seconds_count{" + label + "} " +
               std::to_string(total) + "\n";
    }
    head(
        out,
        "kontor_http_refused_total",
        "counter",
        "Requests refused before they reached a route, by reason."
    );
    for (const auto& [reason, count] : refused_) {
        out +=
            "kontor_http_refused_total{reason=\"" + reason + "\"} " + std::to_string(count) + "\n";
    }
    head(out, "kontor_http_connections", "gauge", "Open connections.");
    out += "kontor_http_connections " + std::to_string(connections_) + "\n";
    head(out, "kontor_http_stream_clients", "gauge", "Clients of the live stream.");
    out += "kontor_http_stream_clients " + std::to_string(stream_clients_) + "\n";
    head(
        out,
        "kontor_http_stream_resyncs_total",
        "counter",
        "Times a stream client was told to read its page again."
    );
    out += "kontor_http_stream_resyncs_total " + std::to_string(resyncs_) + "\n";
    return out;
}

}  // namespace kontor::http
