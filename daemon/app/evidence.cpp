#include "app/evidence.hpp"

#include <algorithm>

#include "tasks/csv/data_file.hpp"
#include "tasks/csv/utf8.hpp"
#include "tasks/report/doubts.hpp"

namespace kontor::app {
namespace {

// Who opens is a person; whether they may is the API's to decide, and what they open is on record.
constexpr const char* role = "reviewer";
// A text that a person reads; the rest of a longer one stays where it is.
constexpr std::size_t text_bytes_max = 8000;

// The item's own columns: those behind what the model said.
JsonObject columns_of(const csv::Reader& reader, const csv::Row& row) {
    JsonObject columns;
    for (std::size_t i = tasks::report::doubt_columns.size(); i < row.size() && i < reader.header().size(); ++i) {
        columns[reader.header()[i]] = csv::readable(csv::utf8_prefix(row[i], text_bytes_max));
    }
    return columns;
}

}  // namespace

Error reading_error(const char* where, const sdk::TaskFailure& failure) {
    switch (failure.kind()) {
        case sdk::FailureClass::Transient:
        case sdk::FailureClass::Resource: return unavailable(where, failure.reason());
        case sdk::FailureClass::Data: return not_found(where, failure.reason());
        case sdk::FailureClass::Config: return invalid(where, failure.reason());
        case sdk::FailureClass::Bug: return internal(where, failure.reason());
    }
    KONTOR_UNREACHABLE();
}

Result<ports::OpenedEvidence> EvidenceReader::open(const std::vector<ports::ReviewPlace>& places) {
    ports::OpenedEvidence opened;
    opened.items.resize(places.size());
    if (places.empty()) {
        return opened;
    }
    std::vector<std::size_t> order(places.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return places[a].row < places[b].row; });
    sdk::TaskIdentity identity;
    identity.run = places.front().run;
    identity.task = "review";
    identity.country = places.front().country;
    const auto session = objects_.session(identity, role);
    try {
        csv::Reader reader = csv::open_rows(*session, places.front().object);
        csv::Row row;
        for (auto next = order.begin(); next != order.end() && reader.next(row);) {
            for (; next != order.end() && places[*next].row == row.number(); ++next) {
                opened.items[*next] = columns_of(reader, row);
            }
        }
    } catch (const sdk::TaskFailure& failure) {
        return reading_error("reviews", failure);
    }
    opened.effects = session->take_effects();
    return opened;
}

std::vector<tasks::review::Label> DecidedLabels::labels(const std::string& country) {
    const Result<std::vector<ports::ReviewLabel>> decided = reviews_.labels(country);
    if (!decided) {
        throw sdk::TaskFailure(sdk::FailureClass::Transient, "what people decided cannot be read: " + describe(decided.error()));
    }
    std::vector<tasks::review::Label> labels;
    for (const ports::ReviewLabel& label : *decided) {
        labels.push_back({label.item, label.code, label.by, to_iso(label.at), label.place.object, label.place.row, label.period});
    }
    return labels;
}

}  // namespace kontor::app
