// Below `kontor winners`: put a model in force by hand, pin it, unpin it; what was in force.
#include "cli/cli.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

struct WinnerWish {
    std::string country;
    std::string model;  // empty: the one in force
    bool pin = false;
    std::string reason;
    bool dry_run = false;
};

int set_winner(Session& session, const WinnerWish& wish) {
    JsonObject body{{"pin", wish.pin}, {"reason", wish.reason}};
    if (!wish.model.empty()) {
        body["model"] = wish.model;
    }
    if (wish.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> reply = session.client.post("/v1/countries/" + percent_encoded(wish.country) + "/winner", std::move(body));
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (!printed_as_json(session, *reply)) {
        const std::string former = text_member(*reply, "former");
        session.around.out << (wish.dry_run ? "Nothing was changed. In force would be " : "In force is ") << "model " << printable(text_member(*reply, "model"))
                           << " in " << printable(wish.country) << (wish.pin ? ", pinned" : ", not pinned")
                           << (former.empty() || former == text_member(*reply, "model") ? "" : "; before it was " + printable(former)) << ".\n";
    }
    return ExitOk;
}

int show_champions(Session& session, const std::string& country) {
    return print_list(
        session,
        "/v1/countries/" + percent_encoded(country) + "/champions",
        {{"MODEL", "/model"},
         {"FAMILY", "/family"},
         {"MACRO-F1", "/metrics/macro_f1", Kind::Number},
         {"FROM", "/valid_from", Kind::Time},
         {"TO", "/valid_to", Kind::Time},
         {"RUN", "/run", Kind::Number},
         {"WHY", "/reason"}},
        "No model has been in force in " + country + " yet."
    );
}

}  // namespace

void add_winner_verbs(CLI::App& winners, Grammar& grammar) {
    const auto add = [&](const char* verb, const char* what, bool pin, bool names_model, bool must) {
        auto wish = std::make_shared<WinnerWish>();
        wish->pin = pin;
        CLI::App* command = winners.add_subcommand(verb, what);
        command->add_option("COUNTRY", wish->country, "Two capital letters")->required();
        if (names_model) {
            command->add_option("MODEL", wish->model, "One that was in force or scored there (kontor leaderboard COUNTRY)")->required(must);
        }
        command->add_option("--reason", wish->reason, "Why; on the record")->required();
        command->add_flag("--dry-run", wish->dry_run, "Say what would be in force, and change nothing");
        command->callback([&grammar, wish] {
            grammar.remote = [wish](Session& session) { return set_winner(session, *wish); };
        });
    };
    add("set", "Put a model in force by hand, for instance an earlier one; runs may replace it", false, true, true);
    add("pin", "Keep a model in force whatever runs choose: the present one, or MODEL", true, true, false);
    add("unpin", "Let runs choose again", false, false, false);
    auto country = std::make_shared<std::string>();
    CLI::App* history = winners.add_subcommand("history", "Every model that was in force in a country, newest first");
    history->add_option("COUNTRY", *country, "Two capital letters")->required();
    history->callback([&grammar, country] {
        grammar.remote = [country](Session& session) { return show_champions(session, *country); };
    });
}

}  // namespace kontor::cli
