// Rows that a run put aside: which of its tasks have some, or the rows themselves.
#include "cli/cli.hpp"
#include "cli/commands.hpp"

#include <algorithm>
#include <ostream>

namespace kontor::cli {
namespace {

constexpr std::int64_t page_rows = 1000;

std::string text_at(const Json& item, const char* name) {
    const Json* value = member(item, name);
    if (value == nullptr || value->is_null()) {
        return "-";
    }
    const std::string text = value->is_string() ? std::string(value->get_string()) : to_text(*value);
    return text.empty() ? "-" : printable(text);
}

// "4 not_a_number:price, 3 unknown_label": the most frequent first.
std::string reasons_text(const Json& part) {
    std::vector<std::pair<std::int64_t, std::string>> reasons;
    if (const Json* counted = member(part, "reasons"); counted != nullptr && counted->is_object()) {
        for (const auto& [name, count] : counted->get_object()) {
            reasons.emplace_back(count.is_int64() ? count.get_int64() : 0, name);
        }
    }
    std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::string text;
    for (const auto& [count, name] : reasons) {
        text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + printable(name);
    }
    return text.empty() ? "-" : text;
}

// The tasks of the run that put rows aside and that the request does not rule out.
Result<JsonArray> parts_of(Session& session, const QuarantineFilter& filter) {
    JsonArray parts;
    std::string cursor;
    do {
        const Result<Json> page = session.client.get(with_query(
            "/v1/runs/" + std::to_string(filter.run) + "/quarantine",
            {{"country", filter.country}, {"limit", std::to_string(page_rows)}, {"cursor", cursor}}
        ));
        if (!page) {
            return page.error();
        }
        for (const Json& part : page->at("items").as_array()) {
            if (filter.task.empty() || text_member(part, "name") == filter.task) {
                parts.push_back(part);
            }
        }
        cursor = text_member(*page, "next");
    } while (!cursor.empty());
    return parts;
}

// Appends the task's rows, each with its task and country, until there are `rows_max` in all; says whether some were left out.
Result<bool> add_rows(Session& session, const Json& part, std::size_t rows_max, JsonArray& rows) {
    std::string cursor;
    do {
        const auto left = static_cast<std::int64_t>(rows_max - rows.size());
        if (left == 0) {
            return true;
        }
        const Result<Json> page = session.client.get(with_query(
            "/v1/tasks/" + to_text(part.at("task")) + "/quarantine",
            {{"limit", std::to_string(std::min(left, page_rows))}, {"cursor", cursor}}
        ));
        if (!page) {
            return page.error();
        }
        for (const Json& found : page->at("items").as_array()) {
            JsonObject row{{"country", part.at("country")}, {"name", part.at("name")}};
            for (const auto& [name, value] : found.as_object()) {
                row[name] = value;
            }
            rows.emplace_back(std::move(row));
        }
        cursor = text_member(*page, "next");
    } while (!cursor.empty());
    return false;
}

int print_parts(Session& session, const JsonArray& parts) {
    std::vector<std::vector<Cell>> table;
    for (const Json& part : parts) {
        table.push_back(
            {{text_at(part, "country")}, {text_at(part, "name")}, {text_at(part, "task")}, {text_at(part, "rows")}, {reasons_text(part)}}
        );
    }
    session.around.out << lay_out(
        {{"COUNTRY"}, {"TASK"}, {"ID", Align::Right}, {"ROWS", Align::Right}, {"REASONS"}}, table, session.around.terminal
    );
    session.around.out << "'kontor quarantine RUN --country DE' lists the rows of a country, --task NAME those of a task.\n";
    return ExitOk;
}

}  // namespace

int list_quarantine(Session& session, const QuarantineFilter& filter) {
    const Result<JsonArray> parts = parts_of(session, filter);
    if (!parts) {
        return report(session.around, parts.error());
    }
    const bool all = filter.country.empty() && filter.task.empty();
    if (all && printed_as_json(session, JsonObject{{"items", *parts}})) {
        return ExitOk;
    }
    if (parts->empty() && session.output == Output::Table) {
        session.around.out << "Nothing was put into quarantine.\n";
        return ExitOk;
    }
    if (all) {
        return print_parts(session, *parts);
    }
    JsonArray rows;
    bool cut = false;
    for (const Json& part : *parts) {
        const Result<bool> left_out = add_rows(session, part, static_cast<std::size_t>(filter.limit), rows);
        if (!left_out) {
            return report(session.around, left_out.error());
        }
        cut = cut || *left_out;
    }
    if (printed_as_json(session, JsonObject{{"items", rows}})) {
        return ExitOk;
    }
    std::vector<std::vector<Cell>> table;
    for (const Json& row : rows) {
        table.push_back({{text_at(row, "country")}, {text_at(row, "row")}, {text_at(row, "item_id")}, {text_at(row, "reason")}, {text_at(row, "text")}});
    }
    session.around.out << lay_out(
        {{"COUNTRY"}, {"ROW", Align::Right}, {"ITEM"}, {"REASON"}, {"TEXT"}}, table, session.around.terminal
    );
    if (cut) {
        session.around.out << "There are more: raise --limit.\n";
    }
    return ExitOk;
}

}  // namespace kontor::cli
