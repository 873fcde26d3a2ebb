// The queue of reviews: what waits, taking the next, deciding.
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

struct ReviewFilter {
    std::string country;
    std::string period;
    std::string state;
    int limit = 50;
};

struct ReviewWord {
    std::int64_t id = 0;
    std::string code;
    bool excluded = false;
    bool cannot_say = false;
    bool skip = false;
    std::string reason;
    bool dry_run = false;
};

int list_reviews(Session& session, const ReviewFilter& filter) {
    return print_list(
        session,
        with_query(
            "/v1/reviews",
            {{"country", filter.country}, {"period", filter.period}, {"state", filter.state}, {"limit", std::to_string(filter.limit)}}
        ),
        {{"ID", "/id", Kind::Number},
         {"COUNTRY", "/country"},
         {"PERIOD", "/period"},
         {"ITEM", "/item"},
         {"STATE", "/state", Kind::State},
         {"MODEL SAYS", "/code"},
         {"PROBABILITY", "/probability", Kind::Number},
         {"COST", "/cost", Kind::Number},
         {"DECIDED", "/decided_code"},
         {"BY", "/decided_by"},
         {"BEFORE", "/claimed_by"}},
        "Nothing waits for a person."
    );
}

int count_reviews(Session& session, const std::string& period) {
    return print_list(
        session,
        with_query("/v1/reviews/counts", {{"period", period}}),
        {{"COUNTRY", "/country"},
         {"PERIOD", "/period"},
         {"OPEN", "/open", Kind::Number},
         {"SECOND", "/second", Kind::Number},
         {"DISPUTED", "/disputed", Kind::Number},
         {"DECIDED", "/decided", Kind::Number},
         {"COST", "/cost", Kind::Number}},
        "Nothing was left in doubt."
    );
}

// The item as a person reads it, and how to answer.
void print_item(std::ostream& out, const Json& item) {
    out << "Review " << to_text(item.at("id")) << "  " << text_member(item, "country") << " " << text_member(item, "period")
        << "  item " << printable(text_member(item, "item")) << "\n";
    if (const Json* columns = member(item, "columns"); columns != nullptr && columns->is_object()) {
        for (const auto& [name, value] : columns->get_object()) {
            if (value.is_string() && !value.get_string().empty()) {
                out << "  " << printable(name) << ": " << printable(std::string(value.get_string())) << "\n";
            }
        }
    }
    out << "  the model says " << printable(text_member(item, "code")) << " " << printable(text_member(item, "title")) << " ("
        << to_text(item.at("probability")) << ")\n";
    for (const Json& other : item.at("alternatives").as_array()) {
        out << "  or " << printable(text_member(other, "code")) << " " << printable(text_member(other, "title")) << " ("
            << to_text(other.at("probability")) << ")\n";
    }
}

int next_reviews(Session& session, const ReviewFilter& filter) {
    JsonObject body{{"limit", filter.limit}};
    if (!filter.country.empty()) {
        body["country"] = filter.country;
    }
    if (!filter.period.empty()) {
        body["period"] = filter.period;
    }
    const Result<Json> reply = session.client.post("/v1/reviews/claim", body);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    const JsonArray& items = reply->at("items").as_array();
    for (const Json& item : items) {
        print_item(session.around.out, item);
    }
    session.around.out << (items.empty() ? "Nothing waits for you.\n" : "They are yours for 15 minutes: 'kontor reviews decide ID CODE'.\n");
    return ExitOk;
}

int say(Session& session, const std::string& verb, JsonObject body, const ReviewWord& word) {
    const std::int64_t id = word.id;
    if (word.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> reply = session.client.post("/v1/reviews/" + std::to_string(id) + "/" + verb, body);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    const std::string code = text_member(*reply, "decided_code");
    session.around.out << (word.dry_run ? "Nothing was changed. Review " : "Review ") << id << (word.dry_run ? " would be " : " is ") << text_member(*reply, "state") << (code.empty() ? "" : ": " + printable(code)) << ".\n";
    return ExitOk;
}

int decide_review(Session& session, const ReviewWord& word) {
    const int words = (word.code.empty() ? 0 : 1) + (word.excluded ? 1 : 0) + (word.cannot_say ? 1 : 0) + (word.skip ? 1 : 0);
    if (words != 1) {
        report(session.around, invalid("", "say one thing: a CODE, --excluded, --cannot-say or --skip"));
        return ExitUsage;
    }
    JsonObject body{{"verdict", word.excluded ? "excluded" : word.cannot_say ? "cannot_say" : word.skip ? "skip" : "code"}};
    if (!word.code.empty()) {
        body["code"] = word.code;
    }
    if (!word.reason.empty()) {
        body["reason"] = word.reason;
    }
    return say(session, "decide", std::move(body), word);
}

void add_filter(CLI::App& command, ReviewFilter& filter) {
    command.add_option("--country", filter.country, "Only this country");
    command.add_option("--period", filter.period, "Only this month, YYYY-MM");
}

}  // namespace

void add_review_commands(CLI::App& app, Grammar& grammar) {
    CLI::App* reviews = app.add_subcommand("reviews", "Items that a model left to people: list them, take the next, decide");
    auto filter = std::make_shared<ReviewFilter>();
    add_filter(*reviews, *filter);
    reviews->add_option("--state", filter->state, "Only these")
        ->check(CLI::IsMember({"open", "second", "disputed", "decided", "superseded", "all"}));
    reviews->add_option("--limit", filter->limit, "At most so many")->check(CLI::Range(1, 1000));
    reviews->callback([&grammar, filter, reviews] {
        if (reviews->get_subcommands().empty()) {
            grammar.remote = [filter](Session& session) { return list_reviews(session, *filter); };
        }
    });

    CLI::App* command = reviews->add_subcommand("counts", "Per country and month how many wait and how many are decided");
    auto counted = std::make_shared<ReviewFilter>();
    command->add_option("--period", counted->period, "Only this month, YYYY-MM");
    command->callback([&grammar, counted] {
        grammar.remote = [counted](Session& session) { return count_reviews(session, counted->period); };
    });

    command = reviews->add_subcommand("next", "Take the dearest items that nobody else has, and show them");
    auto next = std::make_shared<ReviewFilter>();
    next->limit = 1;
    add_filter(*command, *next);
    command->add_option("--limit", next->limit, "So many")->check(CLI::Range(1, 50));
    command->callback([&grammar, next] { grammar.remote = [next](Session& session) { return next_reviews(session, *next); }; });

    command = reviews->add_subcommand("decide", "Say which code an item has");
    auto word = std::make_shared<ReviewWord>();
    command->add_option("ID", word->id, "The review")->required()->check(CLI::PositiveNumber);
    command->add_option("CODE", word->code, "Of the country's list in force");
    command->add_flag("--excluded", word->excluded, "It is not reported under any code");
    command->add_flag("--cannot-say", word->cannot_say, "Another person must decide");
    command->add_flag("--skip", word->skip, "Not now, and not by me");
    command->add_option("--reason", word->reason, "Why; kept on the record");
    command->add_flag("--dry-run", word->dry_run, "Say what would become of it, and change nothing");
    command->callback([&grammar, word] { grammar.remote = [word](Session& session) { return decide_review(session, *word); }; });

    command = reviews->add_subcommand("undo", "Take your last word about an item back, within ten minutes");
    auto taken_back = std::make_shared<ReviewWord>();
    command->add_option("ID", taken_back->id, "The review")->required()->check(CLI::PositiveNumber);
    command->add_flag("--dry-run", taken_back->dry_run, "Say what would become of it, and change nothing");
    command->callback([&grammar, taken_back] {
        grammar.remote = [taken_back](Session& session) { return say(session, "undo", JsonObject{}, *taken_back); };
    });
}

}  // namespace kontor::cli
