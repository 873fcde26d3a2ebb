#include "cli/approval_commands.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace kontor::cli {
namespace {

void add_decision(CLI::App& group, Grammar& grammar, const std::string& decision, const char* what) {
    auto order = std::make_shared<DecideOrder>();
    order->decision = decision;
    CLI::App* command = group.add_subcommand(decision, what);
    command->add_option("ID", order->ids, "Its number; several at once")->required()->check(CLI::PositiveNumber);
    auto* comment = command->add_option("--comment", order->comment, "Why; kept with the answer");
    comment->required(decision == "reject");
    command->add_flag("--dry-run", order->dry_run, "Say what would happen, and change nothing");
    command->callback([&grammar, order] {
        grammar.remote = [order](Session& session) { return decide_approvals(session, *order); };
    });
}

}  // namespace

void add_approval_commands(CLI::App& app, Grammar& grammar) {
    CLI::App* group = app.add_subcommand("approvals", "What tasks ask people: look, approve, reject");
    group->require_subcommand(1);
    auto filter = std::make_shared<ApprovalFilter>();
    CLI::App* command = group->add_subcommand("list", "List what is asked, newest first");
    command->add_option("--state", filter->state, "open, approved, rejected, expired or withdrawn")->capture_default_str();
    command->add_option("--country", filter->country, "Only of this country");
    command->add_option("--run", filter->run, "Only of this run")->check(CLI::PositiveNumber);
    command->add_option("--limit", filter->limit, "At most this many")->check(CLI::Range(1, 1000))->capture_default_str();
    command->callback([&grammar, filter] {
        grammar.remote = [filter](Session& session) { return list_approvals(session, *filter); };
    });

    auto id = std::make_shared<std::int64_t>(0);
    command = group->add_subcommand("show", "Show one with its evidence and its answers");
    command->add_option("ID", *id, "Its number")->required()->check(CLI::PositiveNumber);
    command->callback([&grammar, id] {
        grammar.remote = [id](Session& session) { return show_approval(session, *id); };
    });
    add_decision(*group, grammar, "approve", "Approve; a run's starter cannot");
    add_decision(*group, grammar, "reject", "Reject, with a comment");
}

}  // namespace kontor::cli
