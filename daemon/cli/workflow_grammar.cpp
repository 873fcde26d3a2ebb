#include "cli/commands.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace kontor::cli {

void add_workflow_commands(CLI::App& app, Grammar& grammar) {
    CLI::App* group = app.add_subcommand("workflows", "List deployed workflows; the versions of one, and what differs between them");
    group->callback([&grammar] {
        if (!grammar.remote) {
            grammar.remote = [](Session& session) { return list_workflows(session); };
        }
    });
    auto name = std::make_shared<std::string>();
    CLI::App* command = group->add_subcommand("versions", "Every version that was ever deployed, newest first");
    command->add_option("WORKFLOW", *name, "The workflow's name")->required();
    command->callback([&grammar, name] { grammar.remote = [name](Session& session) { return list_versions(session, *name); }; });

    auto from = std::make_shared<int>(0);
    auto to = std::make_shared<int>(0);
    command = group->add_subcommand("diff", "What differs between two versions, part by part");
    command->add_option("WORKFLOW", *name, "The workflow's name")->required();
    command->add_option("FROM", *from, "The older version's number (default: the one before TO)")->check(CLI::PositiveNumber);
    command->add_option("TO", *to, "The newer version's number (default: the one in force)")->check(CLI::PositiveNumber);
    command->callback([&grammar, name, from, to] {
        grammar.remote = [name, from, to](Session& session) { return compare_versions(session, *name, *from, *to); };
    });

    auto files = std::make_shared<std::vector<std::string>>();
    command = app.add_subcommand("plan", "Say what deploying workflow files would change, and change nothing");
    command->add_option("FILE", *files, "The workflows")->required();
    command->callback([&grammar, files] { grammar.remote = [files](Session& session) { return plan_workflows(session, *files); }; });

    auto order = std::make_shared<ApplyOrder>();
    command = app.add_subcommand("apply", "Deploy a workflow file");
    command->add_option("FILE", order->file, "The workflow")->required();
    command->add_option("--if-match", order->if_match, "Only if the definition in force has this hash");
    command->add_flag("--force", order->force, "Also if events or ticks that wait are lost by it");
    command->add_flag("--dry-run", order->dry_run, "As 'kontor plan'");
    command->callback([&grammar, order] { grammar.remote = [order](Session& session) { return apply_workflow(session, *order); }; });
}

}  // namespace kontor::cli
