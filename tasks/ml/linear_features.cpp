#include "tasks/ml/linear_features.hpp"

#include <algorithm>
#include <iterator>

namespace kontor::ml {

std::vector<std::string> LinearFeatures::names(
    const Schema& schema, const Table& table, std::span<const std::uint32_t> columns
) const {
    std::vector<std::uint32_t> of_text;
    std::copy_if(columns.begin(), columns.end(), std::back_inserter(of_text), [&](std::uint32_t column) {
        return column < text_.width();
    });
    std::vector<std::string> texts = text_.names(table, schema.text, of_text);
    std::vector<std::string> names;
    std::size_t next = 0;
    for (const std::uint32_t column : columns) {
        if (column < text_.width()) {
            names.push_back(std::move(texts[next++]));
            continue;
        }
        const std::uint32_t rest = column - text_.width();
        if (rest < numbers_.width()) {
            names.push_back(schema.numeric[rest / 2] + (rest % 2 == 0 ? "" : " is missing"));
            continue;
        }
        names.push_back(categories_.name_of(rest - numbers_.width(), table, schema.categorical));
    }
    return names;
}

}  // namespace kontor::ml
