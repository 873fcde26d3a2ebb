// What is measured, and one round of each.
// Thread: the measuring one.
#pragma once

#include <vector>

#include "plant.hpp"

namespace kontor::bench {

struct Measured {
    double seconds = 0;
    double own_cpu = 0;     // seconds
    double server_cpu = 0;
    std::int64_t commits = 0;
    double commit_seconds = 0;
};

struct Latencies {  // milliseconds
    std::vector<double> start;
    std::vector<double> done;
};

void deploy_workloads(Plant& plant);

constexpr int chain_countries = 38;
constexpr int chain_length = 6;
constexpr int chain_steps = chain_countries * chain_length + 1;

// One run with a fan of `tasks` (1000, 20000 or 100000 were deployed), from submitting it until its end is committed.
Measured fan_run(Plant& plant, int tasks);
// `runs` runs of 38 chains of six and a join, submitted one after the other without waiting.
Measured chain_runs(Plant& plant, int runs);
// One task at a time on an idle system.
Latencies single_tasks(Plant& plant, int samples);

// What the machine needs to bring one page of a log to the disk just now, in milliseconds (median): no commit is faster.
double sync_milliseconds(const std::filesystem::path& folder);

// The value below which `share` of the values lie. Requires: not empty.
double quantile(std::vector<double> values, double share);

}  // namespace kontor::bench
