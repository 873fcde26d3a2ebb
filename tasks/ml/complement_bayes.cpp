#include "tasks/ml/complement_bayes.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::ml {

ComplementBayes ComplementBayes::fit(
    const CsrMatrix& matrix,
    std::span<const std::int32_t> labels,
    std::size_t classes,
    double alpha,
    const std::vector<bool>& used
) {
    const Postings rows = Postings::transpose(matrix);
    ComplementBayes made;
    std::vector<double> shown(classes);
    std::vector<double> counts(classes);
    std::vector<std::uint32_t> touched;
    double all = 0;
    for (std::uint32_t feature = 0; feature < rows.features(); ++feature) {
        double total = 0;
        const auto ids = rows.ids_of(feature);
        const auto values = rows.values_of(feature);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (!used[ids[i]]) {
                continue;
            }
            const auto label = static_cast<std::uint32_t>(labels[ids[i]]);
            if (counts[label] == 0) {
                touched.push_back(label);
            }
            counts[label] += static_cast<double>(values[i]);
            total += static_cast<double>(values[i]);
        }
        for (const std::uint32_t label : touched) {
            const double rest = std::max(total - counts[label], 0.0);
            made.deltas_.ids.push_back(label);
            made.deltas_.values.push_back(
                static_cast<float>(std::log(total + alpha) - std::log(rest + alpha))
            );
            shown[label] += counts[label];
            counts[label] = 0;
        }
        touched.clear();
        all += total;
        made.deltas_.begins.push_back(static_cast<std::uint32_t>(made.deltas_.ids.size()));
    }
    for (const double own : shown) {
        made.others_.push_back(
            static_cast<float>(std::log(std::max(all - own, 0.0) + alpha * (rows.features() + 1.0)))
        );
    }
    return made;
}

void ComplementBayes::score(
    std::span<const std::uint32_t> columns,
    std::span<const float> values,
    std::vector<float>& scores
) const {
    float weight = 0;
    for (const float value : values) {
        weight += value;
    }
    scores.resize(others_.size());
    for (std::size_t c = 0; c < scores.size(); ++c) {
        scores[c] = weight * others_[c];
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto ids = deltas_.ids_of(columns[i]);
        const auto deltas = deltas_.values_of(columns[i]);
        for (std::size_t j = 0; j < ids.size(); ++j) {
            scores[ids[j]] += values[i] * deltas[j];
        }
    }
}

sdk::Json ComplementBayes::save(Sections& sections) const {
    sections["bayes.others"] = to_bytes(others_);
    return deltas_.save(sections, "bayes.deltas");
}

ComplementBayes ComplementBayes::load(
    const sdk::Json& value, const Sections& sections, std::size_t classes, std::uint32_t words
) {
    ComplementBayes loaded;
    loaded.deltas_ = Postings::load(value, sections, "bayes.deltas", classes);
    loaded.others_ = from_bytes<float>(section(sections, "bayes.others"), classes);
    if (loaded.deltas_.features() != words) {
        broken_model("its scores do not fit its words");
    }
    return loaded;
}

}  // namespace kontor::ml
