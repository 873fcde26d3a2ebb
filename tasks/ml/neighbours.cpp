#include "tasks/ml/neighbours.hpp"

#include <algorithm>

namespace kontor::ml {

Neighbours Neighbours::fit(const CsrMatrix& matrix, std::span<const std::int32_t> labels) {
    Neighbours made;
    const std::size_t step = (matrix.rows() + items_max - 1) / items_max;
    CsrMatrix sample;
    sample.width = matrix.width;
    for (std::size_t row = 0; row < matrix.rows(); row += std::max<std::size_t>(step, 1)) {
        const auto columns = matrix.columns_of(row);
        const auto values = matrix.values_of(row);
        sample.columns.insert(sample.columns.end(), columns.begin(), columns.end());
        sample.values.insert(sample.values.end(), values.begin(), values.end());
        sample.end_row();
        made.codes_.push_back(static_cast<std::uint32_t>(labels[row]));
        made.rows_.push_back(static_cast<std::uint32_t>(row));
    }
    const Postings all = Postings::transpose(sample);
    for (std::uint32_t feature = 0; feature < all.features(); ++feature) {
        const auto ids = all.ids_of(feature);
        const auto values = all.values_of(feature);
        if (ids.size() <= word_items_max) {
            made.items_.ids.insert(made.items_.ids.end(), ids.begin(), ids.end());
            made.items_.values.insert(made.items_.values.end(), values.begin(), values.end());
        }
        made.items_.begins.push_back(static_cast<std::uint32_t>(made.items_.ids.size()));
    }
    return made;
}

const std::vector<Neighbours::Found>& Neighbours::nearest(
    std::span<const std::uint32_t> columns,
    std::span<const float> values,
    std::size_t count,
    std::span<const std::uint8_t> folds,
    std::uint8_t own,
    Search& search
) const {
    search.sums.resize(codes_.size());
    search.touched.clear();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto ids = items_.ids_of(columns[i]);
        const auto theirs = items_.values_of(columns[i]);
        for (std::size_t j = 0; j < ids.size(); ++j) {
            if (search.sums[ids[j]] == 0) {
                search.touched.push_back(ids[j]);
            }
            search.sums[ids[j]] += values[i] * theirs[j];
        }
    }
    search.found.clear();
    for (const std::uint32_t item : search.touched) {
        if (folds.empty() || folds[rows_[item]] != own) {
            search.found.push_back({item, codes_[item], search.sums[item]});
        }
        search.sums[item] = 0;
    }
    const auto better = [](const Found& a, const Found& b) {
        return a.similarity != b.similarity ? a.similarity > b.similarity : a.item < b.item;
    };
    const std::size_t kept = std::min(count, search.found.size());
    std::partial_sort(
        search.found.begin(),
        search.found.begin() + static_cast<std::ptrdiff_t>(kept),
        search.found.end(),
        better
    );
    search.found.resize(kept);
    return search.found;
}

sdk::Json Neighbours::save(Sections& sections) const {
    sections["neighbours.codes"] = to_bytes(codes_);
    return sdk::JsonObject{
        {"items", codes_.size()}, {"index", items_.save(sections, "neighbours.index")}};
}

Neighbours Neighbours::load(
    const sdk::Json& value, const Sections& sections, std::size_t classes, std::uint32_t words
) {
    Neighbours loaded;
    const auto items = static_cast<std::size_t>(model_number(value, "items"));
    loaded.codes_ = from_bytes<std::uint32_t>(section(sections, "neighbours.codes"), items);
    if (std::any_of(loaded.codes_.begin(), loaded.codes_.end(), [&](std::uint32_t code) {
            return code >= classes;
        })) {
        broken_model("a remembered item has no code");
    }
    loaded.items_ =
        Postings::load(model_member(value, "index"), sections, "neighbours.index", items);
    if (loaded.items_.features() != words) {
        broken_model("its items do not fit its words");
    }
    return loaded;
}

}  // namespace kontor::ml
