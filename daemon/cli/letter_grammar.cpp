#include "cli/letter_grammar.hpp"

#include "cli/letter_orders.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace kontor::cli {
namespace {

CLI::Validator whole_above_zero(
    [](std::string& text) {
        const bool good = !text.empty() && text.size() <= 18 && text.front() != '0' &&
                          text.find_first_not_of("0123456789") == std::string::npos;
        return good ? std::string() : "'" + text + "' is not a whole number above 0";
    },
    "POSITIVE"
);

void add_selection(CLI::App& command, LetterOrder& order) {
    auto* ids = command.add_option("ID", order.ids, "These letters; or all that a filter selects")->check(whole_above_zero);
    command.add_option("--fingerprint", order.fingerprint, "All open ones of this cause")->excludes(ids);
    command.add_option("--workflow", order.workflow, "All open ones of this workflow")->excludes(ids);
    command.add_option("--task", order.task, "... of this task")->excludes(ids);
    command.add_option("--country", order.country, "... of this country")->excludes(ids);
    command.add_option("--class", order.failure_class, "... of this failure class, e.g. transient")->excludes(ids);
    command.add_option("--older-than", order.older_than, "... that came more than this long ago, e.g. 2d")->excludes(ids);
    command.add_option("--newer-than", order.newer_than, "... that came within this time, e.g. 12h")->excludes(ids);
    command.add_flag("--all", order.all, "All open ones")->excludes(ids);
}

bool selects(const LetterOrder& order) {
    return order.all || !order.fingerprint.empty() || !order.workflow.empty() || !order.task.empty() || !order.country.empty() ||
           !order.failure_class.empty() || !order.older_than.empty() || !order.newer_than.empty();
}

void add_redrive(CLI::App& group, const Choose& choose) {
    auto order = std::make_shared<LetterOrder>();
    CLI::App* command = group.add_subcommand("redrive", "Try again, after what was wrong has been mended");
    add_selection(*command, *order);
    command->add_flag("--newest", order->newest, "With the newest definition of the workflow instead of the run's own");
    command->add_option("--set", order->set, "Another value in the task's input: key=value, or a JSON object");
    auto* canary = command->add_flag("--canary", order->canary, "One first, the rest only if it succeeds");
    auto* rate = command->add_option("--rate", order->rate, "So many a minute: 10/m");
    command->add_option("--reason", order->reason, "Why; kept with the letters");
    command->add_flag("--dry-run", order->dry_run, "Say what would run and what would be refused, and change nothing");
    canary->excludes("ID");
    rate->excludes("ID");
    command->callback([choose, order] {
        if (order->ids.empty() && !selects(*order)) {
            throw CLI::RequiredError("ID, a filter such as --fingerprint, or --all");
        }
        choose([order](Session& session) { return redrive_dead_letters(session, *order); });
    });
}

void add_discard(CLI::App& group, const Choose& choose) {
    auto order = std::make_shared<LetterOrder>();
    CLI::App* command = group.add_subcommand("discard", "Give up on it, with a reason");
    add_selection(*command, *order);
    command->add_option("--reason", order->reason, "Why; kept with the dead letter")->required();
    command->add_flag("--dry-run", order->dry_run, "Say which letters, and change nothing");
    command->callback([choose, order] {
        if (order->ids.empty() && !selects(*order)) {
            throw CLI::RequiredError("ID, a filter such as --fingerprint, or --all");
        }
        choose([order](Session& session) { return discard_dead_letters(session, *order); });
    });
}

void add_jobs(CLI::App& group, const Choose& choose) {
    auto limit = std::make_shared<int>(50);
    CLI::App* command = group.add_subcommand("jobs", "List redrives and discards of many, newest first, and how far they are");
    command->add_option("--limit", *limit, "At most this many")->check(CLI::Range(1, 1000))->capture_default_str();
    command->callback([choose, limit] { choose([limit](Session& session) { return list_letter_jobs(session, *limit); }); });

    auto shown = std::make_shared<std::int64_t>(0);
    command = group.add_subcommand("job", "Show one of them with what it refused");
    command->add_option("JOB", *shown, "The job's number")->required()->check(whole_above_zero);
    command->callback([choose, shown] { choose([shown](Session& session) { return show_letter_job(session, *shown); }); });

    auto id = std::make_shared<std::int64_t>(0);
    auto reason = std::make_shared<std::string>();
    command = group.add_subcommand("stop", "Stop one of them: the letters that it has not come to stay open");
    command->add_option("JOB", *id, "The job's number")->required()->check(whole_above_zero);
    command->add_option("--reason", *reason, "Why");
    auto dry_run = std::make_shared<bool>(false);
    command->add_flag("--dry-run", *dry_run, "Say how far it is, and change nothing");
    command->callback([choose, id, reason, dry_run] {
        choose([id, reason, dry_run](Session& session) { return stop_letter_job(session, *id, *reason, *dry_run); });
    });
}

}  // namespace

void add_dead_letter_commands(CLI::App& app, Choose choose) {
    CLI::App* group = app.add_subcommand("dlq", "Dead letters: what could not be done, until it is redriven or discarded");
    group->alias("dead-letters");
    group->require_subcommand(1);
    auto filter = std::make_shared<DeadLetterFilter>();
    CLI::App* command = group->add_subcommand("list", "List dead letters, newest first");
    command->add_option("--state", filter->state, "open, redriven or discarded")->capture_default_str();
    command->add_option("--workflow", filter->workflow, "Only of this workflow");
    command->add_option("--country", filter->country, "Only of this country");
    command->add_option("--fingerprint", filter->fingerprint, "Only of this cause");
    command->add_option("--limit", filter->limit, "At most this many")->check(CLI::Range(1, 1000))->capture_default_str();
    command->callback([choose, filter] { choose([filter](Session& session) { return list_dead_letters(session, *filter); }); });

    command = group->add_subcommand("causes", "List what they died of: letters of one cause share a fingerprint");
    command->callback([choose] { choose([](Session& session) { return list_dead_letter_causes(session); }); });

    auto id = std::make_shared<std::int64_t>(0);
    command = group->add_subcommand("show", "Show one with its input, definition, attempts and log");
    command->add_option("ID", *id, "The dead letter's number")->required()->check(whole_above_zero);
    command->callback([choose, id] { choose([id](Session& session) { return show_dead_letter(session, *id); }); });

    add_redrive(*group, choose);
    add_discard(*group, choose);
    add_jobs(*group, choose);
}

}  // namespace kontor::cli
