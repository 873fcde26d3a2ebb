#include "cli/command_line.hpp"

#include "cli/commands.hpp"
#include "cli/contexts.hpp"
#include "cli/grammar.hpp"
#include "cli/letter_grammar.hpp"
#include "cli/misspelt.hpp"
#include "cli/trigger_grammar.hpp"
#include "cli/validate.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

constexpr const char* footer =
    "Exit codes: 0 done (run --wait: the run succeeded), 1 refused or failed, 2 the run was "
    "cancelled,\n"
    "            64 wrong command line, 69 no daemon answers.\n"
    "Environment: KONTOR_URL, KONTOR_PORT, KONTOR_TOKEN, KONTOR_DATA (the data folder; its file "
    "'token' is used when\n"
    "             no token is named), KONTOR_CONTEXT, NO_COLOR, PAGER.";

// CLI11's own check names the largest double there is.
const CLI::Validator whole_above_zero(
    [](std::string& text) {
        const bool good = !text.empty() && text.size() <= 18 && text.front() != '0' &&
                          text.find_first_not_of("0123456789") == std::string::npos;
        return good ? std::string() : "'" + text + "' is not a whole number above 0";
    },
    "POSITIVE"
);

void add_serve_options(CLI::App& command, ServeOptions& options) {
    command.add_option(
        "--data",
        options.data_folder,
        "Folder of everything the daemon keeps (default: $KONTOR_DATA, else /var/lib/kontor for "
        "root, else ~/.local/share/kontor)"
    );
    command
        .add_option(
            "--port",
            options.port,
            "TCP port of the API and the dashboard (default: $KONTOR_PORT, else 8080)"
        )
        ->check(CLI::Range(0, 65535))
        ->envname("KONTOR_PORT");
    command.add_option("--address", options.address, "Address to listen on (default 127.0.0.1)");
    command.add_flag(
        "--plain-http",
        options.plain_http,
        "Listen on an address that others reach, although there is no TLS (behind a proxy that has)"
    );
    command.add_option("--config", options.config_file, "Configuration file (YAML)");
    command.add_option(
        "--database-url",
        options.database_url,
        "PostgreSQL to use instead of the embedded one, postgresql://..."
    );
    command.add_option(
        "--workflows", options.workflows_folder, "Folder of workflows deployed at start"
    );
}

// The data folder has one default, for daemon and clients; a configuration file stands between it
// and the environment.
void fill_data_folder(ServeOptions& options, const Surroundings& around) {
    if (const std::string named = around.environment("KONTOR_DATA");
        !named.empty() && options.data_folder.value_or("").empty()) {
        options.data_folder = named;
    }
    if (options.data_folder.value_or("").empty()) {
        options.data_folder.reset();
    }
    options.data_folder_otherwise = default_data_folder(around.environment, around.is_root);
}

void add_daemon_commands(
    CLI::App& app, Grammar& grammar, const CliHooks& hooks, Surroundings& around
) {
    auto serve = std::make_shared<ServeOptions>();
    CLI::App* command = app.add_subcommand("serve", "Run the daemon");
    add_serve_options(*command, *serve);
    command->callback([&grammar, &hooks, &around, serve] {
        grammar.local = [&hooks, &around, serve] {
            fill_data_folder(*serve, around);
            return hooks.serve(*serve);
        };
    });

    auto demo = std::make_shared<DemoOptions>();
    command = app.add_subcommand(
        "demo", "Run the daemon, and the main job for 38 countries on made-up data"
    );
    add_serve_options(*command, demo->serve);
    command
        ->add_option(
            "--items",
            demo->items,
            "Items in all, a third of them labelled (default: 1,000 labelled and 2,000 others per "
            "country)"
        )
        ->check(whole_above_zero);
    command->add_flag(
        "--exit",
        demo->exit_at_end,
        "Stop at the end, with status 0 only if every country got its predictions"
    );
    command->callback([&grammar, &hooks, &around, demo] {
        grammar.local = [&hooks, &around, demo] {
            fill_data_folder(demo->serve, around);
            return hooks.demo(*demo);
        };
    });

    auto data = std::make_shared<DemoDataOptions>();
    command =
        app.add_subcommand("demo-data", "Fill a warehouse database with the demo's catalogue");
    command
        ->add_option(
            "--items",
            data->items,
            "Items in all, a third of them labelled (default: 1,000 labelled and 2,000 others per "
            "country)"
        )
        ->check(whole_above_zero);
    command->add_option("--seed", data->seed, "The same seed makes the same rows")
        ->capture_default_str();
    command->add_option(
        "--period", data->period, "Month of the sold items, YYYY-MM (default: the current one)"
    );
    command->add_option(
        "--url",
        data->database_url,
        "The warehouse, postgresql://... (default: the one in the data folder's embedded cluster)"
    );
    command->add_option("--data", data->data_folder, "The daemon's data folder");
    command->callback([&grammar, &hooks, &around, data] {
        grammar.local = [&hooks, &around, data] {
            if (data->data_folder.value_or("").empty()) {
                data->data_folder = default_data_folder(around.environment, around.is_root);
            }
            return hooks.demo_data(*data);
        };
    });
}

void add_local_commands(
    CLI::App& app, Grammar& grammar, const CliHooks& hooks, Surroundings& around
) {
    auto files = std::make_shared<std::vector<std::string>>();
    CLI::App* command = app.add_subcommand("validate", "Check workflow files, without a daemon");
    command->add_option("FILE", *files, "Workflow files; - is standard input")->required();
    command->callback([&grammar, &hooks, &around, files] {
        grammar.local = [&grammar, &hooks, &around, files] {
            return validate_files(around, output_of(grammar), *files, hooks.vocabulary());
        };
    });

    app.add_subcommand("version", "Print the version")->callback([&grammar, &hooks, &around] {
        grammar.local = [&grammar, &hooks, &around] {
            around.out << as_data(output_of(grammar), JsonObject{{"version", hooks.version}}).value_or("kontor " + hooks.version + "\n");
            return ExitOk;
        };
    });
}

CLI::Option* add_limit(CLI::App& command, int& limit) {
    return command.add_option("--limit", limit, "At most this many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
}

template <class Value>
CLI::Option* add_id(CLI::App& command, const char* name, Value& into) {
    return command.add_option(name, into, "Its number")->required()->check(whole_above_zero);
}

void add_run_commands(CLI::App& app, Grammar& grammar) {
    auto request = std::make_shared<RunRequest>();
    CLI::App* command = app.add_subcommand("run", "Start a run of a workflow");
    command->add_option("WORKFLOW", request->workflow, "The workflow's name")->required();
    command
        ->add_option(
            "-p,--param",
            request->params,
            "key=value or a JSON object; a value that reads as JSON is that value"
        )
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command->add_option(
        "--params-file", request->params_file, "JSON object of parameters; -p goes on top of it"
    );
    command->add_option(
        "--correlation", request->correlation, "Join this campaign instead of starting one"
    );
    command->add_option("--priority", request->priority, "Higher goes first");
    command->add_option(
        "--idempotency-key", request->idempotency_key, "The same key starts the same run once"
    );
    command->add_flag("--wait", request->wait, "Show progress until the run has ended");
    command->add_flag("--dry-run", request->dry_run, "Say what would begin, and start nothing");
    command->callback([&grammar, request] {
        grammar.remote = [request](Session& session) { return submit_run(session, *request); };
    });

    auto filter = std::make_shared<RunFilter>();
    command = app.add_subcommand("runs", "List runs, newest first");
    command->add_option("--workflow", filter->workflow, "Only of this workflow");
    command->add_option(
        "--state",
        filter->state,
        "Only in this state: queued, running, paused, succeeded, failed, cancelled"
    );
    command->add_option("--correlation", filter->correlation, "Only of this campaign");
    add_limit(*command, filter->limit);
    auto run = std::make_shared<std::int64_t>(0);
    CLI::App* show = command->add_subcommand("show", "Show a run and its tasks");
    add_id(*show, "RUN", *run);
    show->callback([&grammar, run] {
        grammar.remote = [run](Session& session) { return show_run(session, *run); };
    });
    command->callback([&grammar, filter] {
        if (!grammar.remote) {
            grammar.remote = [filter](Session& session) { return list_runs(session, *filter); };
        }
    });
}

void add_task_commands(CLI::App& app, Grammar& grammar) {
    auto tasks = std::make_shared<TaskFilter>();
    CLI::App* command = app.add_subcommand("tasks", "List the task instances of a run");
    add_id(*command, "RUN", tasks->run);
    command->add_option("--task", tasks->task, "Only of this task");
    command->add_option("--country", tasks->country, "Only of this country");
    command->add_option("--state", tasks->state, "Only in this state");
    add_limit(*command, tasks->limit);
    command->callback([&grammar, tasks] {
        grammar.remote = [tasks](Session& session) { return list_tasks(session, *tasks); };
    });

    auto put_aside = std::make_shared<QuarantineFilter>();
    command = app.add_subcommand("quarantine", "Show which rows a run put aside, and why");
    add_id(*command, "RUN", put_aside->run);
    command->add_option("--country", put_aside->country, "The rows of this country");
    command->add_option("--task", put_aside->task, "The rows of this task, by its name");
    add_limit(*command, put_aside->limit);
    command->callback([&grammar, put_aside] {
        grammar.remote = [put_aside](Session& session) { return list_quarantine(session, *put_aside); };
    });

    auto logs = std::make_shared<LogRequest>();
    command = app.add_subcommand("logs", "Print or search what a task instance, a run, or all runs logged");
    CLI::Option* instance = command->add_option("TASK", logs->task, "The task instance's number")->check(whole_above_zero);
    CLI::Option* run = command->add_option("--run", logs->run, "All instances of this run")->check(whole_above_zero)->excludes(instance);
    command->add_option("--task", logs->name, "Of runs: only of this task")->excludes(instance);
    command->add_option("--country", logs->country, "Of runs: only of this country")->excludes(instance);
    command->add_option("--workflow", logs->workflow, "Of all runs: only those of this workflow")->excludes(instance)->excludes(run);
    command->add_option("--since", logs->since, "Of all runs: lines from this time on, 2026-05-03T00:00:00Z, or so long ago, 2h")
        ->excludes(instance)
        ->excludes(run);
    command->add_option("--until", logs->until, "Of all runs: lines before this time")->excludes(instance)->excludes(run);
    command->add_option("--level", logs->level, "Only lines of this level and of graver ones")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
    command->add_option("--grep", logs->contains, "Only lines with this text in them, in capitals or not");
    command->add_option("--attempt", logs->attempt, "Only of this attempt")
        ->check(whole_above_zero)
        ->needs(instance);
    command->add_flag("--follow,-f", logs->follow, "Go on until the task has ended")->needs(instance);
    command->callback([&grammar, logs] {
        grammar.remote = [logs](Session& session) { return show_logs(session, *logs); };
    });

    auto order = std::make_shared<CancelOrder>();
    command = app.add_subcommand("cancel", "Cancel a run, or one country or task of it");
    add_id(*command, "RUN", order->run);
    command->add_option("--country", order->country, "Only this country");
    command->add_option("--task", order->task, "Only this task");
    command->add_option("--reason", order->reason, "Why; kept with the run");
    command->add_flag("--dry-run", order->dry_run, "Say how much would be cancelled, and change nothing");
    command->callback([&grammar, order] {
        grammar.remote = [order](Session& session) { return cancel_run(session, *order); };
    });
}

void add_model_commands(CLI::App& app, Grammar& grammar) {
    auto country = std::make_shared<std::string>();
    auto limit = std::make_shared<int>(100);
    CLI::App* command = app.add_subcommand("models", "List models, newest first");
    command->add_option("--country", *country, "Only of this country");
    add_limit(*command, *limit);
    command->callback([&grammar, country, limit] {
        grammar.remote = [country, limit](Session& session) {
            return list_models(session, *country, *limit);
        };
    });

    auto at = std::make_shared<std::string>();
    command = app.add_subcommand("winners", "List the model in force for each country");
    command->add_option("--country", *country, "Only of this country");
    command->add_option("--at", *at, "In force at this time, 2026-05-03T00:00:00Z");
    auto known = std::make_shared<std::string>();
    command->add_option("--known", *known, "As known at this time");
    command->require_subcommand(0, 1);
    CLI::App* winners = command;
    command->callback([&grammar, winners, country, at, known] {
        if (winners->get_subcommands().empty()) {
            grammar.remote = [country, at, known](Session& session) { return list_winners(session, *country, *at, *known); };
        }
    });
    add_winner_verbs(*winners, grammar);

    command = app.add_subcommand("leaderboard", "Rank a country's models");
    command->add_option("COUNTRY", *country, "Two capital letters")->required();
    auto by = std::make_shared<std::string>("quality");
    command->add_option("--by", *by, "quality (macro-F1), cost (seconds of its search), speed (items a second), size (of its file)")
        ->check(CLI::IsMember({"quality", "cost", "speed", "size"}));
    command->callback([&grammar, country, by] {
        grammar.remote = [country, by](Session& session) { return show_leaderboard(session, *country, *by); };
    });

    auto correlation = std::make_shared<std::string>();
    command = app.add_subcommand("predictions", "Show per country what was classified");
    command->add_option("--correlation", *correlation, "Of this campaign");
    command->callback([&grammar, correlation] {
        grammar.remote = [correlation](Session& session) {
            return list_predictions(session, *correlation);
        };
    });
}

void add_house_commands(CLI::App& app, Grammar& grammar) {
    app.add_subcommand("status", "Show how the daemon is")->callback([&grammar] {
        grammar.remote = [](Session& session) { return show_status(session); };
    });
}

int carry_out(Grammar& grammar, Surroundings& around) {
    if (grammar.local) {
        return grammar.local();
    }
    const Result<Target> target = target_of(grammar, around);
    if (!target) {
        return report(around, target.error());
    }
    Session session{around, RestClient(*target), output_of(grammar)};
    return grammar.remote(session);
}

const std::map<std::string, Output> outputs{
    {"table", Output::Table}, {"json", Output::Json}, {"ndjson", Output::Ndjson}, {"yaml", Output::Yaml}, {"id", Output::Id}};

}  // namespace

Output output_of(const Grammar& grammar) { return outputs.at(grammar.output); }

Result<Target> target_of(const Grammar& grammar, const Surroundings& around) {
    const Result<std::optional<Context>> context = chosen_context(grammar.context, around.environment);
    if (!context) {
        return context.error();
    }
    std::string url = grammar.url;
    std::string token_file = grammar.token_file;
    if (*context && url.empty()) {
        url = (*context)->url;
        // A token in the environment is for the daemon that is named there, unless the context was asked for.
        const bool asked_for = !grammar.context.empty() || around.environment("KONTOR_TOKEN").empty();
        token_file = token_file.empty() && asked_for ? (*context)->token_file : token_file;
    }
    return find_target(url, token_file, around.environment, around.is_root);
}

int run_command_line(
    int argc, const char* const* argv, const CliHooks& hooks, Surroundings& around
) {
    Grammar grammar;
    CLI::App app{"Kontor: machine-learning workflows, country by country.", "kontor"};
    app.footer(footer);
    app.require_subcommand(1);
    // Global options may stand behind the command: kontor runs -o json.
    app.fallthrough();
    app.set_version_flag("--version", "kontor " + hooks.version);
    app.add_option("-o,--output", grammar.output, "How answers are printed; ndjson: an item a line, id: only what names it")
        ->check(CLI::IsMember({"table", "json", "ndjson", "yaml", "id"}))
        ->capture_default_str();
    app.add_option(
        "--url",
        grammar.url,
        "The daemon's address (default: $KONTOR_URL, else http://127.0.0.1 at $KONTOR_PORT or 8080)"
    );
    app.add_option("--context", grammar.context, "A daemon by its name (default: $KONTOR_CONTEXT, else the current one of 'kontor contexts')");
    app.add_option(
        "--token-file",
        grammar.token_file,
        "File that holds the API token (default: $KONTOR_TOKEN, else the data folder's)"
    );
    add_daemon_commands(app, grammar, hooks, around);
    add_local_commands(app, grammar, hooks, around);
    add_run_commands(app, grammar);
    add_task_commands(app, grammar);
    add_control_commands(app, grammar);
    add_dead_letter_commands(app, [&grammar](std::function<int(Session&)> action) {
        grammar.remote = std::move(action);
    });
    add_approval_commands(app, grammar);
    add_partition_commands(app, grammar);
    add_alarm_commands(app, grammar);
    add_cache_commands(app, grammar);
    add_lineage_commands(app, grammar);
    add_retention_commands(app, grammar);
    add_backfill_commands(app, grammar);
    add_pool_commands(app, grammar);
    add_doctor_command(app, grammar, around);
    add_model_commands(app, grammar);
    add_live_commands(app, grammar);
    add_export_commands(app, grammar);
    add_file_commands(app, grammar, hooks);
    add_trigger_commands(app, [&grammar](std::function<int(Session&)> action) {
        grammar.remote = std::move(action);
    });
    add_house_commands(app, grammar);
    add_workflow_commands(app, grammar);
    add_shell_commands(app, grammar, hooks, around);
    add_access_commands(app, grammar);
    add_review_commands(app, grammar);
    add_report_commands(app, grammar);
    add_code_list_commands(app, grammar);
    add_sample_commands(app, grammar);
    add_examples(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const auto kind = static_cast<CLI::ExitCodes>(error.get_exit_code());
        const bool word_left = kind == CLI::ExitCodes::ExtrasError || kind == CLI::ExitCodes::RequiredError;
        if (const std::string sentence = word_left ? misspelt_word(app) : ""; !sentence.empty()) {
            around.err << "kontor: " << sentence << "\nRun with --help for more information.\n";
            return ExitUsage;
        }
        // --help and --version arrive here too, with exit code 0.
        return app.exit(error, around.out, around.err) == 0 ? ExitOk : ExitUsage;
    }
    return carry_out(grammar, around);
}

}  // namespace kontor::cli
