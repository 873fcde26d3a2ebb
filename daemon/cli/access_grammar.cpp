// How tokens and the record are asked for on the command line.
#include "cli/commands.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace kontor::cli {
namespace {

void add_create(CLI::App& group, Grammar& grammar) {
    auto order = std::make_shared<TokenOrder>();
    CLI::App* command = group.add_subcommand("create", "Make a token; its secret is shown once");
    command->add_option("NAME", order->name, "Who will use it; stands on the record")->required();
    command->add_option("--role", order->role, "viewer, operator, reviewer or admin")
        ->capture_default_str()
        ->check(CLI::IsMember({"viewer", "operator", "reviewer", "admin"}));
    command
        ->add_option("--countries", order->countries, "Only these, e.g. DE,FR (default: all)")
        ->delimiter(',');
    command->add_option("--expires", order->expires_at, "Opens nothing after 2027-01-01T00:00:00Z");
    command->add_option("--reason", order->reason, "Why; stands on the record");
    command->add_flag("--dry-run", order->dry_run, "Look whether it could be made, and make none");
    command->callback([&grammar, order] {
        grammar.remote = [order](Session& session) { return create_token(session, *order); };
    });
}

void add_keys(CLI::App& app, Grammar& grammar) {
    CLI::App* group = app.add_subcommand("keys", "The keys that wrap objects, by scope and country");
    group->require_subcommand(1);
    group->add_subcommand("list", "List keys and how far a rotation is")->callback([&grammar] {
        grammar.remote = [](Session& session) { return list_keys(session); };
    });
    auto scope = std::make_shared<std::string>();
    auto country = std::make_shared<std::string>();
    auto reason = std::make_shared<std::string>();
    CLI::App* command =
        group->add_subcommand("rotate", "Make new keys and bring the objects under them");
    command->add_option("--scope", *scope, "Only of this scope, e.g. raw (default: all)");
    command->add_option("--country", *country, "Only of this country (default: all)");
    command->add_option("--reason", *reason, "Why; stands on the record");
    auto dry_run = std::make_shared<bool>(false);
    command->add_flag("--dry-run", *dry_run, "Say how many keys, and change nothing");
    command->callback([&grammar, scope, country, reason, dry_run] {
        grammar.remote = [scope, country, reason, dry_run](Session& session) {
            return rotate_keys(session, *scope, *country, *reason, *dry_run);
        };
    });
}

}  // namespace

void add_access_commands(CLI::App& app, Grammar& grammar) {
    add_keys(app, grammar);
    CLI::App* group = app.add_subcommand("tokens", "Who may use the API, in which role and where");
    group->require_subcommand(1);
    group->add_subcommand("list", "List tokens, newest first")->callback([&grammar] {
        grammar.remote = [](Session& session) { return list_tokens(session); };
    });
    add_create(*group, grammar);
    auto id = std::make_shared<std::int64_t>(0);
    auto reason = std::make_shared<std::string>();
    CLI::App* command = group->add_subcommand("revoke", "Make a token open nothing any more");
    command->add_option("ID", *id, "Its number")->required()->check(CLI::PositiveNumber);
    command->add_option("--reason", *reason, "Why; stands on the record");
    auto dry_run = std::make_shared<bool>(false);
    command->add_flag("--dry-run", *dry_run, "Say which, and change nothing");
    command->callback([&grammar, id, reason, dry_run] {
        grammar.remote = [id, reason, dry_run](Session& session) {
            return revoke_token(session, *id, *reason, *dry_run);
        };
    });

    auto filter = std::make_shared<AuditFilter>();
    command = app.add_subcommand("audit", "Show who changed what, newest first");
    command->add_option("--who", filter->who, "Only of this token");
    command->add_option("--route", filter->route, "Only of this route, 'POST /v1/runs'");
    command->add_option("--correlation", filter->correlation, "Only of this campaign");
    command->add_option("--since", filter->since, "From this time on, 2026-05-03T00:00:00Z");
    command->add_option("--until", filter->until, "Before this time");
    command->add_option("--limit", filter->limit, "At most this many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->callback([&grammar, filter] {
        grammar.remote = [filter](Session& session) { return list_audit(session, *filter); };
    });
}

}  // namespace kontor::cli
