#include "tasks/ml/profile.hpp"

#include "tasks/ml/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace kontor::ml {
namespace {

constexpr std::uint32_t word_bins = 64;
constexpr int tenths = 10;
// Categories beyond these share a bin. Rare ones are one bin when profiles are compared; they are
// known here so that new ones are told from them.
constexpr std::size_t values_max = 400;
constexpr std::int64_t rows_per_bin_min = 5;
constexpr std::array<std::string_view, 4> kind_names{"words", "length", "number", "category"};

TextSpec word_spec() { return {Analyzer::Word, 1, 1, word_bins, false}; }

// Up to nine inner edges at the tenths of the values; equal ones are one. The values are put in
// order.
std::vector<double> tenth_edges(std::vector<double>& values) {
    std::vector<double> edges;
    if (values.empty()) {
        return edges;
    }
    std::sort(values.begin(), values.end());
    for (int tenth = 1; tenth < tenths; ++tenth) {
        const double edge = values[values.size() * static_cast<std::size_t>(tenth) / tenths];
        if (edges.empty() || edge > edges.back()) {
            edges.push_back(edge);
        }
    }
    return edges;
}

std::size_t bin_of(const std::vector<double>& edges, double value) {
    return static_cast<std::size_t>(
        std::lower_bound(edges.begin(), edges.end(), value) - edges.begin()
    );
}

// The commonest, sorted by name.
std::vector<std::string> common_values(const std::vector<std::string>& column, std::size_t most) {
    std::map<std::string_view, std::int64_t> counts;
    for (const std::string& value : column) {
        if (!value.empty()) {
            ++counts[value];
        }
    }
    std::vector<std::pair<std::int64_t, std::string_view>> order;
    order.reserve(counts.size());
    for (const auto& [value, count] : counts) {
        order.emplace_back(-count, value);
    }
    std::sort(order.begin(), order.end());
    order.resize(std::min(order.size(), most));
    std::vector<std::string> values;
    values.reserve(order.size());
    for (const auto& [count, value] : order) {
        values.emplace_back(value);
    }
    std::sort(values.begin(), values.end());
    return values;
}

void count_value(Distribution& into, std::string_view value) {
    const auto known = std::lower_bound(into.values.begin(), into.values.end(), value);
    std::size_t bin = into.values.size();
    if (value.empty()) {
        ++bin;
    } else if (known != into.values.end() && *known == value) {
        bin = static_cast<std::size_t>(known - into.values.begin());
    }
    ++into.counts[bin];
    ++into.rows;
}

std::size_t bins_of(const Distribution& distribution) {
    switch (distribution.kind) {
        case DistributionKind::Words:
            return word_bins;
        case DistributionKind::Length:
            return distribution.edges.size() + 1;
        case DistributionKind::Number:
            return distribution.edges.size() + 2;
        case DistributionKind::Category:
            return distribution.values.size() + 2;
    }
    return 0;
}

[[noreturn]] void damaged() {
    throw sdk::TaskFailure(
        sdk::FailureClass::Data,
        "the profile of the model's training rows is damaged: train the country again"
    );
}

sdk::Json distribution_json(const Distribution& distribution) {
    sdk::JsonArray edges(distribution.edges.begin(), distribution.edges.end());
    sdk::JsonArray values;
    for (const std::string& value : distribution.values) {
        values.emplace_back(value);
    }
    sdk::JsonArray counts(distribution.counts.begin(), distribution.counts.end());
    return sdk::JsonObject{
        {"feature", distribution.feature},
        {"kind", kind_names[static_cast<std::size_t>(distribution.kind)]},
        {"edges", std::move(edges)},
        {"values", std::move(values)},
        {"counts", std::move(counts)},
        {"rows", distribution.rows}};
}

Distribution distribution_from(const sdk::Json& stored) {
    Distribution distribution;
    try {
        const sdk::JsonObject& object = stored.as_object();
        distribution.feature = object.at("feature").as_string();
        const auto kind = std::find(
            kind_names.begin(), kind_names.end(), std::string_view(object.at("kind").as_string())
        );
        if (kind == kind_names.end()) {
            damaged();
        }
        distribution.kind = static_cast<DistributionKind>(kind - kind_names.begin());
        for (const sdk::Json& edge : object.at("edges").as_array()) {
            distribution.edges.push_back(edge.to_number<double>());
        }
        for (const sdk::Json& value : object.at("values").as_array()) {
            distribution.values.emplace_back(value.as_string());
        }
        for (const sdk::Json& count : object.at("counts").as_array()) {
            distribution.counts.push_back(count.to_number<std::int64_t>());
        }
        distribution.rows = object.at("rows").to_number<std::int64_t>();
    } catch (const std::exception&) {
        damaged();
    }
    if (distribution.counts.size() != bins_of(distribution) ||
        !std::is_sorted(distribution.edges.begin(), distribution.edges.end()) ||
        !std::is_sorted(distribution.values.begin(), distribution.values.end())) {
        damaged();
    }
    return distribution;
}

Distribution words_of(const std::string& column) {
    return {column, DistributionKind::Words, {}, {}, std::vector<std::int64_t>(word_bins), 0};
}

Distribution lengths_of(const std::string& column, const std::vector<std::string>& texts) {
    TextHasher hasher;
    std::vector<double> lengths;
    lengths.reserve(texts.size());
    for (const std::string& text : texts) {
        hasher.set_text(text);
        lengths.push_back(static_cast<double>(hasher.hashes(word_spec()).size()));
    }
    return {column + " (words)", DistributionKind::Length, tenth_edges(lengths), {}, {}, 0};
}

Distribution numbers_of(const std::string& column, const std::vector<double>& all) {
    std::vector<double> known;
    std::copy_if(all.begin(), all.end(), std::back_inserter(known), [](double value) {
        return !std::isnan(value);
    });
    return {column, DistributionKind::Number, tenth_edges(known), {}, {}, 0};
}

}  // namespace

Profile Profile::of(const Table& rows, const Schema& schema) {
    Profile profile;
    for (std::size_t i = 0; i < schema.text.size(); ++i) {
        profile.features.push_back(words_of(schema.text[i]));
        profile.features.push_back(lengths_of(schema.text[i], rows.text[i]));
    }
    for (std::size_t i = 0; i < schema.numeric.size(); ++i) {
        profile.features.push_back(numbers_of(schema.numeric[i], rows.numeric[i]));
    }
    for (std::size_t i = 0; i < schema.categorical.size(); ++i) {
        profile.features.push_back(
            {schema.categorical[i],
             DistributionKind::Category,
             {},
             common_values(rows.categorical[i], values_max),
             {},
             0}
        );
    }
    profile.codes = {
        "codes",
        DistributionKind::Category,
        {},
        common_values(rows.labels, rows.labels.size()),
        {},
        0};
    Profile counted = profile.emptied();
    counted.add(rows);
    for (const std::string& label : rows.labels) {
        counted.add_code(label);
    }
    return counted;
}

Profile Profile::emptied() const {
    Profile empty = *this;
    empty.rows = 0;
    for (Distribution& each : empty.features) {
        each.counts.assign(bins_of(each), 0);
        each.rows = 0;
    }
    empty.codes.counts.assign(bins_of(empty.codes), 0);
    empty.codes.rows = 0;
    return empty;
}

void Profile::add(const Table& table) {
    TextHasher hasher;
    const TextSpec spec = word_spec();
    auto feature = features.begin();
    for (const std::vector<std::string>& column : table.text) {
        Distribution& words = *feature++;
        Distribution& lengths = *feature++;
        for (const std::string& text : column) {
            hasher.set_text(text);
            const auto hashes = hasher.hashes(spec);
            for (const std::uint32_t hash : hashes) {
                ++words.counts[column_of(hash, word_bins)];
            }
            ++words.rows;
            ++lengths.counts[bin_of(lengths.edges, static_cast<double>(hashes.size()))];
            ++lengths.rows;
        }
    }
    for (const std::vector<double>& column : table.numeric) {
        Distribution& numbers = *feature++;
        for (const double value : column) {
            ++numbers.counts
                  [std::isnan(value) ? numbers.edges.size() + 1 : bin_of(numbers.edges, value)];
            ++numbers.rows;
        }
    }
    for (const std::vector<std::string>& column : table.categorical) {
        Distribution& categories = *feature++;
        for (const std::string& value : column) {
            count_value(categories, value);
        }
    }
    rows += static_cast<std::int64_t>(table.rows());
}

void Profile::add_code(std::string_view code) { count_value(codes, code); }

sdk::Json to_json(const Profile& profile) {
    sdk::JsonArray features;
    for (const Distribution& each : profile.features) {
        features.push_back(distribution_json(each));
    }
    return sdk::JsonObject{
        {"rows", profile.rows},
        {"features", std::move(features)},
        {"codes", distribution_json(profile.codes)}};
}

Profile profile_from(const sdk::Json& stored) {
    const auto* object = stored.if_object();
    if (object == nullptr || !object->contains("features") || !object->contains("codes") ||
        !object->contains("rows") || !object->at("features").is_array() ||
        !object->at("rows").is_int64()) {
        damaged();
    }
    Profile profile;
    profile.rows = object->at("rows").get_int64();
    for (const sdk::Json& each : object->at("features").get_array()) {
        profile.features.push_back(distribution_from(each));
    }
    profile.codes = distribution_from(object->at("codes"));
    return profile;
}

Shift shift_between(const Distribution& before, const Distribution& now) {
    Shift shift;
    if (before.rows == 0 || now.rows == 0) {
        return shift;
    }
    std::vector<double> p;
    std::vector<double> q;
    double rare_before = 0;
    double rare_now = 0;
    bool rare = false;
    double unseen = 0;
    for (std::size_t bin = 0; bin < before.counts.size(); ++bin) {
        const auto was = static_cast<double>(before.counts[bin]);
        const auto is = static_cast<double>(now.counts[bin]);
        const bool is_missing =
            before.kind == DistributionKind::Category && bin + 1 == before.counts.size();
        unseen += was == 0 && !is_missing ? is : 0;
        if (before.counts[bin] < rows_per_bin_min) {
            rare = rare || was + is > 0;
            rare_before += was;
            rare_now += is;
            continue;
        }
        p.push_back(was);
        q.push_back(is);
    }
    if (rare) {
        p.push_back(rare_before);
        q.push_back(rare_now);
    }
    const auto bins = static_cast<double>(p.size());
    double all_p = 0.5 * bins;
    double all_q = 0.5 * bins;
    for (std::size_t i = 0; i < p.size(); ++i) {
        all_p += p[i];
        all_q += q[i];
    }
    if (p.size() < 2 || all_p == 0.5 * bins || all_q == 0.5 * bins) {
        return shift;  // texts without a word, say
    }
    for (std::size_t i = 0; i < p.size(); ++i) {
        const double a = (p[i] + 0.5) / all_p;
        const double b = (q[i] + 0.5) / all_q;
        const double middle = (a + b) / 2;
        shift.psi += (b - a) * std::log(b / a);
        shift.js += (a * std::log2(a / middle) + b * std::log2(b / middle)) / 2;
    }
    const double chance = (bins - 1) * (1 / (all_p - 0.5 * bins) + 1 / (all_q - 0.5 * bins));
    shift.psi = std::max(0.0, shift.psi - chance);
    shift.js = std::max(0.0, shift.js - chance / 8 / std::numbers::ln2);
    shift.unseen =
        before.kind == DistributionKind::Category ? unseen / static_cast<double>(now.rows) : 0;
    return shift;
}

}  // namespace kontor::ml
