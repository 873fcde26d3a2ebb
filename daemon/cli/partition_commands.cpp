// `kontor partitions`: what has become of each country and period.
#include "cli/cli.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace kontor::cli {
namespace {

struct PartitionFilter {
    std::string workflow;
    std::string country;
    std::string period;
    std::string state;
    int limit = 50;
};

int list_partitions(Session& session, const PartitionFilter& filter) {
    const std::string path = with_query(
        "/v1/partitions",
        {{"workflow", filter.workflow},
         {"country", filter.country},
         {"period", filter.period},
         {"state", filter.state},
         {"limit", std::to_string(filter.limit)}}
    );
    return print_list(
        session,
        path,
        {{"WORKFLOW", "/workflow"},
         {"COUNTRY", "/country"},
         {"PERIOD", "/period"},
         {"STATE", "/state", Kind::State},
         {"RUN", "/run", Kind::Number},
         {"SUCCEEDED", "/last_success/at", Kind::Time},
         {"FAILED", "/last_failure/at", Kind::Time},
         {"CLASS", "/last_failure/class"},
         {"REASON", "/reason"}},
        "No partitions match. One is known once a run has worked for it."
    );
}

}  // namespace

void add_partition_commands(CLI::App& app, Grammar& grammar) {
    auto filter = std::make_shared<PartitionFilter>();
    CLI::App* command = app.add_subcommand("partitions", "What has become of each country and period, newest period first");
    command->add_option("--workflow", filter->workflow, "Only of this workflow");
    command->add_option("--country", filter->country, "Only this country");
    command->add_option("--period", filter->period, "Only this period; with --workflow also countries that nothing is known of in it");
    command->add_option("--state", filter->state, "missing, running, failed or succeeded");
    command->add_option("--limit", filter->limit, "At most this many")->check(CLI::Range(1, 1000))->capture_default_str();
    command->callback([&grammar, filter] {
        grammar.remote = [filter](Session& session) { return list_partitions(session, *filter); };
    });
}

}  // namespace kontor::cli
