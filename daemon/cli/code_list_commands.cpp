// Code lists: import a country's list and see what it would change, the versions, their codes and crosswalks.
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/grammar.hpp"
#include "cli/text_file.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

struct ImportWords {
    std::string country;
    std::string file;
    std::string effective;
    std::string crosswalk;
    std::string reason;
    std::string key;
    bool dry_run = false;
};

struct ListWords {
    std::string country;
    std::int64_t version = 0;  // 0: the newest
    int limit = 1000;
};

std::string lists_of(const std::string& country) { return "/v1/countries/" + country + "/code-lists"; }

// "kept 12, renamed 1" of the counts that are there and not zero.
std::string told(const Json& counts, std::initializer_list<std::pair<const char*, const char*>> words) {
    std::string text;
    for (const auto& [key, word] : words) {
        const Json* count = member(counts, key);
        if (count != nullptr && count->is_int64() && count->get_int64() != 0) {
            text += (text.empty() ? "" : ", ") + to_text(*count) + " " + word;
        }
    }
    return text.empty() ? "nothing" : text;
}

constexpr std::initializer_list<std::pair<const char*, const char*>> fates{
    {"kept", "kept"}, {"new", "new"}, {"renamed", "renamed"}, {"merged", "merged"}, {"split", "split, most of it under one code"},
    {"split_in_doubt", "split in doubt"}, {"ended", "ended"}, {"lost", "lost without a word"}};

void print_impact(std::ostream& out, const Json& impact) {
    if (const Json* before = member(impact, "before"); before != nullptr && before->is_object()) {
        out << "  before    version " << to_text(before->at("version")) << ", effective from " << text_member(*before, "effective_from") << "\n"
            << "  codes     " << told(impact.at("codes"), fates) << "\n";
    } else {
        out << "  before    no list was imported\n";
    }
    if (const Json* items = member(impact, "items"); items != nullptr && items->is_object()) {
        const Json& review = items->at("expected_review");
        out << "  items     of " << text_member(*items, "period") << ": " << told(*items, fates) << "\n"
            << "  reviews   " << to_text(items->at("waiting")) << " wait now; expected with this list: " << to_text(review.at("crosswalk")) << " of "
            << to_text(items->at("total")) << " (" << to_text(review.at("review")) << " where outdated models are not used)\n";
    } else {
        out << "  items     nothing was reported yet\n";
    }
    if (const Json* model = member(impact, "model"); model != nullptr && model->is_object()) {
        out << "  model     " << text_member(*model, "id") << (model->at("outdated") == true ? " is bound to an older list: train again" : " is bound to this list") << "\n";
    } else {
        out << "  model     none is in force\n";
    }
    for (const Json& warning : impact.at("warnings").as_array()) {
        out << "  mind      " << printable(warning.as_string()) << "\n";
    }
}

int import_list(Session& session, const ImportWords& words) {
    JsonObject body{{"effective_from", words.effective}, {"dry_run", words.dry_run}};
    for (const auto& [name, path] : {std::pair<const char*, const std::string&>{"list", words.file}, {"crosswalk", words.crosswalk}}) {
        if (path.empty()) {
            continue;
        }
        Result<std::string> text = read_text_file(path);
        if (!text) {
            return report(session.around, text.error());
        }
        if (!is_valid_utf8(*text)) {
            return report(session.around, invalid("", path + " is not UTF-8: save it as UTF-8"));
        }
        body[name] = std::move(*text);
    }
    if (!words.reason.empty()) {
        body["reason"] = words.reason;
    }
    const Result<Json> reply = session.client.post(lists_of(words.country), body, words.key);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    std::ostream& out = session.around.out;
    const bool unchanged = reply->at("unchanged") == true;
    out << (words.dry_run ? "Nothing was done; it would be:\n" : unchanged ? "That very list is there already:\n" : "");
    out << words.country << " version " << to_text(reply->at("version")) << ", effective from " << text_member(*reply, "effective_from") << ": "
        << to_text(reply->at("codes")) << " codes, " << to_text(reply->at("moves")) << " lines of crosswalk\n";
    print_impact(out, reply->at("impact"));
    return ExitOk;
}

int list_versions_of(Session& session, const ListWords& words) {
    std::vector<Field> fields{
        {"VERSION", "/version", Kind::Number},
        {"EFFECTIVE", "/effective_from"},
        {"IN FORCE", "/in_force", Kind::Yes},
        {"SUPERSEDED", "/superseded", Kind::Yes},
        {"CODES", "/codes", Kind::Number},
        {"MOVES", "/moves", Kind::Number},
        {"BY", "/imported_by"},
        {"AT", "/imported_at", Kind::Time},
        {"REASON", "/reason"}};
    const bool all = words.country.empty();
    if (all) {
        fields.insert(fields.begin(), {"COUNTRY", "/country"});
    }
    return print_list(
        session, with_query(all ? "/v1/code-lists" : lists_of(words.country), {{"limit", std::to_string(words.limit)}}), fields,
        "No list was imported: what the warehouse has counts."
    );
}

// The version that was named, else the newest one.
Result<std::int64_t> chosen(Session& session, const ListWords& words) {
    if (words.version != 0) {
        return words.version;
    }
    const Result<Json> lists = session.client.get(with_query(lists_of(words.country), {{"limit", "1"}}));
    if (!lists) {
        return lists.error();
    }
    const JsonArray& items = lists->at("items").as_array();
    return items.empty() ? Result<std::int64_t>(not_found("", "no list of " + words.country + " was imported: what the warehouse has counts"))
                         : Result<std::int64_t>(items.front().at("version").to_number<std::int64_t>());
}

int show_part(Session& session, const ListWords& words, const std::string& part, const std::vector<Field>& fields, std::string_view empty) {
    const Result<std::int64_t> version = chosen(session, words);
    if (!version) {
        return report(session.around, version.error());
    }
    return print_list(
        session,
        with_query(lists_of(words.country) + "/" + std::to_string(*version) + "/" + part, {{"limit", std::to_string(words.limit)}}),
        fields,
        empty
    );
}

void add_import(CLI::App& command, ImportWords& words) {
    command.add_option("COUNTRY", words.country, "Two letters")->required();
    command.add_option("FILE", words.file, "The list, a CSV: code, title, and if wanted valid_from and valid_to; - is standard input")->required();
    command.add_option("--effective", words.effective, "The day from which it is in force, YYYY-MM-DD")->required();
    command.add_option("--crosswalk", words.crosswalk, "How the codes before stand in it, a CSV: from, to, kind (rename, merge, split, end), weight");
    command.add_option("--reason", words.reason, "Why; kept on the record");
}

void add_list(CLI::App& command, ListWords& words, bool version) {
    CLI::Option* country = command.add_option("COUNTRY", words.country, version ? "Two letters" : "Two letters; without it every country");
    country->required(version);
    if (version) {
        command.add_option("VERSION", words.version, "Without it the newest")->check(CLI::PositiveNumber);
    }
    command.add_option("--limit", words.limit, "At most so many")->check(CLI::Range(1, 1000));
}

}  // namespace

void add_code_list_commands(CLI::App& app, Grammar& grammar) {
    CLI::App* codes = app.add_subcommand("codes", "The codes that each country's law knows: import a list, see what it changes");
    codes->require_subcommand(1);

    CLI::App* command = codes->add_subcommand("import", "Take a list over as a version, in force from a day on");
    auto taken = std::make_shared<ImportWords>();
    add_import(*command, *taken);
    command->add_flag("--dry-run", taken->dry_run, "Say what would be done, and do nothing");
    command->add_option("--idempotency-key", taken->key, "The same key again gives the first answer again");
    command->callback([&grammar, taken] { grammar.remote = [taken](Session& session) { return import_list(session, *taken); }; });

    command = codes->add_subcommand("impact", "What a list would change: codes, items, reviews, the model in force");
    auto tried = std::make_shared<ImportWords>();
    tried->dry_run = true;
    add_import(*command, *tried);
    command->callback([&grammar, tried] { grammar.remote = [tried](Session& session) { return import_list(session, *tried); }; });

    command = codes->add_subcommand("list", "The versions, newest first");
    auto listed = std::make_shared<ListWords>();
    add_list(*command, *listed, false);
    command->callback([&grammar, listed] { grammar.remote = [listed](Session& session) { return list_versions_of(session, *listed); }; });

    command = codes->add_subcommand("show", "The codes of a version");
    auto shown = std::make_shared<ListWords>();
    add_list(*command, *shown, true);
    command->callback([&grammar, shown] {
        grammar.remote = [shown](Session& session) {
            return show_part(
                session, *shown, "codes", {{"CODE", "/code"}, {"TITLE", "/title"}, {"VALID FROM", "/valid_from"}, {"VALID TO", "/valid_to"}}, "It has no code."
            );
        };
    });

    command = codes->add_subcommand("crosswalk", "How the codes before stand in a version");
    auto moved = std::make_shared<ListWords>();
    add_list(*command, *moved, true);
    command->callback([&grammar, moved] {
        grammar.remote = [moved](Session& session) {
            return show_part(
                session, *moved, "crosswalk", {{"FROM", "/from"}, {"TO", "/to"}, {"KIND", "/kind"}, {"WEIGHT", "/weight", Kind::Number}},
                "It came without a crosswalk."
            );
        };
    });
}

}  // namespace kontor::cli
