#include "tasks/ml/usual_values.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::ml {
namespace {

// Fewer values say nothing of what is usual.
constexpr std::size_t values_min = 3;
constexpr float farthest = 20;
// A value of a single item is a name, not a category.
constexpr std::uint32_t category_rows_min = 2;
constexpr std::size_t categories_max = 5000;
constexpr float unknown = std::numeric_limits<float>::quiet_NaN();

// Heavy tails, either side of zero.
float evened(double value) {
    return static_cast<float>(std::copysign(std::log1p(std::abs(value)), value));
}

}  // namespace

void UsualValues::range_codes(
    const std::vector<double>& column,
    const std::vector<std::int32_t>& labels,
    std::size_t classes,
    const std::vector<bool>& used,
    std::vector<Range>& ranges
) {
    std::vector<std::vector<float>> values(classes);
    std::vector<float> all;
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (used[row] && !std::isnan(column[row])) {
            values[static_cast<std::size_t>(labels[row])].push_back(evened(column[row]));
            all.push_back(values[static_cast<std::size_t>(labels[row])].back());
        }
    }
    std::sort(all.begin(), all.end());
    const float overall = all.empty() ? 1.0F : all[all.size() * 9 / 10] - all[all.size() / 10];
    // A code whose few items cost the same has some width all the same.
    const float narrowest = std::max(overall * 0.05F, 1e-3F);
    for (std::vector<float>& own : values) {
        Range range;
        if (own.size() >= values_min) {
            std::sort(own.begin(), own.end());
            range.middle = own[own.size() / 2];
            range.width = std::max(own[own.size() * 9 / 10] - own[own.size() / 10], narrowest);
        }
        ranges.push_back(range);
    }
}

UsualValues::Counts UsualValues::count(
    const std::vector<std::string>& column,
    const std::vector<std::int32_t>& labels,
    std::size_t classes,
    const std::vector<bool>& used
) {
    std::map<std::string_view, std::uint32_t> rows;
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (const auto value = trimmed(column[row]); used[row] && !value.empty()) {
            ++rows[value];
        }
    }
    std::erase_if(rows, [](const auto& entry) { return entry.second < category_rows_min; });
    if (rows.size() > categories_max) {
        std::vector<std::uint32_t> counts;
        for (const auto& [value, number] : rows) {
            counts.push_back(number);
        }
        std::nth_element(
            counts.begin(), counts.begin() + categories_max, counts.end(), std::greater<>()
        );
        std::erase_if(rows, [&](const auto& entry) {
            return entry.second <= counts[categories_max];
        });
    }
    Counts made;
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (const auto value = trimmed(column[row]); used[row] && rows.contains(value)) {
            ++made.by_value[std::string(value)][static_cast<std::uint32_t>(labels[row])];
        }
    }
    made.known.resize(classes);
    return made;
}

void UsualValues::total() {
    for (Counts& counts : categories_) {
        counts.all = 0;
        counts.known.assign(classes_, 0);
        for (const auto& [value, codes] : counts.by_value) {
            std::uint32_t rows = 0;
            for (const auto& [code, number] : codes) {
                counts.known[code] += number;
                rows += number;
            }
            counts.rows[value] = rows;
            counts.all += rows;
        }
    }
}

UsualValues UsualValues::fit(
    const Table& table,
    const std::vector<std::int32_t>& labels,
    std::size_t classes,
    const std::vector<bool>& used
) {
    UsualValues made;
    made.classes_ = classes;
    made.numeric_ = table.numeric.size();
    for (const auto& column : table.numeric) {
        range_codes(column, labels, classes, used, made.ranges_);
    }
    for (const auto& column : table.categorical) {
        made.categories_.push_back(count(column, labels, classes, used));
    }
    made.total();
    return made;
}

void UsualValues::append(
    const Table& table, std::size_t row, std::uint32_t code, std::vector<float>& out
) const {
    for (std::size_t i = 0; i < numeric_; ++i) {
        const Range& range = ranges_[i * classes_ + code];
        const double value = table.numeric[i][row];
        out.push_back(
            std::isnan(value) || std::isnan(range.middle)
                ? unknown
                : std::clamp((evened(value) - range.middle) / range.width, -farthest, farthest)
        );
    }
    for (std::size_t i = 0; i < categories_.size(); ++i) {
        const Counts& counts = categories_[i];
        const auto value = trimmed(table.categorical[i][row]);
        const auto found = counts.by_value.find(value);
        if (found == counts.by_value.end() || counts.known[code] == 0) {
            out.push_back(unknown);
            continue;
        }
        const auto own = found->second.find(code);
        const double seen = own == found->second.end() ? 0 : own->second;
        const double usual =
            static_cast<double>(counts.rows.find(value)->second) / static_cast<double>(counts.all);
        out.push_back(
            static_cast<float>(std::log((seen + usual) / (counts.known[code] + 1.0) / usual))
        );
    }
}

sdk::Json UsualValues::save(Sections& sections) const {
    std::vector<float> numbers;
    for (const Range& range : ranges_) {
        numbers.push_back(range.middle);
        numbers.push_back(range.width);
    }
    sections["usual.ranges"] = to_bytes(numbers);
    sdk::JsonArray columns;
    for (std::size_t i = 0; i < categories_.size(); ++i) {
        sdk::JsonArray names;
        std::vector<std::uint32_t> triples;
        for (const auto& [value, codes] : categories_[i].by_value) {
            for (const auto& [code, number] : codes) {
                triples.insert(
                    triples.end(), {static_cast<std::uint32_t>(names.size()), code, number}
                );
            }
            names.emplace_back(value);
        }
        sections["usual.counts." + std::to_string(i)] = to_bytes(triples);
        columns.push_back(sdk::JsonObject{{"values", std::move(names)}, {"entries", triples.size()}}
        );
    }
    return columns;
}

UsualValues UsualValues::load(
    const sdk::Json& value, const Sections& sections, const Schema& schema, std::size_t classes
) {
    UsualValues loaded;
    loaded.classes_ = classes;
    loaded.numeric_ = schema.numeric.size();
    const auto numbers =
        from_bytes<float>(section(sections, "usual.ranges"), 2 * loaded.numeric_ * classes);
    for (std::size_t i = 0; i < numbers.size(); i += 2) {
        loaded.ranges_.push_back({numbers[i], numbers[i + 1]});
    }
    if (!value.is_array() || value.get_array().size() != schema.categorical.size()) {
        broken_model("its categories do not fit its schema");
    }
    for (const sdk::Json& column : value.get_array()) {
        const sdk::Json& names = model_member(column, "values");
        const auto entries = static_cast<std::size_t>(model_number(column, "entries"));
        const std::string name = "usual.counts." + std::to_string(loaded.categories_.size());
        const auto triples = from_bytes<std::uint32_t>(section(sections, name), entries);
        Counts& counts = loaded.categories_.emplace_back();
        for (std::size_t i = 0; i + 2 < triples.size(); i += 3) {
            if (!names.is_array() || triples[i] >= names.get_array().size() ||
                triples[i + 1] >= classes) {
                broken_model("a category points outside");
            }
            const sdk::Json& text = names.get_array()[triples[i]];
            counts.by_value[text.is_string() ? std::string(text.get_string()) : std::string()]
                           [triples[i + 1]] = triples[i + 2];
        }
    }
    loaded.total();
    return loaded;
}

}  // namespace kontor::ml
