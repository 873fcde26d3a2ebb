// What a client command has at hand, and the ways in which commands print. Thread: main's.
#pragma once

#include "cli/rest_client.hpp"
#include "cli/table.hpp"

#include <chrono>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::cli {

// How an answer is printed: for people, or as it came in one of these forms.
// Ndjson: a list's items, one a line. Id: only what names an item, one a line.
enum class Output { Table, Json, Ndjson, Yaml, Id };

// The world around the command line; tests bring their own.
struct Surroundings {
    std::ostream& out;
    std::ostream& err;
    Terminal terminal;
    Environment environment;
    // Waits between two looks at something that changes.
    std::function<void(std::chrono::milliseconds)> pause;
    bool is_root = false;
    // Shows a text that is longer than the terminal is high; without it, or where it says no, it goes to `out`.
    std::function<bool(const std::string& text)> page{};
};

struct Session {
    Surroundings& around;
    RestClient client;
    Output output = Output::Table;
};

// How a list's column is read from an item.
// Scope: the countries of a list; "all" when there is none.
enum class Kind { Text, State, Time, Number, Counts, Yes, Scope };
struct Field {
    std::string title;
    std::string pointer;  // JSON pointer into the item, e.g. "/metrics/macro_f1"
    Kind kind = Kind::Text;
};

// The member at `pointer`, or nullptr.
const Json* at_pointer(const Json& value, std::string_view pointer);
// Its text for a person; "-" when there is none.
Cell cell_of(const Json& item, const Field& field);
// "2 failed, 36 succeeded": what is not zero, in a fixed order.
std::string counts_text(const Json& counts);
// "1 task", "7 tasks".
std::string counted(std::size_t count, std::string_view thing);
// "2026-11-22 14:05:00" of an ISO time.
std::string short_time(std::string_view iso);
// "3m 05s" between two ISO times; "-" when one is absent.
std::string time_between(const Json& item, std::string_view from, std::string_view to);

// Prints the error as one or more lines; the exit code that belongs to it.
int report(Surroundings& around, const Error& error);
// The answer in the form that was asked for; nullopt: it is to be shown to a person. Pure.
std::optional<std::string> as_data(Output output, const Json& value);
// Prints the reply as data when that was asked for; says whether it did.
bool printed_as_json(Session& session, const Json& value);
// GET path, then a table of its items (or its JSON). `empty` is said when there are none.
int print_list(
    Session& session,
    const std::string& path,
    const std::vector<Field>& fields,
    std::string_view empty
);
// The same of an answer that is here already.
int print_items(Session& session, const Json& reply, const std::vector<Field>& fields, std::string_view empty);
// One item as "label value" lines (or its JSON).
int print_item(Session& session, const Json& item, const std::vector<Field>& fields);

}  // namespace kontor::cli
