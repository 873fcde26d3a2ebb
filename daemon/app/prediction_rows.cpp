#include "app/prediction_rows.hpp"

#include "app/evidence.hpp"
#include "tasks/csv/data_file.hpp"

namespace kontor::app {
namespace {

// Who opens is a person; whether they may is the API's to decide, and what they open is on record.
constexpr const char* role = "tracer";

struct Columns {
    std::size_t item;
    std::size_t code;
    std::size_t probability;
    std::size_t status;
};

Columns columns_of(const csv::Reader& reader, const std::string& key) {
    const auto column = [&](std::string_view name) {
        const int found = reader.column(name);
        if (found < 0) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Data, "the object " + key + " has no column '" + std::string(name) + "': it is no prediction"
            );
        }
        return static_cast<std::size_t>(found);
    };
    return {column("item_id"), column("code"), column("probability"), column("status")};
}

ports::PredictionPage page_of(sdk::Objects& objects, const ports::PredictionPlace& place) {
    csv::Reader reader = csv::open_rows(objects, place.object);
    const Columns at = columns_of(reader, place.object.key);
    ports::PredictionPage page;
    csv::Row row;
    while (reader.next(row)) {
        if (++page.looked_at <= place.after) {
            continue;
        }
        if (page.looked_at > place.after + ports::prediction_rows_looked_at_max || static_cast<std::int64_t>(page.items.size()) == place.limit) {
            --page.looked_at;
            page.more = true;
            break;
        }
        if (row.fault() != csv::RowFault::None) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Data, "the object " + place.object.key + " is damaged in row " + std::to_string(row.number())
            );
        }
        if (row[at.status] == "classified" && (place.code.empty() || row[at.code] == place.code) &&
            (place.item.empty() || row[at.item] == place.item)) {
            page.items.push_back({std::string(row[at.item]), std::string(row[at.code]), std::string(row[at.probability])});
        }
    }
    return page;
}

}  // namespace

Result<ports::PredictionPage> StoredPredictions::read(const ports::PredictionPlace& place) {
    sdk::TaskIdentity identity;
    identity.run = place.run;
    identity.task = "lineage";
    identity.country = place.country;
    const auto session = objects_.session(identity, role);
    try {
        ports::PredictionPage page = page_of(*session, place);
        page.opened = session->take_effects();
        return page;
    } catch (const sdk::TaskFailure& failure) {
        return reading_error("lineage", failure);
    }
}

}  // namespace kontor::app
