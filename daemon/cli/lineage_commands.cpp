// `kontor lineage`: from a reported number to what it was made of, and back.
#include "cli/cli.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

struct Wish {
    std::string country;
    std::string period;
    std::string name;  // of a model, a data set or a version of a code list
    std::string version;
    std::string code;
    std::string item;
    std::string limit;
    bool items = false;
};

const std::vector<Field> use_fields{
    {"RUN", "/run", Kind::Number},
    {"COUNTRY", "/country"},
    {"AT", "/at", Kind::Time},
    {"ROWS", "/rows", Kind::Number},
    {"MODEL", "/model"},
    {"REPORTS", "/told"}};

// "2026-11 v2 filed EAR-1, 2026-11 v3 draft"
std::string reports_text(const Json& use) {
    std::string all;
    const Json* reports = member(use, "reports");
    for (const Json& each : reports != nullptr && reports->is_array() ? reports->get_array() : JsonArray()) {
        const std::string receipt = text_member(each, "receipt");
        const Json* version = member(each, "version");
        all += (all.empty() ? "" : ", ") + text_member(each, "period") + " v" + (version == nullptr ? "" : to_text(*version)) + " " +
               text_member(each, "state") + (receipt.empty() ? "" : " " + receipt);
    }
    return all;
}

int show_uses(Session& session, const std::string& path, const std::vector<Field>& head, std::string_view of) {
    Result<Json> told = session.client.get(path);
    if (!told) {
        return report(session.around, told.error());
    }
    const Json* whose = of.empty() ? &*told : member(*told, of);
    if (session.output == Output::Table && whose != nullptr) {
        print_item(session, *whose, head);
        session.around.out << '\n';
    }
    Json* items = told->is_object() ? told->get_object().if_contains("items") : nullptr;
    if (session.output == Output::Table && items != nullptr && items->is_array()) {
        for (Json& use : items->get_array()) {
            use.as_object()["told"] = reports_text(use);
        }
    }
    return print_items(session, *told, use_fields, "Nothing was predicted with it.");
}

std::string report_path(const Wish& wish) {
    return "/v1/reports/" + percent_encoded(wish.country) + "/" + percent_encoded(wish.period) + "/lineage";
}

// A rare code's page may be empty and have a next.
Result<Json> first_items(Session& session, const Wish& wish) {
    std::string cursor;
    while (true) {
        Result<Json> page = session.client.get(with_query(
            report_path(wish) + "/items",
            {{"version", wish.version}, {"code", wish.code}, {"item", wish.item}, {"limit", wish.limit}, {"cursor", cursor}}
        ));
        const Json* items = page ? member(*page, "items") : nullptr;
        const bool empty = items != nullptr && items->is_array() && items->get_array().empty();
        cursor = page ? text_member(*page, "next") : "";
        if (!empty || cursor.empty()) {
            return page;
        }
    }
}

int show_items(Session& session, const Wish& wish) {
    const Result<Json> page = first_items(session, wish);
    if (!page) {
        return report(session.around, page.error());
    }
    return print_items(
        session, *page,
        {{"ITEM", "/item"},
         {"CODE", "/code"},
         {"PROBABILITY", "/probability", Kind::Number},
         {"BY", "/by"},
         {"WHO", "/reviewer"},
         {"SAID", "/said"},
         {"DECIDED", "/at", Kind::Time}},
        "No item stands behind it."
    );
}

int show_report(Session& session, const Wish& wish) {
    if (wish.items || !wish.item.empty()) {
        return show_items(session, wish);
    }
    const Result<Json> told = session.client.get(with_query(report_path(wish), {{"version", wish.version}, {"code", wish.code}}));
    if (!told) {
        return report(session.around, told.error());
    }
    return print_item(
        session, *told,
        {{"report", "/report/id", Kind::Number},
         {"country", "/report/country"},
         {"period", "/report/period"},
         {"version", "/report/version", Kind::Number},
         {"state", "/report/state", Kind::State},
         {"receipt", "/report/receipt"},
         {"code", "/code"},
         {"items", "/number/items", Kind::Number},
         {"decided by people", "/number/reviewed/items", Kind::Number},
         {"run", "/run/id", Kind::Number},
         {"workflow", "/workflow/name"},
         {"version of it", "/workflow/version", Kind::Number},
         {"definition", "/workflow/hash"},
         {"items sold", "/items/key"},
         {"predictions", "/predictions/key"},
         {"counted in", "/counted/key"},
         {"code list of", "/code_list/list/source"},
         {"for", "/code_list/list/period"},
         {"version of that", "/code_list/imported/version", Kind::Number},
         {"model", "/model/id"},
         {"learned by run", "/model/run", Kind::Number},
         {"learned from", "/model/training/key"},
         {"training SHA-256", "/model/training/sha256"},
         {"rows", "/model/training/rows", Kind::Number}}
    );
}

int show_model(Session& session, const Wish& wish) {
    return show_uses(
        session, with_query("/v1/models/" + percent_encoded(wish.name) + "/lineage", {{"country", wish.country}}),
        {{"model", "/id"},
         {"country", "/country"},
         {"family", "/family"},
         {"learned by run", "/run", Kind::Number},
         {"learned from", "/training/key"},
         {"training SHA-256", "/training/sha256"},
         {"rows", "/training/rows", Kind::Number}},
        "model"
    );
}

int show_dataset(Session& session, const Wish& wish) {
    return show_uses(
        session, "/v1/datasets/" + percent_encoded(wish.name) + "/lineage",
        {{"SHA-256", "/sha256"}, {"kind", "/sources/0/kind"}, {"object", "/sources/0/key"}, {"rows", "/sources/0/rows", Kind::Number}, {"model", "/models/0/id"}},
        ""
    );
}

int show_list(Session& session, const Wish& wish) {
    return show_uses(
        session, "/v1/countries/" + percent_encoded(wish.country) + "/code-lists/" + percent_encoded(wish.name) + "/lineage",
        {{"country", "/country"}, {"version", "/version", Kind::Number}, {"in force from", "/effective"}}, "code_list"
    );
}

}  // namespace

void add_lineage_commands(CLI::App& app, Grammar& grammar) {
    CLI::App* lineage = app.add_subcommand("lineage", "From a reported number to items, model, data and law, and back");
    lineage->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, int (*show)(Session&, const Wish&)) {
        auto wish = std::make_shared<Wish>();
        CLI::App* command = lineage->add_subcommand(name, help);
        command->callback([&grammar, wish, show] { grammar.remote = [wish, show](Session& session) { return show(session, *wish); }; });
        return std::pair(command, wish);
    };
    const auto [number, asked] = add("report", "What a country's month was made of; --items: which items, and who gave each its code", &show_report);
    number->add_option("COUNTRY", asked->country, "DE")->required();
    number->add_option("PERIOD", asked->period, "2026-11")->required();
    number->add_option("--version", asked->version, "A version of the report; else what is filed, or the newest");
    number->add_option("--code", asked->code, "One line of it");
    number->add_flag("--items", asked->items, "The items behind it");
    number->add_option("--limit", asked->limit, "Items at most, 1 to 1000; 50 by default");
    number->add_option("--item", asked->item, "One of them, by its number");
    const auto [model, of_model] = add("model", "What a model learned from, and what was predicted and reported with it", &show_model);
    model->add_option("MODEL", of_model->name, "Its id")->required();
    model->add_option("--country", of_model->country, "Where it was registered; else the newest registration");
    const auto [dataset, of_dataset] = add("dataset", "Which models learned from a data set, and what was reported with them", &show_dataset);
    dataset->add_option("SHA256", of_dataset->name, "As `lineage report` and `lineage model` tell it")->required();
    const auto [list, of_list] = add("codes", "What was predicted and reported by an imported code list", &show_list);
    list->add_option("COUNTRY", of_list->country, "DE")->required();
    list->add_option("VERSION", of_list->name, "Of the list, as `kontor codes` tells it")->required();
}

}  // namespace kontor::cli
