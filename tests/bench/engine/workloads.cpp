#include "workloads.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace kontor::bench {
namespace {

double milliseconds(Clock::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

std::string fan_workflow(int tasks) {
    const std::string count = std::to_string(tasks);
    return "workflow: fan-" + count + "\ntasks:\n  work:\n    uses: noop\n    per: [item]\n    fan_out: {item: " + count + "}\n";
}

std::string chain_workflow() {
    std::string countries;
    for (int i = 0; i < chain_countries; ++i) {
        countries += (i == 0 ? "" : ", ") + std::string{static_cast<char>('A' + i / 26), static_cast<char>('A' + i % 26)};
    }
    std::string text = "workflow: chains\npartition:\n  key: country\n  over: [" + countries + "]\ntasks:\n";
    for (int i = 1; i <= chain_length; ++i) {
        const std::string name = "step" + std::to_string(i);
        text += "  " + name + ":\n    uses: noop\n    per: country\n";
        text += i == 1 ? "" : "    after: step" + std::to_string(i - 1) + "\n";
    }
    return text + "  join:\n    uses: noop\n    after: step" + std::to_string(chain_length) + "\n";
}

template <class Work>
Measured measure(Plant& plant, Work work) {
    const double server = plant.server_cpu();
    const double own = Plant::own_cpu();
    const WatchedStore::Totals commits = plant.commits();
    const auto begun = Clock::now();
    const Clock::time_point ended = work();
    Measured measured;
    measured.seconds = std::chrono::duration<double>(ended - begun).count();
    measured.own_cpu = Plant::own_cpu() - own;
    measured.server_cpu = plant.server_cpu() - server;
    const WatchedStore::Totals after = plant.commits();
    measured.commits = after.commits - commits.commits;
    measured.commit_seconds = std::chrono::duration<double>(after.in_commit - commits.in_commit).count();
    return measured;
}

// The system comes to rest: every thread sleeps again.
void rest() { poll(nullptr, 0, 3); }

}  // namespace

void deploy_workloads(Plant& plant) {
    for (const int tasks : {1000, 20'000, 100'000}) {
        plant.deploy(fan_workflow(tasks));
    }
    plant.deploy(chain_workflow());
    plant.deploy("workflow: single\ntasks:\n  only:\n    uses: noop\n");
}

Measured fan_run(Plant& plant, int tasks) {
    return measure(plant, [&] { return plant.wait_for_end(plant.submit("fan-" + std::to_string(tasks))); });
}

Measured chain_runs(Plant& plant, int runs) {
    return measure(plant, [&] {
        const std::vector<ports::RunId> ids = plant.submit_together("chains", runs);
        Clock::time_point last{};
        for (const ports::RunId id : ids) {
            last = std::max(last, plant.wait_for_end(id));
        }
        return last;
    });
}

Latencies single_tasks(Plant& plant, int samples) {
    Latencies latencies;
    for (int i = 0; i < samples; ++i) {
        rest();
        const auto begun = Clock::now();
        const auto ended = plant.wait_for_end(plant.submit("single"));
        latencies.start.push_back(milliseconds(plant.last_body() - begun));
        latencies.done.push_back(milliseconds(ended - begun));
    }
    return latencies;
}

double sync_milliseconds(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "sync";
    const int handle = open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    const std::vector<char> page(8192, 'x');
    std::vector<double> taken;
    for (int i = 0; i < 200; ++i) {
        // Written over, as PostgreSQL does with its log.
        const auto begun = Clock::now();
        if (pwrite(handle, page.data(), page.size(), 0) < 0 || fdatasync(handle) != 0) {
            throw std::runtime_error("cannot write in " + folder.string());
        }
        taken.push_back(milliseconds(Clock::now() - begun));
    }
    close(handle);
    std::filesystem::remove(file);
    return quantile(taken, 0.5);
}

double quantile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5);
    return values[at];
}

}  // namespace kontor::bench
