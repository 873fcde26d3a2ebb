// `kontor alarms`, `kontor readings`: how countries' data and models are doing.
#include "cli/cli.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

struct ReadingFilter {
    std::string country;
    std::string metric;
    std::string since;
    std::string until;
    int limit = 50;
};

struct AlarmWish {
    std::string country;
    std::string alarm;
    std::string reason;
    bool dry_run = false;
};

int list_alarms(Session& session, const std::string& country, const std::string& state) {
    return print_list(
        session,
        with_query("/v1/alarms", {{"country", country}, {"state", state}}),
        {{"COUNTRY", "/country"},
         {"ALARM", "/alarm"},
         {"STATE", "/state", Kind::State},
         {"PERIOD", "/period"},
         {"SINCE", "/raised_at", Kind::Time},
         {"MODEL", "/model"},
         {"RUN", "/run", Kind::Number},
         {"WHAT", "/sentence"}},
        "No alarm matches. Rules stand in workflows, as `with.alarms` of `monitor.check`."
    );
}

int list_readings(Session& session, const ReadingFilter& filter) {
    return print_list(
        session,
        with_query(
            "/v1/countries/" + percent_encoded(filter.country) + "/readings",
            {{"metric", filter.metric},
             {"since", filter.since},
             {"until", filter.until},
             {"limit", std::to_string(filter.limit)}}
        ),
        {{"PERIOD", "/period"},
         {"METRIC", "/metric"},
         {"FEATURE", "/feature"},
         {"VALUE", "/value", Kind::Number},
         {"ROWS", "/rows", Kind::Number},
         {"MODEL", "/model"},
         {"RUN", "/run", Kind::Number},
         {"TAKEN", "/at", Kind::Time}},
        "Nothing was read of " + filter.country + " yet. `kontor run infer` reads as it classifies."
    );
}

int end_alarm(Session& session, const AlarmWish& wish) {
    JsonObject body{{"reason", wish.reason}};
    if (wish.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> reply = session.client.post(
        "/v1/countries/" + percent_encoded(wish.country) + "/alarms/" +
            percent_encoded(wish.alarm) + "/end",
        std::move(body)
    );
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (!printed_as_json(session, *reply)) {
        session.around.out << (wish.dry_run ? "Nothing was changed. Ended would be alarm "
                                            : "Ended is alarm ")
                           << printable(wish.alarm) << " of " << printable(wish.country)
                           << "; it is not raised again for "
                           << printable(text_member(*reply, "period")) << ".\n";
    }
    return ExitOk;
}

}  // namespace

void add_alarm_commands(CLI::App& app, Grammar& grammar) {
    auto country = std::make_shared<std::string>();
    auto state = std::make_shared<std::string>();
    CLI::App* alarms = app.add_subcommand(
        "alarms", "How countries' data and models are doing: alarms, raised ones first"
    );
    alarms->add_option("--country", *country, "Only this country");
    alarms->add_option("--state", *state, "raised or calm");
    alarms->require_subcommand(0, 1);
    alarms->callback([&grammar, alarms, country, state] {
        if (alarms->get_subcommands().empty()) {
            grammar.remote = [country, state](Session& session) {
                return list_alarms(session, *country, *state);
            };
        }
    });
    auto wish = std::make_shared<AlarmWish>();
    CLI::App* end = alarms->add_subcommand(
        "end", "End a raised alarm by hand; a later period may raise it again"
    );
    end->add_option("COUNTRY", wish->country, "Two capital letters")->required();
    end->add_option("ALARM", wish->alarm, "Its name (kontor alarms)")->required();
    end->add_option("--reason", wish->reason, "Why; on the record")->required();
    end->add_flag("--dry-run", wish->dry_run, "Say what would be, and change nothing");
    end->callback([&grammar, wish] {
        grammar.remote = [wish](Session& session) { return end_alarm(session, *wish); };
    });

    auto filter = std::make_shared<ReadingFilter>();
    CLI::App* readings = app.add_subcommand(
        "readings", "What was read of a country's data and model, newest period first"
    );
    readings->add_option("COUNTRY", filter->country, "Two capital letters")->required();
    readings->add_option("--metric", filter->metric, "Only this one, for example codes_psi");
    readings->add_option("--since", filter->since, "The first period, YYYY-MM");
    readings->add_option("--until", filter->until, "The last period, YYYY-MM");
    readings->add_option("--limit", filter->limit, "At most this many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    readings->callback([&grammar, filter] {
        grammar.remote = [filter](Session& session) { return list_readings(session, *filter); };
    });
}

}  // namespace kontor::cli
