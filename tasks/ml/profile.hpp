// What rows look like, in a few hundred counts: kept with a model of the rows that it learned from,
// and held against the rows that it is used on.
//
// A distribution per feature: of a text column its words (hashed into 64 bins) and how many words a
// text has; of a number its tenths, with a bin for missing ones; of a category its commonest
// values, with bins for other and for missing ones; and of the codes.
//
// Thread: a value; one writer.
#pragma once

#include "tasks/ml/table.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::ml {

enum class DistributionKind { Words, Length, Number, Category };

struct Distribution {
    std::string feature;
    DistributionKind kind = DistributionKind::Category;
    std::vector<double> edges{};  // Number, Length: ascending; bin i holds values up to edges[i],
                                  // and the one behind them the rest
    std::vector<std::string> values{};  // Category: those that have a bin of their own, sorted
    std::vector<std::int64_t>
        counts{};  // per bin. Number: missing ones last. Category: other ones, then missing ones
    std::int64_t rows = 0;  // that were counted
};

struct Profile {
    std::int64_t rows = 0;
    std::vector<Distribution> features{};
    Distribution codes{};

    // Of rows with labels. Chooses the bins.
    static Profile of(const Table& rows, const Schema& schema);
    // The same bins, and nothing in them.
    Profile emptied() const;
    // Requires: rows of the schema that the profile was made with.
    void add(const Table& rows);
    void add_code(std::string_view code);
};
sdk::Json to_json(const Profile& profile);
// Errors: TaskFailure(Data) for anything but what to_json gives.
Profile profile_from(const sdk::Json& stored);

// How far two samples of a distribution lie apart, less what chance alone would give.
struct Shift {
    double psi = 0;     // population stability index: sum over bins of (q - p) ln(q / p); under 0.1
                        // nothing, over 0.25 much
    double js = 0;      // Jensen-Shannon divergence in bits, 0 to 1
    double unseen = 0;  // Category: share of the rows whose value had no row before
};
// Bins with fewer than 5 rows before are one bin. Half a row is added to each bin (Jeffreys), so
// that empty ones have a logarithm. Of samples from one distribution with B bins, n and m counts,
// PSI is about chi-squared with B - 1 degrees of freedom times (1/n + 1/m) (B. Yurdakul,
// "Statistical properties of population stability index", 2018); its mean (B - 1)(1/n + 1/m) is
// taken off, and an eighth of it, in bits, off the divergence, which near equality is an eighth of
// the same sum of squares. Less than nothing is 0. Requires: `now` has the bins of `before`.
Shift shift_between(const Distribution& before, const Distribution& now);

}  // namespace kontor::ml
