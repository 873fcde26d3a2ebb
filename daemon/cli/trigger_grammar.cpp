#include "cli/trigger_grammar.hpp"

#include "cli/commands.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace kontor::cli {
namespace {

CLI::Option* add_event_id(CLI::App& command, std::int64_t& id) {
    return command.add_option("ID", id, "The event's number")->required()->check(CLI::PositiveNumber);
}

void add_preview(CLI::App& group, const Choose& choose) {
    auto order = std::make_shared<PreviewOrder>();
    CLI::App* command = group.add_subcommand("preview", "Show the next ticks of a schedule, or of an expression");
    auto* workflow = command->add_option("WORKFLOW", order->workflow, "The workflow's name");
    auto* trigger = command->add_option("TRIGGER", order->trigger, "The trigger's name in it");
    workflow->needs(trigger);
    auto* cron = command->add_option("--cron", order->cron, "An expression instead: \"0 2 L * *\"")->excludes(workflow);
    auto* every = command->add_option("--every", order->every, "An interval instead: 15m")->excludes(workflow)->excludes(cron);
    command->add_option("--timezone", order->timezone, "Its zone (default UTC)")->excludes(workflow);
    command->add_option("--gap", order->gap, "For times that the clock jumps over: skip, before, after")->excludes(workflow)->excludes(every);
    command->add_option("--fold", order->fold, "For times that come twice: first, second, both")->excludes(workflow)->excludes(every);
    command->add_option("--business-days", order->business_days, "On other days: skip, before, after")->excludes(workflow);
    command->add_option("--holiday", order->holidays, "A date that is no working day: 2026-12-25, or 12-25 for every year")
        ->excludes(workflow)
        ->delimiter(',');
    command->add_option("--zone", order->zones, "Show the local time in this zone as well; all: in every one")->delimiter(',');
    command->add_option("--from", order->from, "After this time, 2026-05-03T00:00:00Z (default: now)");
    command->add_option("--count", order->count, "So many")->check(CLI::Range(1, 100))->capture_default_str();
    command->callback([choose, order] {
        if (order->workflow.empty() && order->cron.empty() && order->every.empty()) {
            throw CLI::RequiredError("WORKFLOW TRIGGER, --cron or --every");
        }
        choose([order](Session& session) { return preview_schedule(session, *order); });
    });
}

void add_schedules(CLI::App& app, const Choose& choose) {
    CLI::App* group = app.add_subcommand("schedules", "List schedules; preview, pause, resume or run one now");
    group->alias("schedule");
    group->preparse_callback([choose](std::size_t) { choose([](Session& session) { return list_schedules(session); }); });
    auto workflow = std::make_shared<std::string>();
    auto trigger = std::make_shared<std::string>();
    auto dry_run = std::make_shared<bool>(false);
    for (const auto& [action, what] :
         {std::pair{"pause", "Stop starting runs by the clock"},
          {"resume", "Start runs by the clock again"},
          {"run", "Start a run now"}}) {
        CLI::App* command = group->add_subcommand(action, what);
        command->add_option("WORKFLOW", *workflow, "The workflow's name")->required();
        command->add_option("TRIGGER", *trigger, "The trigger's name in it")->required();
        command->add_flag("--dry-run", *dry_run, "Say what would happen, and change nothing");
        command->callback([choose, workflow, trigger, dry_run, name = std::string(action)] {
            choose([workflow, trigger, dry_run, name](Session& session) {
                return change_schedule(session, name, *workflow, *trigger, *dry_run);
            });
        });
    }
    add_preview(*group, choose);
}

void add_event_list(CLI::App& group, const Choose& choose) {
    auto type = std::make_shared<std::string>();
    auto correlation = std::make_shared<std::string>();
    auto limit = std::make_shared<int>(50);
    group.add_option("--type", *type, "Only of this type, e.g. kontor.model.trained");
    group.add_option("--correlation", *correlation, "Only of this campaign");
    group.add_option("--limit", *limit, "At most this many")->check(CLI::Range(1, 1000))->capture_default_str();
    group.preparse_callback([choose, type, correlation, limit](std::size_t) {
        choose([type, correlation, limit](Session& session) { return list_events(session, *type, *correlation, *limit); });
    });
}

void add_replay(CLI::App& group, const Choose& choose) {
    auto order = std::make_shared<ReplayOrder>();
    CLI::App* command = group.add_subcommand("replay", "Offer stored events to the triggers again");
    command->add_option("ID", order->ids, "These events")->check(CLI::PositiveNumber);
    command->add_option("--type", order->type, "All events of this type");
    command->add_option("--since", order->since, "All from this time on, 2026-05-03T00:00:00Z");
    command->add_option("--until", order->until, "... and before this one");
    command->add_option("--workflow", order->workflow, "Offer them to this workflow alone");
    command->add_option("--trigger", order->trigger, "... and to this trigger of it alone");
    command->add_flag("--dry-run", order->dry_run, "Say what would happen, and change nothing");
    command->callback([choose, order] {
        if (order->ids.empty() && order->type.empty() && order->since.empty()) {
            throw CLI::RequiredError("ID, --type or --since");
        }
        choose([order](Session& session) { return replay_events(session, *order); });
    });
}

void add_events(CLI::App& app, const Choose& choose) {
    CLI::App* group = app.add_subcommand("events", "List events, newest first; show, explain, replay or send one");
    group->alias("event");
    add_event_list(*group, choose);
    auto id = std::make_shared<std::int64_t>(0);
    CLI::App* command = group->add_subcommand("show", "Show one with its data and what became of it");
    add_event_id(*command, *id);
    command->callback([choose, id] { choose([id](Session& session) { return show_event(session, *id); }); });
    command = group->add_subcommand("explain", "Say for every trigger why it did or did not fire");
    add_event_id(*command, *id);
    command->callback([choose, id] { choose([id](Session& session) { return explain_event(session, *id); }); });
    add_replay(*group, choose);

    auto order = std::make_shared<EventOrder>();
    command = group->add_subcommand("send", "Send a CloudEvent");
    command->add_option("TYPE", order->type, "Its type, e.g. shop.order.placed")->required();
    command->add_option("--data", order->data, "Its data, JSON");
    command->add_option("--source", order->source, "Where it comes from")->capture_default_str();
    command->add_option("--id", order->id, "Its id: the same source and id again count once (default: a fresh one)");
    command->add_option("--subject", order->subject, "What it is about");
    command->add_option("--correlation", order->correlation, "The campaign that it belongs to");
    command->add_flag("--dry-run", order->dry_run, "Say who would hear it, and send nothing");
    command->callback([choose, order] { choose([order](Session& session) { return send_event(session, *order); }); });
}

}  // namespace

void add_trigger_commands(CLI::App& app, Choose choose) {
    add_schedules(app, choose);
    add_events(app, choose);
}

}  // namespace kontor::cli
