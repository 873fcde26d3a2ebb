// Demo data: a made-up retailer's warehouse of electronics in 38 countries, loaded into a PostgreSQL database.
// Seeded: the same options give the same rows. Thread: any; blocks until done. Owner: the command line and the demo.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.hpp"

namespace kontor::demo {

// A table larger than any retailer's, and far below what a bigint of the demo's numbering can hold.
inline constexpr int items_per_country_max = 10'000'000;

struct DemoOptions {
    std::string url;  // of the warehouse database
    int labelled_per_country = 1000;
    int unlabelled_per_country = 2000;
    std::uint64_t seed = 1;
    std::string period;  // YYYY-MM, the month of the sold items
};

// Spreads `items` over the countries, a third of them labelled (at least one of each kind in every country).
DemoOptions scaled_to(DemoOptions options, std::int64_t items);

struct DemoCounts {
    std::int64_t labelled = 0;
    std::int64_t sold = 0;
    std::int64_t codes = 0;
    int countries = 0;
    bool loaded = false;  // false: the same data stood there already
};

struct DemoProgress {
    std::int64_t rows = 0;
    std::int64_t rows_total = 0;
    std::string table;
    std::string country;
};
// Returns false to stop.
using DemoWatch = std::function<bool(const DemoProgress&)>;

// Loads tables labelled_item, sold_item and code_list, in one transaction: readers see the old data or the new.
// Ensures: with the options of the last load nothing is done; with others the tables are replaced.
// Errors: Invalid (options, wrong password), Unavailable (server), Cancelled (watch said so; nothing was changed).
Result<DemoCounts> load_demo(const DemoOptions& options, const DemoWatch& watch = {});

}  // namespace kontor::demo
