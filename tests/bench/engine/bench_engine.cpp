// How fast the whole engine is, durable, with its thread pool: README.md beside the folder has the figures.
//   bench_engine [folder=PATH] [rounds=5] [samples=300] [W1] [W2a] [W2b] [W3] [big]
// Without a folder a new one is made below the temporary folder and removed at the end.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "workloads.hpp"

namespace {

using namespace kontor::bench;

struct Wanted {
    std::string folder;
    int rounds = 5;
    int samples = 300;
    std::set<std::string> works;

    bool has(const std::string& work) const { return works.empty() || works.contains(work); }
};

const std::set<std::string> known_works{"W1", "W2a", "W2b", "W3", "big"};

bool read_arguments(int count, char** texts, Wanted& wanted) {
    for (int i = 1; i < count; ++i) {
        const std::string text = texts[i];
        if (text.starts_with("folder=")) {
            wanted.folder = text.substr(7);
        } else if (text.starts_with("rounds=")) {
            wanted.rounds = std::atoi(text.c_str() + 7);
        } else if (text.starts_with("samples=")) {
            wanted.samples = std::atoi(text.c_str() + 8);
        } else if (known_works.contains(text)) {
            wanted.works.insert(text);
        } else {
            return false;
        }
    }
    return wanted.rounds > 0 && wanted.samples > 0;
}

std::string number(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

// What the line of the table does not show: where the time of one round went.
void note(const std::string& work, const Measured& measured, int steps) {
    std::fprintf(
        stderr, "%-4s %8.1f ms, per step: %6.2f us wall, CPU %5.2f us own + %5.2f us server; %lld commits, %.1f ms in them\n",
        work.c_str(), measured.seconds * 1e3, measured.seconds * 1e6 / steps, measured.own_cpu * 1e6 / steps,
        measured.server_cpu * 1e6 / steps, static_cast<long long>(measured.commits), measured.commit_seconds * 1e3
    );
}

template <class Round>
double median_seconds(Plant& plant, const std::string& work, int rounds, int steps, Round round) {
    std::vector<double> seconds;
    // Short rounds follow one another as they do in a daemon: after a VACUUM everything is planned and cached anew.
    const bool is_short = steps <= 1000;
    for (int i = 0; i < rounds; ++i) {
        if (!is_short || i == 0) {
            plant.tidy();
        }
        const Measured measured = round();
        note(work, measured, steps);
        seconds.push_back(measured.seconds);
    }
    return quantile(seconds, 0.5);
}

struct Line {
    std::string work, bar, aim, limit, peers, today;
};

void print(const std::vector<Line>& lines) {
    std::cout << "| work | first bar | aim | limit of the machine | best peers | today |\n|---|---|---|---|---|---|\n";
    for (const Line& line : lines) {
        std::cout << "| " << line.work << " | " << line.bar << " | " << line.aim << " | " << line.limit << " | " << line.peers
                  << " | **" << line.today << "** |\n";
    }
}

void run_fans(Plant& plant, const Wanted& wanted, std::vector<Line>& lines) {
    if (wanted.has("W1")) {
        constexpr int tasks = 20'000;
        const double seconds = median_seconds(plant, "W1", wanted.rounds, tasks, [&] { return fan_run(plant, tasks); });
        lines.push_back(
            {"W1: 20,000 independent no-op tasks, tasks/s", "40,000", "60,000", "183,000 (PostgreSQL's part alone)",
             "graphile-worker 51,000, pg-boss 49,300, BullMQ 18,700", number(tasks / seconds, 0)}
        );
    }
    if (wanted.has("big")) {
        constexpr int large = 100'000;
        constexpr int small = 1000;
        const double of_large =
            median_seconds(plant, "100k", std::max(1, wanted.rounds / 2), large, [&] { return fan_run(plant, large); }) / large;
        const double of_small =
            median_seconds(plant, "1k", 5 * wanted.rounds, small, [&] { return fan_run(plant, small); }) / small;
        lines.push_back(
            {"cost per transition of a 100,000-task run against a 1,000-task run", "1.5 x", "1.1 x", "-", "-",
             number(of_large / of_small, 2) + " x (" + number(of_large * 1e6, 1) + " us against " + number(of_small * 1e6, 1) +
                 " us per task)"}
        );
    }
}

void run_chains(Plant& plant, const Wanted& wanted, std::vector<Line>& lines) {
    if (wanted.has("W2a")) {
        const double seconds =
            median_seconds(plant, "W2a", 8 * wanted.rounds, chain_steps, [&] { return chain_runs(plant, 1); });
        lines.push_back(
            {"W2a: one run of 38 chains of 6 and a join, ms", "35", "12", "1.1 (eight commits one after the other)",
             "pg-boss 37, graphile-worker 47, BullMQ 49", number(seconds * 1e3, 1)}
        );
    }
    if (wanted.has("W2b")) {
        constexpr int runs = 100;
        const double seconds =
            median_seconds(plant, "W2b", wanted.rounds, runs * chain_steps, [&] { return chain_runs(plant, runs); });
        lines.push_back(
            {"W2b: 100 such runs at once, steps/s", "25,000", "45,000", "183,000 (PostgreSQL's part alone)",
             "pg-boss 17,800, graphile-worker 11,100, BullMQ 8,200", number(runs * chain_steps / seconds, 0)}
        );
    }
}

void run_single(Plant& plant, const Wanted& wanted, std::vector<Line>& lines) {
    if (!wanted.has("W3")) {
        return;
    }
    plant.tidy();
    const Latencies seen = single_tasks(plant, wanted.samples);
    lines.push_back(
        {"W3: one task on an idle system, body starts p50 / p99, done p50, ms", "2.0 / 5.0, 3.0", "0.8 / 2.0, 1.5",
         "0.14 (one durable commit), 0.28 (two)", "BullMQ 1.8 / 3.7, 2.4; DBOS 2.5 / 6.4, 4.0; graphile-worker 2.8 / 9.4, 4.5",
         number(quantile(seen.start, 0.5), 2) + " / " + number(quantile(seen.start, 0.99), 2) + ", " +
             number(quantile(seen.done, 0.5), 2)}
    );
}

}  // namespace

int main(int count, char** texts) {
    Wanted wanted;
    if (!read_arguments(count, texts, wanted)) {
        std::cerr << "usage: bench_engine [folder=PATH] [rounds=5] [samples=300] [W1] [W2a] [W2b] [W3] [big]\n";
        return 2;
    }
    const bool temporary = wanted.folder.empty();
    if (temporary) {
        std::string made = (std::filesystem::temp_directory_path() / "kontor-bench-XXXXXX").string();
        if (mkdtemp(made.data()) == nullptr) {
            std::cerr << "no folder can be made below " << std::filesystem::temp_directory_path() << '\n';
            return 1;
        }
        wanted.folder = made;
    }
    spdlog::set_level(spdlog::level::warn);
    int status = 0;
    try {
        Plant plant(wanted.folder);
        deploy_workloads(plant);
        const double before = sync_milliseconds(wanted.folder);
        std::vector<Line> lines;
        fan_run(plant, 20'000);  // warms up: memory, prepared statements, the mean of the task type
        run_fans(plant, wanted, lines);
        run_chains(plant, wanted, lines);
        run_single(plant, wanted, lines);
        print(lines);
        std::cout << "\nOne fdatasync of a page took " << number(before, 2) << " ms before and "
                  << number(sync_milliseconds(wanted.folder), 2) << " ms after.\n";
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        status = 1;
    }
    if (temporary) {
        std::filesystem::remove_all(wanted.folder);
    }
    return status;
}
