#include "tasks/dataset/quarantine.hpp"

#include <charconv>
#include <string>

#include "tasks/csv/data_file.hpp"
#include "tasks/csv/utf8.hpp"

namespace kontor::tasks::dataset {
namespace {

// As much of a row as a person reads; what a warehouse gives may be longer.
constexpr std::size_t text_shown_max = 2000;

struct Columns {
    int row;
    int item;
    int reason;
};

sdk::Json number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc() && end == text.data() + text.size() ? sdk::Json(number) : sdk::Json();
}

// A row that the warehouse's quarantine took over as it was may hold anything.
std::string shown(std::string_view text) { return csv::readable(csv::utf8_prefix(text, text_shown_max)); }

sdk::JsonObject row_of(const csv::Row& row, const Columns& at) {
    const auto field = [&](int column) {
        return column >= 0 && static_cast<std::size_t>(column) < row.size() ? row[static_cast<std::size_t>(column)] : std::string_view();
    };
    std::string rest;
    bool first = true;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const int column = static_cast<int>(i);
        if (column != at.row && column != at.item && column != at.reason) {
            rest.append(first ? "" : ",").append(row[i]);
            first = false;
        }
    }
    return {{"row", number_in(field(at.row))}, {"item_id", shown(field(at.item))}, {"reason", shown(field(at.reason))}, {"text", shown(rest)}};
}

}  // namespace

QuarantinePage read_quarantine(sdk::Objects& objects, const sdk::ObjectRef& object, std::int64_t after, std::int64_t limit) {
    csv::Reader reader = csv::open_rows(objects, object);
    const Columns columns{reader.column("row"), reader.column("item_id"), reader.column("reason")};
    if (columns.reason < 0) {
        throw sdk::TaskFailure(sdk::FailureClass::Data, "the object " + object.key + " has no column 'reason': it is no quarantine");
    }
    QuarantinePage page;
    csv::Row row;
    for (std::int64_t seen = 0; reader.next(row); ++seen) {
        if (seen < after) {
            continue;
        }
        if (seen == after + limit) {
            page.more = true;
            break;
        }
        page.rows.push_back(row_of(row, columns));
    }
    return page;
}

}  // namespace kontor::tasks::dataset
