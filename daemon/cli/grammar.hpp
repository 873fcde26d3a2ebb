// What the parse of a command line leaves behind, and the groups of commands that stand in files of
// their own. Thread: main's. Owner: run_command_line.
#pragma once

#include "cli/cli.hpp"
#include "cli/session.hpp"

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace kontor::cli {

// What the parse leaves behind: at most one action, to be carried out after it.
struct Grammar {
    std::string output = "table";
    std::string url;
    std::string token_file;
    std::string context;
    std::function<int()> local;           // serve, validate, ...: no daemon needed
    std::function<int(Session&)> remote;  // everything else
};

// As --output says.
Output output_of(const Grammar& grammar);
// Where commands go: options, then the environment, then the context. Errors: as find_target and chosen_context.
Result<Target> target_of(const Grammar& grammar, const Surroundings& around);

// shell_grammar.cpp: grid, contexts, completion, man
void add_shell_commands(CLI::App& app, Grammar& grammar, const CliHooks& hooks, Surroundings& around);
// examples.cpp. Requires: all commands are there.
void add_examples(CLI::App& app);
// workflow_grammar.cpp: workflows, plan, apply
void add_workflow_commands(CLI::App& app, Grammar& grammar);
// control_grammar.cpp: pause, resume, retry, skip, done, rerun, explain
void add_control_commands(CLI::App& app, Grammar& grammar);
// approval_grammar.cpp: approvals
void add_approval_commands(CLI::App& app, Grammar& grammar);
// partition_commands.cpp: partitions
void add_retention_commands(CLI::App& app, Grammar& grammar);
void add_alarm_commands(CLI::App& app, Grammar& grammar);
// cache_commands.cpp: cache, cache clear
void add_lineage_commands(CLI::App& app, Grammar& grammar);
void add_cache_commands(CLI::App& app, Grammar& grammar);
void add_partition_commands(CLI::App& app, Grammar& grammar);
// backfill_commands.cpp: backfill, backfills
void add_backfill_commands(CLI::App& app, Grammar& grammar);
void add_pool_commands(CLI::App& app, Grammar& grammar);
// doctor_commands.cpp: doctor
void add_doctor_command(CLI::App& app, Grammar& grammar, Surroundings& around);
void add_winner_verbs(CLI::App& winners, Grammar& grammar);
// live_grammar.cpp: predict
void add_live_commands(CLI::App& app, Grammar& grammar);
// live_grammar.cpp: model
void add_export_commands(CLI::App& app, Grammar& grammar);
// file_commands.cpp: files, model import. Requires: `model` is there.
void add_file_commands(CLI::App& app, Grammar& grammar, const CliHooks& hooks);
// access_grammar.cpp: tokens, audit
void add_access_commands(CLI::App& app, Grammar& grammar);
// review_commands.cpp: reviews
void add_review_commands(CLI::App& app, Grammar& grammar);
// report_commands.cpp: reports
void add_report_commands(CLI::App& app, Grammar& grammar);
// code_list_commands.cpp: codes
void add_code_list_commands(CLI::App& app, Grammar& grammar);
// sample_commands.cpp: samples
void add_sample_commands(CLI::App& app, Grammar& grammar);

}  // namespace kontor::cli
