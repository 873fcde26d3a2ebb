#include "cli/session.hpp"

#include "base/check.hpp"
#include "base/time.hpp"
#include "cli/cli.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace kontor::cli {
namespace {

// States first that a person looks for.
constexpr std::array<std::string_view, 10> state_order{
    "dead",
    "failed",
    "running",
    "retrying",
    "awaiting",
    "ready",
    "waiting",
    "succeeded",
    "skipped",
    "cancelled"};

// Scores of a column stand below each other, digit under digit.
std::string score_text(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), std::abs(value) < 1e6 ? "%.4f" : "%.4g", value);
    return text.data();
}

std::string plain_text(const Json& value) {
    if (value.is_null()) {
        return "-";
    }
    if (value.is_string()) {
        return value.get_string().empty() ? "-" : std::string(value.get_string());
    }
    return to_text(value);
}

std::string span_text(Duration span) {
    const auto total = std::chrono::duration_cast<std::chrono::seconds>(span).count();
    std::array<char, 48> text{};
    if (total < 60) {
        std::snprintf(text.data(), text.size(), "%.1fs", static_cast<double>(span.count()) / 1e6);
    } else if (total < 3600) {
        std::snprintf(
            text.data(),
            text.size(),
            "%lldm %02llds",
            static_cast<long long>(total / 60),
            static_cast<long long>(total % 60)
        );
    } else {
        std::snprintf(
            text.data(),
            text.size(),
            "%lldh %02lldm",
            static_cast<long long>(total / 3600),
            static_cast<long long>(total % 3600 / 60)
        );
    }
    return text.data();
}

}  // namespace

const Json* at_pointer(const Json& value, std::string_view pointer) {
    const Json* at = &value;
    while (!pointer.empty() && at != nullptr) {
        const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
        at = member(*at, pointer.substr(1, end - 1));
        pointer.remove_prefix(end);
    }
    return at;
}

std::string counts_text(const Json& counts) {
    std::string text;
    for (const std::string_view state : state_order) {
        const Json* count = member(counts, state);
        if (count != nullptr && count->is_number() && count->to_number<std::int64_t>() != 0) {
            text += (text.empty() ? "" : ", ") + to_text(*count) + " " + std::string(state);
        }
    }
    return text.empty() ? "-" : text;
}

std::string counted(std::size_t count, std::string_view thing) {
    return std::to_string(count) + " " + std::string(thing) + (count == 1 ? "" : "s");
}

std::string short_time(std::string_view iso) {
    std::string text(iso.substr(0, 19));
    if (text.size() == 19 && text[10] == 'T') {
        text[10] = ' ';
    }
    return text;
}

std::string time_between(const Json& item, std::string_view from, std::string_view to) {
    const Result<Instant> start = instant_from_iso(text_member(item, from));
    const Result<Instant> end = instant_from_iso(text_member(item, to));
    return start && end ? span_text(*end - *start) : "-";
}

Cell cell_of(const Json& item, const Field& field) {
    const Json* value = at_pointer(item, field.pointer);
    if (field.kind == Kind::Scope && (value == nullptr || value->is_null())) {
        return {"all", Style::Plain};
    }
    if (value == nullptr || value->is_null()) {
        return {field.kind == Kind::Yes ? "" : "-", Style::Faint};
    }
    switch (field.kind) {
        case Kind::Text:
            return {plain_text(*value), Style::Plain};
        case Kind::State:
            return {plain_text(*value), state_style(plain_text(*value))};
        case Kind::Time:
            return {
                value->is_string() ? short_time(value->get_string()) : plain_text(*value),
                Style::Plain};
        case Kind::Number:
            return {value->is_double() ? score_text(value->get_double()) : to_text(*value), Style::Plain};
        case Kind::Counts:
            return {counts_text(*value), Style::Plain};
        case Kind::Scope: {
            std::string list;
            if (const auto* countries = value->if_array()) {
                for (const Json& country : *countries) {
                    list += (list.empty() ? "" : ",") + plain_text(country);
                }
            }
            return {list, Style::Plain};
        }
        case Kind::Yes:
            return {value->is_bool() && value->get_bool() ? "yes" : "", Style::Good};
    }
    KONTOR_UNREACHABLE();
}

int report(Surroundings& around, const Error& error) {
    Error shown = error;
    shown.where.clear();
    around.err << "kontor: " << describe(shown) << '\n';
    return error.kind == ErrorKind::Unavailable && error.message.rfind("no daemon answers", 0) == 0
               ? ExitUnreachable
               : ExitFailed;
}

bool printed_as_json(Session& session, const Json& value) {
    const std::optional<std::string> data = as_data(session.output, value);
    if (data) {
        session.around.out << *data;
        if (const Json* next = member(value, "next"); session.output != Output::Json && next != nullptr && next->is_string()) {
            session.around.err << "There are more: narrow the list, or raise --limit.\n";
        }
    }
    return data.has_value();
}

int print_list(
    Session& session,
    const std::string& path,
    const std::vector<Field>& fields,
    std::string_view empty
) {
    const Result<Json> reply = session.client.get(path);
    return reply ? print_items(session, *reply, fields, empty) : report(session.around, reply.error());
}

int print_items(Session& session, const Json& reply, const std::vector<Field>& fields, std::string_view empty) {
    const Json* items = member(reply, "items");
    if (session.output == Output::Id && items != nullptr && items->is_array()) {
        // A list's first column is what other commands take for the item; a schedule's are two.
        for (const Json& item : items->get_array()) {
            const bool pair = fields.size() > 1 && fields[1].title == "TRIGGER";
            session.around.out << cell_of(item, fields[0]).text << (pair ? " " + cell_of(item, fields[1]).text : "") << '\n';
        }
        return ExitOk;
    }
    if (printed_as_json(session, reply)) {
        return ExitOk;
    }
    if (items == nullptr || !items->is_array() || items->get_array().empty()) {
        session.around.out << empty << '\n';
        return ExitOk;
    }
    std::vector<Column> columns;
    for (const Field& field : fields) {
        columns.push_back({field.title, field.kind == Kind::Number ? Align::Right : Align::Left});
    }
    std::vector<std::vector<Cell>> rows;
    for (const Json& item : items->get_array()) {
        rows.emplace_back();
        for (const Field& field : fields) {
            rows.back().push_back(cell_of(item, field));
        }
    }
    std::string table = lay_out(columns, rows, session.around.terminal);
    if (const Json* next = member(reply, "next"); next != nullptr && next->is_string()) {
        table += "There are more: narrow the list, or raise --limit.\n";
    }
    const bool long_one = rows.size() + 1 >= session.around.terminal.height;
    if (!long_one || !session.around.terminal.is_tty || !session.around.page || !session.around.page(table)) {
        session.around.out << table;
    }
    return ExitOk;
}

int print_item(Session& session, const Json& item, const std::vector<Field>& fields) {
    if (printed_as_json(session, item)) {
        return ExitOk;
    }
    std::vector<std::pair<std::string, Cell>> lines;
    for (const Field& field : fields) {
        const Json* value = at_pointer(item, field.pointer);
        if (value != nullptr && !value->is_null() &&
            !(value->is_string() && value->get_string().empty())) {
            lines.emplace_back(field.title, cell_of(item, field));
        }
    }
    session.around.out << lay_out_fields(lines, session.around.terminal);
    return ExitOk;
}

}  // namespace kontor::cli
