// What the server counts about itself, as Prometheus text.
// Thread: any.
#pragma once

#include "base/time.hpp"
#include "http/message.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace kontor::http {

class HttpMetrics {
  public:
    // `route` is the route's pattern, never the path: the number of series stays that of the
    // routes.
    void answered(Method method, std::string_view route, int status, Duration took);
    // A request that never reached a route: "head", "timeout", "body", "busy".
    void refused(std::string_view reason);
    void connections(std::int64_t change);
    void stream_clients(std::int64_t change);
    void resynced();

    std::string text() const;

  private:
    // Upper bounds in microseconds: from an answer out of memory to one that waited for a commit as
    // long as it may.
    static constexpr std::array<std::int64_t, 10> bounds_us{
        500, 1'000, 2'500, 5'000, 10'000, 50'000, 250'000, 1'000'000, 5'000'000, 30'000'000};
    struct Histogram {
        std::array<std::uint64_t, bounds_us.size() + 1> counts{};
        std::int64_t sum_us = 0;
    };
    using Series = std::tuple<std::string, std::string, int>;  // method, route, status

    mutable std::mutex mutex_;
    std::map<Series, std::uint64_t> requests_;
    std::map<std::string, Histogram, std::less<>> durations_;  // by route
    std::map<std::string, std::uint64_t, std::less<>> refused_;
    std::int64_t connections_ = 0;
    std::int64_t stream_clients_ = 0;
    std::uint64_t resyncs_ = 0;
};

}  // namespace kontor::http
