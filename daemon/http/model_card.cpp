#include "http/model_card.hpp"

#include <algorithm>
#include <cstdio>

namespace kontor::http {
namespace {

const Json& part(const Json& whole, std::string_view name) {
    static const Json none;
    const Json* found = member(whole, name);
    return found == nullptr ? none : *found;
}

std::int64_t whole(const Json* value) { return value != nullptr && value->is_int64() ? value->get_int64() : 0; }

Json ratio(std::int64_t part, std::int64_t all) {
    return all == 0 ? Json() : Json(static_cast<double>(part) / static_cast<double>(all));
}

// Rows are true codes, columns predicted ones.
JsonArray figures_by_code(const Json* codes, const Json* counts) {
    JsonArray figures;
    if (codes == nullptr || counts == nullptr || !codes->is_array() || !counts->is_array()) {
        return figures;
    }
    const auto cell = [&](std::size_t row, std::size_t column) {
        const auto* cells = counts->get_array()[row].if_array();
        return cells != nullptr && column < cells->size() ? whole(&(*cells)[column]) : 0;
    };
    const std::size_t size = std::min(codes->get_array().size(), counts->get_array().size());
    for (std::size_t code = 0; code < size; ++code) {
        std::int64_t rows = 0;
        std::int64_t predicted = 0;
        for (std::size_t other = 0; other < size; ++other) {
            rows += cell(code, other);
            predicted += cell(other, code);
        }
        const std::int64_t right = cell(code, code);
        figures.push_back(JsonObject{
            {"code", codes->get_array()[code]},
            {"rows", rows},
            {"predicted", predicted},
            {"right", right},
            {"precision", ratio(right, predicted)},
            {"recall", ratio(right, rows)},
            {"f1", ratio(2 * right, rows + predicted)}});
    }
    return figures;
}

std::string counted(std::size_t count, const char* one, const char* more) {
    return std::to_string(count) + " " + (count == 1 ? one : more);
}

// What is known of how it came in; nullptr: it was learned here.
const Json* imported(const JsonObject& card) { return member(part(card.at("model"), "metrics"), "imported"); }

JsonArray what_to_beware_of(const JsonObject& card) {
    JsonArray sentences;
    const Json& judged = card.at("judged");
    if (imported(card) != nullptr) {
        sentences.emplace_back("It was made elsewhere: what it learned from, and whether the rows that judge it were among it, is not known here.");
    }
    if (!judged.is_object()) {
        sentences.emplace_back(
            imported(card) != nullptr ? "It was never judged on held-out rows."
                                      : "It was never judged on held-out rows: its figures are those of its own trial."
        );
    }
    std::size_t few = 0;
    std::size_t never = 0;
    for (const Json& code : card.at("codes").get_array()) {
        if (text_member(code, "code") == "other") {
            continue;
        }
        const std::int64_t rows = whole(member(code, "rows"));
        few += rows < card_rows_few ? 1U : 0U;
        never += rows > 0 && whole(member(code, "right")) == 0 ? 1U : 0U;
    }
    if (few > 0) {
        sentences.emplace_back(
            "The figures of " + counted(few, "code", "codes") + " with fewer than " + std::to_string(card_rows_few) +
            " held-out rows say little."
        );
    }
    if (never > 0) {
        sentences.emplace_back("None of the held-out rows of " + counted(never, "code", "codes") + " was given its code.");
    }
    const Json* list = member(part(card.at("model"), "metrics"), "code_list");
    if (list == nullptr || list->is_null()) {
        sentences.emplace_back("It is bound to no code list: nothing says which law its codes are of.");
    }
    if (card.at("data").is_null() && imported(card) == nullptr) {
        sentences.emplace_back("What it learned from is not known here: the run that made it is gone, or prepared its rows otherwise.");
    }
    return sentences;
}

class Page {
 public:
    void open(std::string_view title) {
        html_ += "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>";
        text(title);
        html_ +=
            "</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
            "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
            "td,th{padding:.2rem 1.2rem .2rem 0;text-align:left;vertical-align:top;border-bottom:1px solid #8884}"
            "td.n,th.n{text-align:right}td{overflow-wrap:anywhere}</style></head><body><h1>";
        text(title);
        html_ += "</h1>\n";
    }
    void heading(std::string_view words) { block("h2", words); }
    void sentence(std::string_view words) { block("p", words); }
    void list(const JsonArray& sentences) {
        html_ += "<ul>";
        for (const Json& each : sentences) {
            block("li", shown(&each));
        }
        html_ += "</ul>\n";
    }
    void table() { html_ += "<table>"; }
    void end_table() { html_ += "</table>\n"; }
    void row(std::string_view name, const std::string& value) {
        if (!value.empty()) {
            html_ += "<tr><th scope=\"row\">";
            text(name);
            html_ += "</th><td>";
            text(value);
            html_ += "</td></tr>\n";
        }
    }
    void heads(std::initializer_list<std::string_view> names) { line("th scope=\"col\"", "th", names); }
    void cells(const std::vector<std::string>& values) { line("td", "td", values); }
    std::string close() { return std::move(html_) + "</body></html>\n"; }

    static std::string shown(const Json* value) {
        if (value == nullptr || value->is_null()) {
            return "";
        }
        if (value->is_string()) {
            return std::string(value->get_string());
        }
        if (value->is_double()) {
            char digits[32];
            std::snprintf(digits, sizeof digits, "%.4g", value->get_double());
            return digits;
        }
        if (const auto* list = value->if_array()) {
            return joined(*list, [](const Json& each) { return shown(&each); });
        }
        if (const auto* object = value->if_object()) {
            return joined(*object, [](const auto& entry) { return std::string(entry.key()) + ": " + shown(&entry.value()); });
        }
        return to_text(*value);
    }

 private:
    template <class Entries, class Words>
    static std::string joined(const Entries& entries, const Words& words) {
        std::string all;
        for (const auto& entry : entries) {
            all += (all.empty() ? "" : ", ") + words(entry);
        }
        return all;
    }
    void block(const char* tag, std::string_view words) {
        html_ += std::string("<") + tag + ">";
        text(words);
        html_ += std::string("</") + tag + ">\n";
    }
    template <class Values>
    void line(const char* begin, const char* end, const Values& values) {
        html_ += "<tr>";
        bool first = true;
        for (const auto& value : values) {
            html_ += std::string("<") + begin + (first ? ">" : " class=\"n\">");
            text(value);
            html_ += std::string("</") + end + ">";
            first = false;
        }
        html_ += "</tr>\n";
    }
    void text(std::string_view words) {
        for (const char c : words) {
            switch (c) {
                case '&': html_ += "&amp;"; break;
                case '<': html_ += "&lt;"; break;
                case '>': html_ += "&gt;"; break;
                case '"': html_ += "&quot;"; break;
                case '\'': html_ += "&#39;"; break;
                default: html_ += c;
            }
        }
    }
    std::string html_;
};

std::string shown(const Json& object, std::string_view name) { return Page::shown(member(object, name)); }

// A row per entry with these members of it.
void add_rows(Page& page, std::initializer_list<std::string_view> heads, const JsonArray& entries, std::initializer_list<const char*> names) {
    page.table();
    page.heads(heads);
    for (const Json& entry : entries) {
        std::vector<std::string> cells;
        for (const char* name : names) {
            cells.push_back(shown(entry, name));
        }
        page.cells(cells);
    }
    page.end_table();
}

// A reader needs no microseconds.
std::string moment(const Json& object, std::string_view name) {
    const std::string text = shown(object, name);
    return text.size() < 19 ? text : text.substr(0, 10) + " " + text.substr(11, 8) + " UTC";
}

void add_details(Page& page, const JsonObject& card) {
    const Json& model = card.at("model");
    const Json& made = card.at("made_by");
    page.heading("The model");
    page.table();
    page.row("Number", shown(model, "id"));
    page.row("SHA-256 of its file", shown(part(model, "object"), "sha256"));
    page.row("Country", shown(model, "country"));
    page.row("Family", shown(model, "family"));
    page.row(imported(card) == nullptr ? "Learned at" : "Brought in at", moment(model, "created_at"));
    page.row("By run", shown(made, "run") + (made.is_object() ? " of the workflow " + shown(made, "workflow") : ""));
    page.row("Definition", shown(made, "hash"));
    page.row("Seed", shown(made, "seed"));
    page.row("Parameters", shown(model, "params"));
    page.end_table();
}

void add_use(Page& page, const JsonObject& card) {
    const Json& model = card.at("model");
    const Json* list = member(part(model, "metrics"), "code_list");
    page.heading("What it is for");
    page.sentence(
        "It gives each electronic item that is sold in " + shown(model, "country") +
        " one code of that country's list, with a probability. Items that it is not sure enough of go to people; a code outside of the list "
        "in force is never given. It is not made for items of other countries, and not for goods that the list does not name."
    );
    page.table();
    if (list != nullptr && list->is_object()) {
        page.row("Code list", shown(*list, "source") + " of " + shown(*list, "period") + ", " + shown(*list, "codes") + " codes");
    }
    page.row("Columns it reads", shown(card.at("made_by"), "schema"));
    page.end_table();
}

void add_data(Page& page, const JsonObject& card) {
    const Json& data = card.at("data");
    page.heading("What it learned from");
    if (const Json* file = imported(card); file != nullptr) {
        page.sentence(
            "It was made elsewhere and came as the file " + shown(*file, "file") + " (SHA-256 " + shown(*file, "sha256") +
            "). What it learned from is not known here: whoever made it must say."
        );
        return;
    }
    page.table();
    page.row("Labelled rows", shown(data, "rows"));
    page.row("Codes among them", shown(data, "classes"));
    page.row("Learned from", shown(data, "train"));
    page.row("SHA-256 of these", shown(data, "train_sha256"));
    page.row("Kept apart to judge", shown(data, "holdout"));
    page.row("Decided by people", shown(data, "reviewed"));
    page.row("Sent as samples", shown(data, "sampled"));
    page.row("Near copies left out of the judging", shown(data, "twins"));
    page.row("Labels moved to a newer list", shown(data, "moved"));
    page.row("In quarantine", shown(data, "quarantined"));
    page.row("Why", whole(member(data, "quarantined")) > 0 ? shown(data, "reasons") : "");
    page.end_table();
}

void add_judgement(Page& page, const JsonObject& card) {
    const Json& judged = card.at("judged");
    page.heading("How it was judged");
    if (!judged.is_object()) {
        page.sentence("Not yet.");
        return;
    }
    page.sentence(
        "On " + shown(judged, "rows") + " rows " +
        (imported(card) == nullptr ? "that neither learning nor the choice of parameters has seen" : "held out here; nobody here knows whether it has learned from them") +
        ", at " + moment(judged, "at") + "."
    );
    const Json& metrics = part(judged, "metrics");
    page.table();
    page.row("Right (accuracy)", shown(metrics, "accuracy"));
    page.row("F1, each code counting the same (macro)", shown(metrics, "macro_f1"));
    page.row("F1, each row counting the same (weighted)", shown(metrics, "weighted_f1"));
    page.row("Log-loss, lower is better", shown(metrics, "log_loss"));
    page.row("Expected calibration error, lower is better", shown(metrics, "ece"));
    page.end_table();
    page.heading("By code");
    page.sentence("The most frequent codes of the held-out rows; \"other\" stands for all further ones together.");
    add_rows(
        page, {"Code", "Rows", "Given", "Right", "Precision", "Recall", "F1"}, card.at("codes").get_array(),
        {"code", "rows", "predicted", "right", "precision", "recall", "f1"}
    );
}

void add_importances(Page& page, const JsonObject& card) {
    const Json* importances = member(part(card.at("model"), "metrics"), "importances");
    if (importances == nullptr || !importances->is_array() || importances->get_array().empty()) {
        return;
    }
    page.heading("What it goes by");
    add_rows(page, {"Feature", "Share"}, importances->get_array(), {"feature", "share"});
}

void add_time_in_force(Page& page, const JsonObject& card) {
    page.heading("When it was in force");
    if (card.at("in_force").get_array().empty()) {
        page.sentence("Never.");
        return;
    }
    page.table();
    page.heads({"From", "To", "Gain in the metric", "Why"});
    for (const Json& each : card.at("in_force").get_array()) {
        const std::string to = moment(each, "to");
        page.cells({moment(each, "from"), to.empty() ? "now" : to, shown(each, "gain"), shown(each, "reason")});
    }
    page.end_table();
}

}  // namespace

JsonObject model_card(const Json& facts) {
    JsonObject card;
    for (const char* name : {"model", "made_by", "data", "judged"}) {
        const Json* told = member(facts, name);
        card[name] = told != nullptr && told->is_object() ? *told : Json();
    }
    const Json* in_force = member(facts, "in_force");
    card["in_force"] = in_force != nullptr && in_force->is_array() ? *in_force : Json(JsonArray());
    card["codes"] = JsonArray();
    if (auto* judged = card.at("judged").if_object()) {
        card["codes"] = figures_by_code(judged->if_contains("codes"), judged->if_contains("counts"));
        judged->erase("codes");
        judged->erase("counts");
    }
    card["beware"] = what_to_beware_of(card);
    return card;
}

std::string card_page(const JsonObject& card) {
    Page page;
    const Json& model = card.at("model");
    page.open("Model card: " + shown(model, "id") + ", " + shown(model, "country"));
    add_details(page, card);
    add_use(page, card);
    add_data(page, card);
    add_judgement(page, card);
    add_importances(page, card);
    page.heading("What to beware of");
    page.list(card.at("beware").get_array());
    add_time_in_force(page, card);
    return page.close();
}

}  // namespace kontor::http
