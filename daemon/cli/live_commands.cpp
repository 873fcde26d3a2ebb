// Live predictions: one item from the command line, or many from a file, portion by portion.
#include "cli/cli.hpp"
#include "cli/live_commands.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <ostream>

namespace kontor::cli {
namespace {

// What a request takes, with and without explanations.
constexpr std::size_t portion = 500;
constexpr std::size_t explained_portion = 20;

std::string percent(const Json* probability) {
    if (probability == nullptr || !probability->is_number()) {
        return "-";
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * probability->to_number<double>());
    return text;
}

std::string alternatives_text(const Json& item) {
    std::string text;
    if (const Json* list = member(item, "alternatives"); list != nullptr && list->is_array()) {
        for (const Json& other : list->get_array()) {
            text += (text.empty() ? "" : ", ") + printable(text_member(other, "code")) + " " + percent(member(other, "probability"));
        }
    }
    return text.empty() ? "-" : text;
}

void print_amounts(Session& session, const Json& told, const char* list, const std::string& title) {
    const Json* amounts = member(told, list);
    if (amounts == nullptr || !amounts->is_array()) {
        return;
    }
    session.around.out << "  " << title << "\n";
    for (const Json& each : amounts->get_array()) {
        char text[32];
        std::snprintf(text, sizeof text, "%+.4f", each.at("amount").to_number<double>());
        session.around.out << "    " << text << "  " << printable(text_member(each, "feature")) << "\n";
    }
}

void print_items(Session& session, const JsonArray& items) {
    std::vector<std::vector<Cell>> table;
    for (const Json& item : items) {
        table.push_back({
            {printable(text_member(item, "item_id"))}, {printable(text_member(item, "code"))}, {percent(member(item, "probability"))},
            {text_member(item, "status")}, {alternatives_text(item)}
        });
    }
    session.around.out << lay_out(
        {{"ITEM"}, {"CODE"}, {"PROBABILITY", Align::Right}, {"STATUS"}, {"OTHERS"}}, table, session.around.terminal
    );
    for (const Json& item : items) {
        if (const Json* told = member(item, "explanation"); told != nullptr && told->is_object()) {
            session.around.out << printable(text_member(item, "item_id")) << ": " << printable(text_member(*told, "what")) << "\n";
            print_amounts(session, *told, "contributions", "for (+) and against (-) " + printable(text_member(item, "code")));
            print_amounts(session, *told, "words", "behind the linear score");
        }
    }
}

Result<JsonObject> item_from(const PredictOrder& order) {
    JsonObject item{{order.column, order.text}};
    for (const std::string& each : order.values) {
        const std::size_t sign = each.find('=');
        if (sign == std::string::npos || sign == 0) {
            return invalid("--set", "'" + each + "' is not NAME=VALUE, for example price=12.5");
        }
        item[each.substr(0, sign)] = each.substr(sign + 1);
    }
    return item;
}

// Sends what has been gathered and adds the answer's items.
Result<void> send(Session& session, const PredictOrder& order, JsonArray& items, JsonArray& answered, std::size_t first_line) {
    const JsonObject body{{"items", std::move(items)}, {"top", order.top}, {"explain", order.explain}, {"lenient", order.lenient}};
    items = {};
    const Result<Json> reply = session.client.post("/v1/countries/" + percent_encoded(order.country) + "/predict", body);
    if (!reply) {
        Error error = reply.error();
        if (first_line > 0) {
            error.message += " (items are counted from line " + std::to_string(first_line) + ")";
        }
        return error;
    }
    if (const Json* list = member(*reply, "items"); list != nullptr && list->is_array()) {
        answered.insert(answered.end(), list->get_array().begin(), list->get_array().end());
    }
    return {};
}

Result<JsonArray> predict_lines(Session& session, const PredictOrder& order, std::istream& lines) {
    const std::size_t most = order.explain ? explained_portion : portion;
    JsonArray items;
    JsonArray answered;
    std::string line;
    std::size_t first = 1;
    for (std::size_t number = 1; std::getline(lines, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) {
            continue;
        }
        Result<Json> item = json_from_text(line);
        if (!item) {
            return invalid(order.file, "line " + std::to_string(number) + ": " + item.error().message);
        }
        first = items.empty() ? number : first;
        items.push_back(std::move(*item));
        if (items.size() == most) {
            if (const Result<void> sent = send(session, order, items, answered, first); !sent) {
                return sent.error();
            }
        }
    }
    if (!items.empty()) {
        if (const Result<void> sent = send(session, order, items, answered, first); !sent) {
            return sent.error();
        }
    }
    return answered;
}

Result<JsonArray> predicted(Session& session, const PredictOrder& order) {
    if (order.file.empty() && order.text.empty()) {
        return invalid("predict", "nothing to classify: name a file with a JSON object per line, or give --text");
    }
    if (order.file.empty()) {
        const Result<JsonObject> item = item_from(order);
        if (!item) {
            return item.error();
        }
        JsonArray items{*item};
        JsonArray answered;
        if (const Result<void> sent = send(session, order, items, answered, 0); !sent) {
            return sent.error();
        }
        return answered;
    }
    if (order.file == "-") {
        return predict_lines(session, order, std::cin);
    }
    std::ifstream file(order.file, std::ios::binary);
    if (!file) {
        return invalid(order.file, "the file cannot be read");
    }
    return predict_lines(session, order, file);
}

}  // namespace

int predict_items(Session& session, const PredictOrder& order) {
    const Result<JsonArray> items = predicted(session, order);
    if (!items) {
        return report(session.around, items.error());
    }
    if (!printed_as_json(session, JsonObject{{"items", *items}})) {
        print_items(session, *items);
    }
    return ExitOk;
}

}  // namespace kontor::cli
