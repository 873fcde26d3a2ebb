#include "tasks/model/confusion.hpp"

#include <algorithm>
#include <numeric>

namespace kontor::tasks::model {
namespace {

// The positions of the codes with the most rows, by code.
std::vector<std::size_t> shown_codes(
    std::span<const ml::Judged> judged, const std::vector<std::string>& codes
) {
    std::vector<std::int64_t> rows(codes.size(), 0);
    for (const ml::Judged& one : judged) {
        ++rows[static_cast<std::size_t>(one.truth)];
        ++rows[static_cast<std::size_t>(one.predicted)];
    }
    std::vector<std::size_t> order(codes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return rows[a] > rows[b];
    });
    order.erase(
        std::find_if(order.begin(), order.end(), [&](std::size_t i) { return rows[i] == 0; }),
        order.end()
    );
    order.resize(std::min(order.size(), confusion_codes_max));
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return codes[a] < codes[b];
    });
    return order;
}

}  // namespace

sdk::Json confusion_of(std::span<const ml::Judged> judged, const std::vector<std::string>& codes) {
    const std::vector<std::size_t> shown = shown_codes(judged, codes);
    const std::size_t other = shown.size();
    std::vector<std::size_t> place(codes.size(), other);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        place[shown[i]] = i;
    }
    std::vector<std::vector<std::int64_t>> counts(
        other + 1, std::vector<std::int64_t>(other + 1, 0)
    );
    bool lumped = false;
    for (const ml::Judged& one : judged) {
        const std::size_t truth = place[static_cast<std::size_t>(one.truth)];
        const std::size_t predicted = place[static_cast<std::size_t>(one.predicted)];
        lumped = lumped || truth == other || predicted == other;
        ++counts[truth][predicted];
    }
    const std::size_t size = lumped ? other + 1 : other;
    sdk::JsonArray names;
    sdk::JsonArray rows;
    for (std::size_t truth = 0; truth < size; ++truth) {
        names.emplace_back(truth == other ? "other" : codes[shown[truth]]);
        sdk::JsonArray row;
        for (std::size_t predicted = 0; predicted < size; ++predicted) {
            row.emplace_back(counts[truth][predicted]);
        }
        rows.emplace_back(std::move(row));
    }
    return sdk::JsonObject{{"codes", std::move(names)}, {"counts", std::move(rows)}};
}

}  // namespace kontor::tasks::model
