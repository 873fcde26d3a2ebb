#include "tasks/ml/postings.hpp"

#include <algorithm>

namespace kontor::ml {

Postings Postings::transpose(const CsrMatrix& matrix) {
    Postings made;
    made.begins.assign(std::size_t{matrix.width} + 1, 0);
    for (const std::uint32_t column : matrix.columns) {
        ++made.begins[column + 1];
    }
    for (std::size_t i = 1; i < made.begins.size(); ++i) {
        made.begins[i] += made.begins[i - 1];
    }
    made.ids.resize(matrix.columns.size());
    made.values.resize(matrix.columns.size());
    std::vector<std::uint32_t> next(made.begins.begin(), made.begins.end() - 1);
    for (std::size_t row = 0; row < matrix.rows(); ++row) {
        const auto columns = matrix.columns_of(row);
        const auto values = matrix.values_of(row);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::uint32_t at = next[columns[i]]++;
            made.ids[at] = static_cast<std::uint32_t>(row);
            made.values[at] = values[i];
        }
    }
    return made;
}

sdk::Json Postings::save(Sections& sections, const std::string& name) const {
    sections[name + ".begins"] = to_bytes(begins);
    sections[name + ".ids"] = to_bytes(ids);
    sections[name + ".values"] = to_bytes(values);
    return sdk::JsonObject{{"features", features()}, {"entries", ids.size()}};
}

Postings Postings::load(
    const sdk::Json& value, const Sections& sections, const std::string& name, std::size_t ids_end
) {
    Postings loaded;
    const auto features = static_cast<std::size_t>(model_number(value, "features"));
    const auto entries = static_cast<std::size_t>(model_number(value, "entries"));
    loaded.begins = from_bytes<std::uint32_t>(section(sections, name + ".begins"), features + 1);
    loaded.ids = from_bytes<std::uint32_t>(section(sections, name + ".ids"), entries);
    loaded.values = from_bytes<float>(section(sections, name + ".values"), entries);
    if (loaded.begins.front() != 0 || loaded.begins.back() != entries ||
        !std::is_sorted(loaded.begins.begin(), loaded.begins.end()) ||
        std::any_of(loaded.ids.begin(), loaded.ids.end(), [&](std::uint32_t id) {
            return id >= ids_end;
        })) {
        broken_model("its index " + name + " points outside");
    }
    return loaded;
}

}  // namespace kontor::ml
