#include "http/http_metrics.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace kontor::http {
namespace {

using namespace std::chrono_literals;

TEST(HttpMetrics, HistogramIsCumulativeAndEndsInItsCount) {
    HttpMetrics metrics;
    metrics.answered(Method::Get, "/v1/runs", 200, 700us);
    metrics.answered(Method::Get, "/v1/runs", 200, 3ms);
    metrics.answered(Method::Get, "/v1/runs", 504, 31s);
    const std::string text = metrics.text();
    const std::string name = "kontor_http_request_duration_seconds";
    EXPECT_NE(text.find(name + "_bucket{route=\"/v1/runs\",le=\"0.0005\"} 0\n"), std::string::npos);
    EXPECT_NE(text.find(name + "_bucket{route=\"/v1/runs\",le=\"0.001\"} 1\n"), std::string::npos);
    EXPECT_NE(text.find(name + "_bucket{route=\"/v1/runs\",le=\"0.005\"} 2\n"), std::string::npos);
    EXPECT_NE(text.find(name + "_bucket{route=\"/v1/runs\",le=\"30\"} 2\n"), std::string::npos);
    EXPECT_NE(text.find(name + "_bucket{route=\"/v1/runs\",le=\"+Inf\"} 3\n"), std::string::npos);
    EXPECT_NE(text.find(name + "_count{route=\"/v1/runs\"} 3\n"), std::string::npos);
    EXPECT_NE(
        text.find("{method=\"GET\",route=\"/v1/runs\",status=\"504\"} 1\n"), std::string::npos
    );
}

TEST(HttpMetrics, EverySeriesHasItsHelpAndType) {
    HttpMetrics metrics;
    metrics.answered(Method::Post, "/v1/runs", 201, 1ms);
    metrics.refused("head");
    std::set<std::string> typed;
    std::set<std::string> helped;
    std::istringstream lines(metrics.text());
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string mark;
        std::string kind;
        std::string name;
        words >> mark >> kind >> name;
        if (mark == "#") {
            (kind == "HELP" ? helped : typed).insert(name);
            continue;
        }
        std::string series = mark.substr(0, mark.find('{'));
        for (const char* suffix : {"_bucket", "_sum", "_count"}) {
            const std::string end(suffix);
            if (series.size() > end.size() && series.ends_with(end)) {
                series.resize(series.size() - end.size());
            }
        }
        EXPECT_TRUE(typed.contains(series)) << line;
        EXPECT_TRUE(helped.contains(series)) << line;
    }
    EXPECT_EQ(typed.size(), 6U);
}

}  // namespace
}  // namespace kontor::http
