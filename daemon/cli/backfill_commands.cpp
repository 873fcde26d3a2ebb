// `kontor backfill` and `kontor backfills`: a workflow's runs for many periods.
#include "cli/cli.hpp"
#include "cli/grammar.hpp"
#include "cli/params.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

struct BackfillWish {
    std::string workflow;
    std::string periods;
    std::vector<std::string> countries;
    std::vector<std::string> params;
    std::string reason;
    std::string idempotency_key;
    bool missing_only = false;
    bool dry_run = false;
    int max_parallel = 1;
    int priority = -100;
};

struct BackfillTurn {
    std::string verb;  // pause, resume or cancel
    std::int64_t id = 0;
    std::string reason;
    bool runs = false;
    bool dry_run = false;
};

struct BackfillFilter {
    std::string workflow;
    std::string state;
    int limit = 50;
};

std::string backfill_path(std::int64_t id) { return "/v1/backfills/" + std::to_string(id); }

std::string joined(const Json* countries) {
    std::string text;
    for (const Json& each : countries != nullptr && countries->is_array() ? countries->get_array() : JsonArray{}) {
        text += (text.empty() ? "" : ",") + (each.is_string() ? std::string(each.get_string()) : "");
    }
    return text.empty() ? "all" : printable(text);
}

void print_periods(Session& session, const Json& backfill) {
    const Json* periods = member(backfill, "periods");
    for (const Json& each : periods != nullptr && periods->is_array() ? periods->get_array() : JsonArray{}) {
        const Json* run = member(each, "run");
        const std::string sentence = text_member(each, "sentence");
        const std::string why = sentence.empty() ? text_member(each, "reason") : sentence;
        session.around.out << "  " << printable(text_member(each, "period")) << "  " << text_member(each, "state") << "  "
                           << joined(member(each, "countries"));
        if (run != nullptr && run->is_int64()) {
            session.around.out << "  run " << run->get_int64();
        }
        session.around.out << (why.empty() ? "" : "  " + printable(why)) << "\n";
    }
}

int start_backfill(Session& session, const BackfillWish& wish) {
    const Result<JsonObject> params = params_from_arguments({}, wish.params);
    if (!params) {
        report(session.around, params.error());
        return ExitUsage;
    }
    JsonObject body{{"workflow", wish.workflow}, {"periods", wish.periods}, {"max_parallel", wish.max_parallel}, {"priority", wish.priority}};
    if (!wish.countries.empty()) {
        body["countries"] = JsonArray(wish.countries.begin(), wish.countries.end());
    }
    if (!params->empty()) {
        body["params"] = *params;
    }
    if (!wish.reason.empty()) {
        body["reason"] = wish.reason;
    }
    if (wish.missing_only) {
        body["missing_only"] = true;
    }
    if (wish.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> made = session.client.post("/v1/backfills", std::move(body), wish.idempotency_key);
    if (!made) {
        return report(session.around, made.error());
    }
    if (printed_as_json(session, *made)) {
        return ExitOk;
    }
    const Json* id = member(*made, "id");
    if (wish.dry_run || id == nullptr) {
        session.around.out << "Nothing was started. A backfill of " << printable(wish.workflow) << " would be: " << printable(text_member(*made, "summary")) << "\n";
    } else {
        session.around.out << "Backfill " << to_text(*id) << " of " << printable(wish.workflow) << ": " << printable(text_member(*made, "summary"))
                           << ". Follow it with 'kontor backfills show " << to_text(*id) << "'.\n";
    }
    print_periods(session, *made);
    return ExitOk;
}

int list_backfills(Session& session, const BackfillFilter& filter) {
    const std::string path =
        with_query("/v1/backfills", {{"workflow", filter.workflow}, {"state", filter.state}, {"limit", std::to_string(filter.limit)}});
    return print_list(
        session,
        path,
        {{"ID", "/id", Kind::Number},
         {"WORKFLOW", "/workflow"},
         {"STATE", "/state", Kind::State},
         {"PERIODS", "/summary"},
         {"BY", "/by"},
         {"CREATED", "/created_at", Kind::Time},
         {"FINISHED", "/finished_at", Kind::Time},
         {"NOTE", "/note"}},
        "No backfills. Start one with 'kontor backfill WORKFLOW --periods 2026-01..2026-06'."
    );
}

int show_backfill(Session& session, std::int64_t id) {
    const Result<Json> backfill = session.client.get(backfill_path(id));
    if (!backfill) {
        return report(session.around, backfill.error());
    }
    const int code = print_item(
        session,
        *backfill,
        {{"backfill", "/id"},
         {"workflow", "/workflow"},
         {"state", "/state", Kind::State},
         {"note", "/note"},
         {"periods", "/summary"},
         {"countries", "/countries"},
         {"parameters", "/params"},
         {"missing only", "/missing_only"},
         {"at once", "/max_parallel"},
         {"priority", "/priority"},
         {"by", "/by"},
         {"reason", "/reason"},
         {"created", "/created_at", Kind::Time},
         {"finished", "/finished_at", Kind::Time}}
    );
    if (session.output == Output::Table) {
        print_periods(session, *backfill);
    }
    return code;
}

int turn_backfill(Session& session, const BackfillTurn& turn) {
    JsonObject body;
    if (!turn.reason.empty()) {
        body["reason"] = turn.reason;
    }
    if (turn.runs) {
        body["runs"] = true;
    }
    if (turn.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> reply = session.client.post(backfill_path(turn.id) + "/" + turn.verb, std::move(body));
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (!printed_as_json(session, *reply)) {
        session.around.out << (turn.dry_run ? "Nothing was changed. " : "") << "Backfill " << turn.id << (turn.dry_run ? " would be " : " is ")
                           << printable(text_member(*reply, "state")) << ": " << printable(text_member(*reply, "summary")) << ".\n";
    }
    return ExitOk;
}

void add_turn(CLI::App& group, Grammar& grammar, const std::string& verb, const char* what) {
    auto turn = std::make_shared<BackfillTurn>();
    turn->verb = verb;
    CLI::App* command = group.add_subcommand(verb, what);
    command->add_option("ID", turn->id, "Its number")->required()->check(CLI::PositiveNumber);
    command->add_option("--reason", turn->reason, "Why; kept with it");
    if (verb == "cancel") {
        command->add_flag("--runs", turn->runs, "Cancel the runs that go on, too");
    }
    command->add_flag("--dry-run", turn->dry_run, "Say what would change, and change nothing");
    command->callback([&grammar, turn] {
        grammar.remote = [turn](Session& session) { return turn_backfill(session, *turn); };
    });
}

}  // namespace

void add_backfill_commands(CLI::App& app, Grammar& grammar) {
    auto wish = std::make_shared<BackfillWish>();
    CLI::App* command = app.add_subcommand("backfill", "Run a workflow for many periods, a few at a time, behind other work");
    command->add_option("WORKFLOW", wish->workflow, "Its name; it has a parameter 'period'")->required();
    command->add_option("--periods", wish->periods, "Months: 2026-01..2026-06, 2026-03, or several with commas between")->required();
    command->add_flag("--missing-only", wish->missing_only, "Only countries that have not succeeded in the period");
    command->add_option("--countries", wish->countries, "Only these: DE,FR")->delimiter(',');
    command->add_option("--max-parallel", wish->max_parallel, "At most this many periods at once")->check(CLI::Range(1, 16))->capture_default_str();
    command->add_option("--priority", wish->priority, "Of the runs; others have 0")->check(CLI::Range(-1000, 1000))->capture_default_str();
    command->add_option("-p,--param", wish->params, "key=value or a JSON object, for every run");
    command->add_option("--reason", wish->reason, "Why; kept with it");
    command->add_option("--idempotency-key", wish->idempotency_key, "The same key again starts nothing");
    command->add_flag("--dry-run", wish->dry_run, "Say what would run and what not, and start nothing");
    command->callback([&grammar, wish] {
        grammar.remote = [wish](Session& session) { return start_backfill(session, *wish); };
    });

    CLI::App* group = app.add_subcommand("backfills", "Backfills: look, pause, resume, cancel");
    group->require_subcommand(1);
    auto filter = std::make_shared<BackfillFilter>();
    command = group->add_subcommand("list", "List them, newest first");
    command->add_option("--workflow", filter->workflow, "Only of this workflow");
    command->add_option("--state", filter->state, "running, paused, cancelling, succeeded, failed or cancelled");
    command->add_option("--limit", filter->limit, "At most this many")->check(CLI::Range(1, 1000))->capture_default_str();
    command->callback([&grammar, filter] {
        grammar.remote = [filter](Session& session) { return list_backfills(session, *filter); };
    });
    auto id = std::make_shared<std::int64_t>(0);
    command = group->add_subcommand("show", "Show one with its periods and what they wait for");
    command->add_option("ID", *id, "Its number")->required()->check(CLI::PositiveNumber);
    command->callback([&grammar, id] {
        grammar.remote = [id](Session& session) { return show_backfill(session, *id); };
    });
    add_turn(*group, grammar, "pause", "Begin no further period; the runs that go on do so");
    add_turn(*group, grammar, "resume", "Go on with a paused one");
    add_turn(*group, grammar, "cancel", "Begin no further period, ever");
}

}  // namespace kontor::cli
