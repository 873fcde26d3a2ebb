#include "tasks/ml/features.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "tasks/ml/murmur.hpp"

namespace kontor::ml {
namespace {

// Two text columns times three n-gram families of 2^18, with room: more is a mistake, not a model.
constexpr std::size_t hashed_columns_max = std::size_t{1} << 26U;

std::size_t hashed_width(const Table& table, const TextOptions& options) {
    std::size_t width = 0;
    for (const TextSpec& spec : options.specs) {
        width += spec.features;
    }
    width *= table.text.size();
    if (width > hashed_columns_max) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config, "too many hashed text columns: give fewer text columns or smaller tables"
        );
    }
    return width;
}

// Calls `use(offset, cells)` with the raw counts of each (text column, spec) and its block's first column.
template <class Use>
void each_block(const Table& table, std::size_t row, const TextOptions& options, Scratch& scratch, const Use& use) {
    std::uint32_t offset = 0;
    for (const auto& column : table.text) {
        scratch.hasher.set_text(column[row]);
        for (const TextSpec& spec : options.specs) {
            use(offset, scratch.hasher.count(spec));
            offset += spec.features;
        }
    }
}

// Most n-grams stand once in their text.
float damped(float count) { return count == 1.0F ? 1.0F : std::copysign(1.0F + std::log(std::abs(count)), count); }

// The `columns_max` most frequent columns of at least `min_rows` rows, ascending.
std::vector<std::uint32_t> frequent(const std::vector<std::uint32_t>& row_counts, const TextOptions& options) {
    std::vector<std::uint32_t> kept;
    for (std::uint32_t column = 0; column < row_counts.size(); ++column) {
        if (row_counts[column] >= std::max(options.min_rows, 1U)) {
            kept.push_back(column);
        }
    }
    if (options.columns_max > 0 && kept.size() > options.columns_max) {
        std::stable_sort(kept.begin(), kept.end(), [&](std::uint32_t a, std::uint32_t b) {
            return row_counts[a] > row_counts[b];
        });
        kept.resize(options.columns_max);
        std::sort(kept.begin(), kept.end());
    }
    return kept;
}

}  // namespace

void broken_model(std::string_view what) {
    throw sdk::TaskFailure(sdk::FailureClass::Data, "the model file is broken: " + std::string(what));
}

const std::string& section(const Sections& sections, std::string_view name) {
    const auto found = sections.find(name);
    if (found == sections.end()) {
        broken_model("it has no section " + std::string(name));
    }
    return found->second;
}

const sdk::Json& model_member(const sdk::Json& value, std::string_view name) {
    const auto* object = value.if_object();
    const sdk::Json* found = object == nullptr ? nullptr : object->if_contains(name);
    if (found == nullptr) {
        broken_model("its header has no " + std::string(name));
    }
    return *found;
}

double model_number(const sdk::Json& value, std::string_view name) {
    const sdk::Json& found = model_member(value, name);
    if (!found.is_number()) {
        broken_model(std::string(name) + " is no number");
    }
    return found.to_number<double>();
}

TextFeatures TextFeatures::fit(
    const Table& train, const TextOptions& options, const std::function<void()>& stop_point, CsrMatrix& matrix
) {
    TextFeatures features;
    features.options_ = options;
    std::vector<std::uint32_t> row_counts(hashed_width(train, options));
    Scratch scratch;
    for (std::size_t row = 0; row < train.rows(); ++row) {
        if (row % 1024 == 0) {
            stop_point();
        }
        each_block(train, row, options, scratch, [&](std::uint32_t offset, std::span<const Cell> cells) {
            for (const Cell& cell : cells) {
                row_counts[offset + cell.column] += cell.value != 0 ? 1U : 0U;
            }
        });
    }
    features.kept_ = frequent(row_counts, options);
    for (const std::uint32_t column : features.kept_) {
        const auto rows = static_cast<double>(train.rows());
        features.weights_.push_back(static_cast<float>(std::log((1.0 + rows) / (1.0 + row_counts[column])) + 1.0));
    }
    features.hashed_columns_ = row_counts.size();
    features.index_.assign(features.kept_, features.hashed_columns_);
    for (std::size_t row = 0; row < train.rows(); ++row) {
        if (row % 1024 == 0) {
            stop_point();
        }
        features.append(train, row, scratch, matrix);
        matrix.end_row();
    }
    matrix.width = features.width();
    return features;
}

void TextFeatures::select(std::span<const std::uint32_t> columns) {
    std::vector<std::uint32_t> kept;
    std::vector<float> weights;
    for (const std::uint32_t column : columns) {
        kept.push_back(kept_[column]);
        weights.push_back(weights_[column]);
    }
    kept_ = std::move(kept);
    weights_ = std::move(weights);
    index_.assign(kept_, hashed_columns_);
}

void TextFeatures::weigh(std::span<Cell> block) const {
    double squares = 0;
    for (Cell& cell : block) {
        cell.value = damped(cell.value) * (options_.tfidf ? weights_[cell.column] : 1.0F);
        squares += static_cast<double>(cell.value) * static_cast<double>(cell.value);
    }
    if (options_.tfidf && squares > 0) {
        const auto scale = static_cast<float>(1.0 / std::sqrt(squares));
        for (Cell& cell : block) {
            cell.value *= scale;
        }
    }
}

// Unknown n-grams are dropped before the known ones are summed: two runs over short arrays without a branch that could be
// mistaken.
std::span<Cell> TextFeatures::known_cells(const TextSpec& spec, std::uint32_t offset, Scratch& scratch) const {
    const std::span<const std::uint32_t> hashes = scratch.hasher.hashes(spec);
    constexpr std::uint32_t sign_bit = 1U << 31U;
    const std::uint32_t sign_mask = spec.alternate_sign ? sign_bit : 0U;
    if (scratch.columns.size() < hashes.size()) {
        scratch.columns.resize(2 * hashes.size());
    }
    std::uint32_t* const columns = scratch.columns.data();
    std::size_t known = 0;
    for (const std::uint32_t hash : hashes) {
        const std::int32_t column = index_.find(offset + column_of(hash, spec.features));
        columns[known] = static_cast<std::uint32_t>(column) | (hash & sign_mask);
        known += column >= 0 ? 1U : 0U;
    }
    scratch.sums.begin(kept_.size(), known);
    for (std::size_t i = 0; i < known; ++i) {
        scratch.sums.add(columns[i] & ~sign_bit, (columns[i] & sign_bit) == 0 ? 1.0F : -1.0F);
    }
    const std::span<Cell> cells = scratch.sums.cells();
    if (!spec.alternate_sign) {
        return cells;
    }
    const auto end = std::remove_if(cells.begin(), cells.end(), [](const Cell& cell) { return cell.value == 0; });
    return cells.first(static_cast<std::size_t>(end - cells.begin()));
}

void TextFeatures::append(const Table& table, std::size_t row, Scratch& scratch, CsrMatrix& out) const {
    std::uint32_t offset = 0;
    for (const auto& column : table.text) {
        scratch.hasher.set_text(column[row]);
        for (const TextSpec& spec : options_.specs) {
            const std::span<Cell> block = known_cells(spec, offset, scratch);
            weigh(block);
            for (const Cell& cell : block) {
                out.add(cell.column, cell.value);
            }
            offset += spec.features;
        }
    }
}

sdk::Json TextFeatures::save(Sections& sections) const {
    sections["text.kept"] = to_bytes(kept_);
    sections["text.weights"] = to_bytes(weights_);
    sdk::JsonArray specs;
    for (const TextSpec& spec : options_.specs) {
        specs.push_back(to_json(spec));
    }
    return sdk::JsonObject{
        {"specs", std::move(specs)},
        {"min_rows", options_.min_rows},
        {"tfidf", options_.tfidf},
        {"columns", kept_.size()},
        {"hashed_columns", hashed_columns_}};
}

TextFeatures TextFeatures::load(const sdk::Json& value, const Sections& sections, std::size_t texts) {
    TextFeatures features;
    const sdk::Json& specs = model_member(value, "specs");
    if (!specs.is_array()) {
        broken_model("its text features are no list");
    }
    std::size_t of_one_text = 0;
    for (const sdk::Json& spec : specs.get_array()) {
        features.options_.specs.push_back(text_spec_from(spec));
        of_one_text += features.options_.specs.back().features;
    }
    const sdk::Json& tfidf = model_member(value, "tfidf");
    features.options_.tfidf = tfidf.is_bool() && tfidf.get_bool();
    features.options_.min_rows = static_cast<std::uint32_t>(model_number(value, "min_rows"));
    const auto columns = static_cast<std::size_t>(model_number(value, "columns"));
    const auto hashed = static_cast<std::size_t>(model_number(value, "hashed_columns"));
    if (hashed > hashed_columns_max || columns > hashed || hashed != texts * of_one_text) {
        broken_model("its text features have impossible sizes");
    }
    features.kept_ = from_bytes<std::uint32_t>(section(sections, "text.kept"), columns);
    features.weights_ = from_bytes<float>(section(sections, "text.weights"), columns);
    if (std::adjacent_find(features.kept_.begin(), features.kept_.end(), std::greater_equal<>()) != features.kept_.end()) {
        broken_model("its text features are out of order");
    }
    if (!features.kept_.empty() && features.kept_.back() >= hashed) {
        broken_model("a text feature lies outside its table");
    }
    features.hashed_columns_ = hashed;
    features.index_.assign(features.kept_, hashed);
    return features;
}

ScaledNumbers ScaledNumbers::fit(const Table& train, double weight) {
    ScaledNumbers numbers;
    numbers.weight_ = weight;
    for (const auto& column : train.numeric) {
        std::vector<double> known;
        std::copy_if(column.begin(), column.end(), std::back_inserter(known), [](double x) { return !std::isnan(x); });
        Scale scale;
        if (!known.empty()) {
            const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
            std::nth_element(known.begin(), middle, known.end());
            const double median = *middle;
            const auto [low, high] = std::minmax_element(known.begin(), known.end());
            // Prices and weights: most are small, a few are huge.
            scale.log = *low >= 0 && *high > 20 * median && *high > 1;
            if (scale.log) {
                std::transform(known.begin(), known.end(), known.begin(), [](double x) { return std::log1p(x); });
            }
            const auto count = static_cast<double>(known.size());
            scale.mean = std::accumulate(known.begin(), known.end(), 0.0) / count;
            double squares = 0;
            for (const double x : known) {
                squares += (x - scale.mean) * (x - scale.mean);
            }
            const double deviation = std::sqrt(squares / count);
            // A constant column says nothing: its value becomes 0.
            scale.deviation = std::isfinite(deviation) && deviation > 1e-12 ? deviation : 1.0;
        }
        numbers.scales_.push_back(scale);
    }
    return numbers;
}

void ScaledNumbers::append(const Table& table, std::size_t row, std::uint32_t first_column, CsrMatrix& out) const {
    for (std::uint32_t i = 0; i < scales_.size(); ++i) {
        const double value = table.numeric[i][row];
        if (std::isnan(value)) {
            out.add(first_column + 2 * i + 1, static_cast<float>(weight_));
            continue;
        }
        const Scale& scale = scales_[i];
        const double even = scale.log ? std::log1p(std::max(value, 0.0)) : value;
        // A value far outside what was seen must not outvote everything else.
        const double standard = std::clamp((even - scale.mean) / scale.deviation, -5.0, 5.0);
        out.add(first_column + 2 * i, static_cast<float>(weight_ * standard));
    }
}

sdk::Json ScaledNumbers::save() const {
    sdk::JsonArray scales;
    for (const Scale& scale : scales_) {
        scales.push_back(sdk::JsonObject{{"log", scale.log}, {"mean", scale.mean}, {"deviation", scale.deviation}});
    }
    return sdk::JsonObject{{"weight", weight_}, {"scales", std::move(scales)}};
}

ScaledNumbers ScaledNumbers::load(const sdk::Json& value) {
    ScaledNumbers numbers;
    numbers.weight_ = model_number(value, "weight");
    const sdk::Json& scales = model_member(value, "scales");
    if (!scales.is_array()) {
        broken_model("its number scales are no list");
    }
    for (const sdk::Json& scale : scales.get_array()) {
        const sdk::Json& log = model_member(scale, "log");
        numbers.scales_.push_back(
            {log.is_bool() && log.get_bool(), model_number(scale, "mean"), model_number(scale, "deviation")}
        );
        if (!std::isfinite(numbers.scales_.back().mean) || !(numbers.scales_.back().deviation > 0)) {
            broken_model("a number has no scale");
        }
    }
    return numbers;
}

void HashedCategories::append(const Table& table, std::size_t row, std::uint32_t first_column, CsrMatrix& out) const {
    for (std::uint32_t i = 0; i < columns_; ++i) {
        const std::string_view value = trimmed(table.categorical[i][row]);
        if (!value.empty()) {
            out.add(first_column + i * buckets + murmur3(value) % buckets, static_cast<float>(weight_));
        }
    }
}

std::string HashedCategories::name_of(
    std::uint32_t column, const Table& table, const std::vector<std::string>& headers
) const {
    const std::uint32_t which = column / buckets;
    std::map<std::string_view, std::size_t> found;
    for (const std::string& value : table.categorical[which]) {
        if (const std::string_view name = trimmed(value); !name.empty() && murmur3(name) % buckets == column % buckets) {
            ++found[name];
        }
    }
    const auto most =
        std::max_element(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return headers[which] + " = " + (most == found.end() ? "?" : std::string(most->first));
}

}  // namespace kontor::ml
