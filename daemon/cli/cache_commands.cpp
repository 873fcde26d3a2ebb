// `kontor cache`: results that are kept for later runs.
#include "cli/cli.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

struct CacheWish {
    std::string workflow;
    std::string task;
    std::string country;
    std::string reason;
    bool dry_run = false;
};

int list_cache(Session& session, const CacheWish& filter) {
    return print_list(
        session,
        with_query("/v1/cache", {{"workflow", filter.workflow}, {"country", filter.country}}),
        {{"WORKFLOW", "/workflow"},
         {"TASK", "/task"},
         {"COUNTRY", "/country"},
         {"RESULTS", "/results", Kind::Number},
         {"BYTES", "/bytes", Kind::Number},
         {"NEWEST", "/newest_at", Kind::Time},
         {"RUN", "/newest_run", Kind::Number}},
        "Nothing is kept. A task whose result may stand for later ones says `cache: true`."
    );
}

int clear_cache(Session& session, const CacheWish& wish) {
    JsonObject body{{"workflow", wish.workflow}, {"dry_run", wish.dry_run}};
    for (const auto& [name, value] : {std::pair{"task", &wish.task}, {"country", &wish.country}, {"reason", &wish.reason}}) {
        if (!value->empty()) {
            body[name] = *value;
        }
    }
    const Result<Json> reply = session.client.post("/v1/cache/clear", std::move(body));
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (!printed_as_json(session, *reply)) {
        const Json* count = member(*reply, "count");
        session.around.out << (wish.dry_run ? "Nothing was changed. Thrown away would be " : "Thrown away: ") << (count == nullptr ? "0" : to_text(*count))
                           << " results\n";
    }
    return ExitOk;
}

}  // namespace

void add_cache_commands(CLI::App& app, Grammar& grammar) {
    auto wish = std::make_shared<CacheWish>();
    CLI::App* cache = app.add_subcommand("cache", "Results that tasks which say `cache` take from earlier runs");
    cache->add_option("--workflow", wish->workflow, "Only of this workflow");
    cache->add_option("--country", wish->country, "Only of this country");
    cache->require_subcommand(0, 1);
    cache->callback([&grammar, cache, wish] {
        if (cache->get_subcommands().empty()) {
            grammar.remote = [wish](Session& session) { return list_cache(session, *wish); };
        }
    });
    auto gone = std::make_shared<CacheWish>();
    CLI::App* clear = cache->add_subcommand("clear", "Throw results away: the next run makes them anew");
    clear->add_option("WORKFLOW", gone->workflow, "The workflow's name")->required();
    clear->add_option("--task", gone->task, "Only of this task");
    clear->add_option("--country", gone->country, "Only of this country");
    clear->add_option("--reason", gone->reason, "Why, for the record");
    clear->add_flag("--dry-run", gone->dry_run, "Say how many, and change nothing");
    clear->callback([&grammar, gone] { grammar.remote = [gone](Session& session) { return clear_cache(session, *gone); }; });
}

}  // namespace kontor::cli
