#include "cli/commands.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace kontor::cli {
namespace {

CLI::App* add_order(CLI::App& app, Grammar& grammar, const char* name, const char* what, const std::shared_ptr<ControlOrder>& order) {
    order->command = name;
    CLI::App* command = app.add_subcommand(name, what);
    command->add_option("RUN", order->run, "Its number")->required()->check(CLI::PositiveNumber);
    command->add_option("--country", order->country, "Only this country");
    command->add_flag("--dry-run", order->dry_run, "Say what would change, and change nothing");
    command->callback([&grammar, order] {
        grammar.remote = [order](Session& session) { return control_run(session, *order); };
    });
    return command;
}

void add_pauses(CLI::App& app, Grammar& grammar) {
    auto order = std::make_shared<ControlOrder>();
    CLI::App* command = add_order(app, grammar, "pause", "Let nothing new of a run begin, or of one country or task of it", order);
    command->add_option("--task", order->task, "Only this task");
    command->add_flag("--kill", order->kill, "Interrupt what runs, too; it is not counted as an attempt");
    command->add_option("--reason", order->reason, "Why; shown while it is paused");

    order = std::make_shared<ControlOrder>();
    command = add_order(app, grammar, "resume", "Let a paused run, country or task go on", order);
    command->add_option("--task", order->task, "Only this task");
    command->add_option("--reason", order->reason, "Why; kept on the record");

    order = std::make_shared<ControlOrder>();
    command = add_order(app, grammar, "retry", "Start at once what waits for its next attempt", order);
    command->add_option("--task", order->task, "Only this task");
    command->add_option("--item", order->item, "Only this item of its fan-out");
    command->add_option("--reason", order->reason, "Why; kept on the record");
}

void add_ends(CLI::App& app, Grammar& grammar) {
    auto order = std::make_shared<ControlOrder>();
    CLI::App* command = add_order(app, grammar, "skip", "Skip a task or a country of a run; also what is a dead letter", order);
    auto* task = command->add_option("--task", order->task, "This task");
    command->add_option("--item", order->item, "Only this item of its fan-out")->needs(task);
    command->add_option("--reason", order->reason, "Why; kept with the task")->required();

    order = std::make_shared<ControlOrder>();
    command = add_order(app, grammar, "done", "Mark a task of a run as succeeded, so that what is behind it goes on", order);
    command->add_option("--task", order->task, "This task")->required();
    command->add_option("--item", order->item, "This item of its fan-out");
    command->add_option("--outputs", order->outputs, "Its outputs, a JSON object, or @FILE (default: {})");
    command->add_option("--reason", order->reason, "Why; kept with the task")->required();

    order = std::make_shared<ControlOrder>();
    command = add_order(app, grammar, "rerun", "Run a task and all behind it again, also in a run that has ended", order);
    command->add_option("--from", order->task, "From this task on")->required();
    command->add_option("--reason", order->reason, "Why; kept on the record");
}

}  // namespace

void add_control_commands(CLI::App& app, Grammar& grammar) {
    add_pauses(app, grammar);
    add_ends(app, grammar);
    auto order = std::make_shared<ExplainOrder>();
    CLI::App* command = app.add_subcommand("explain", "Say why each part of a run is where it is");
    command->add_option("RUN", order->run, "Its number")->required()->check(CLI::PositiveNumber);
    command->add_option("--country", order->country, "Only this country");
    command->add_option("--task", order->task, "Only this task");
    command->callback([&grammar, order] {
        grammar.remote = [order](Session& session) { return explain_run(session, *order); };
    });
}

}  // namespace kontor::cli
