// `kontor retention`, `kontor holds`, `kontor hold`, `kontor release`: how long history is kept,
// and what stays whatever the policy says.
#include "cli/cli.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

struct HoldWish {
    std::int64_t run = 0;
    std::string reason;
    bool dry_run = false;
};

std::int64_t number_of(const Json& shown, std::string_view name) {
    const Json* value = member(shown, name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::string days(const Json& policy, std::string_view name) {
    const std::int64_t kept = number_of(policy, name);
    return kept == 0 ? "for ever" : std::to_string(kept) + " days";
}

int show_retention(Session& session) {
    const Result<Json> shown = session.client.get("/v1/retention");
    if (!shown) {
        return report(session.around, shown.error());
    }
    if (printed_as_json(session, *shown)) {
        return ExitOk;
    }
    std::ostream& out = session.around.out;
    const Json* policy = member(*shown, "policy");
    const Json none;
    const Json& kept = policy == nullptr ? none : *policy;
    out << "Runs are kept " << days(kept, "runs_days") << ", log lines " << days(kept, "logs_days")
        << ", events " << days(kept, "events_days") << ", objects of runs that are gone "
        << days(kept, "objects_days") << ".\n"
        << "Older than that: " << number_of(*shown, "runs") + number_of(*shown, "marked")
        << " runs, " << number_of(*shown, "events") << " events and "
        << number_of(*shown, "objects") << " objects (" << number_of(*shown, "object_bytes") / 1'000'000
        << " MB), which go next.\n";
    if (const Json* reasons = member(*shown, "kept"); reasons != nullptr && reasons->is_object()) {
        for (const auto& entry : reasons->get_object()) {
            out << "Older, and kept (" << printable(std::string(entry.key()))
                << "): " << number_of(*reasons, entry.key()) << " runs\n";
        }
    }
    return ExitOk;
}

int list_holds(Session& session) {
    return print_list(
        session,
        "/v1/holds",
        {{"RUN", "/run", Kind::Number},
         {"WORKFLOW", "/workflow"},
         {"STATE", "/state", Kind::State},
         {"FINISHED", "/finished_at", Kind::Time},
         {"HELD BY", "/by"},
         {"SINCE", "/at", Kind::Time},
         {"WHY", "/reason"}},
        "No run is held. `kontor hold RUN --reason WHY` keeps a run's history whatever the policy "
        "says."
    );
}

int turn(Session& session, const HoldWish& wish, bool hold) {
    JsonObject body{{"reason", wish.reason}};
    if (wish.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> reply = session.client.post(
        "/v1/runs/" + std::to_string(wish.run) + (hold ? "/hold" : "/release"), std::move(body)
    );
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (!printed_as_json(session, *reply)) {
        session.around.out << (wish.dry_run ? "Nothing was changed. " : "") << "The history of run "
                           << wish.run
                           << (hold ? " stays whatever the policy says.\n"
                                    : " goes by the policy again.\n");
    }
    return ExitOk;
}

void add_turn(CLI::App& app, Grammar& grammar, const char* verb, const char* what, bool hold) {
    auto wish = std::make_shared<HoldWish>();
    CLI::App* command = app.add_subcommand(verb, what);
    command->add_option("RUN", wish->run, "Its number")->required()->check(CLI::PositiveNumber);
    command->add_option("--reason", wish->reason, "Why; on the record")->required();
    command->add_flag("--dry-run", wish->dry_run, "Change nothing");
    command->callback([&grammar, wish, hold] {
        grammar.remote = [wish, hold](Session& session) { return turn(session, *wish, hold); };
    });
}

}  // namespace

void add_retention_commands(CLI::App& app, Grammar& grammar) {
    app.add_subcommand("retention", "How long history is kept, and what is older than that")
        ->callback([&grammar] {
            grammar.remote = [](Session& session) { return show_retention(session); };
        });
    app.add_subcommand("holds", "Runs whose history stays whatever the policy says")
        ->callback([&grammar] {
            grammar.remote = [](Session& session) { return list_holds(session); };
        });
    add_turn(
        app, grammar, "hold", "Keep a run's history whatever the policy says (a legal hold)", true
    );
    add_turn(app, grammar, "release", "Let the policy decide about a held run again", false);
}

}  // namespace kontor::cli
