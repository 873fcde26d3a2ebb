#include "tasks/model/prediction_text.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "tasks/csv/writer.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::model {

void choose_best(
    std::span<const float> probabilities, std::span<const std::size_t> classes, std::span<std::size_t> best
) {
    std::size_t chosen = 0;
    for (const std::size_t c : classes) {
        if (chosen == best.size() && !(probabilities[c] > probabilities[best.back()])) {
            continue;
        }
        std::size_t at = chosen < best.size() ? chosen++ : chosen - 1;
        for (; at > 0 && probabilities[c] > probabilities[best[at - 1]]; --at) {
            best[at] = best[at - 1];
        }
        best[at] = c;
    }
}

namespace {

std::string quotes_doubled(std::string_view text) {
    std::string doubled;
    for (const char c : text) {
        doubled.append(c == '"' ? 2U : 1U, c);
    }
    return doubled;
}

}  // namespace

void append_probability(std::string& out, float value) {
    // A float times 10^6 = 15625 * 2^6 has 38 bits and is exact as a double: it is rounded once, here.
    auto millionths = static_cast<std::uint32_t>(std::lrint(static_cast<double>(value) * 1e6));
    std::array<char, 8> digits{'0', '.'};
    digits[0] = static_cast<char>('0' + millionths / 1'000'000);
    for (std::size_t at = digits.size() - 1; at > 1; --at) {
        digits[at] = static_cast<char>('0' + millionths % 10);
        millionths /= 10;
    }
    out.append(digits.data(), digits.size());
}

void PredictionRows::clear() {
    text.clear();
    best.clear();
    classified = 0;
}

PredictionText::PredictionText(
    const std::vector<std::string>& classes, double threshold, std::size_t top, const std::vector<bool>& allowed
)
    : threshold_(threshold) {
    for (std::size_t c = 0; c < classes.size(); ++c) {
        csv::append_field(fields_.emplace_back(), classes[c]);
        names_.push_back(quotes_doubled(boost::json::serialize(sdk::Json(classes[c]))));
        if (allowed.empty() || allowed[c]) {
            allowed_.push_back(c);
        }
    }
    top_ = std::min(top, allowed_.size());
}

void PredictionText::add(
    std::string_view id, std::span<const float> probabilities, std::span<const float> clear, PredictionRows& rows
) const {
    std::string& out = rows.text;
    csv::append_field(out, id);
    out += ',';
    if (allowed_.empty()) {
        out += ",0.000000,review,[]\n";
        rows.best.push_back(0);
        return;
    }
    std::array<std::size_t, top_max> order;
    choose_best(probabilities, allowed_, std::span(order).first(top_));
    const float best = probabilities[order[0]];
    const bool sure = static_cast<double>(clear[order[0]]) >= threshold_;
    out += fields_[order[0]];
    out += ',';
    append_probability(out, best);
    out += sure ? ",classified," : ",review,";
    // A JSON list of lists; within quotes only when there is something in it.
    out += top_ > 1 ? "\"[" : "[";
    for (std::size_t i = 1; i < top_; ++i) {
        out += i == 1 ? "[" : ",[";
        out += names_[order[i]];
        out += ',';
        append_probability(out, probabilities[order[i]]);
        out += ']';
    }
    out += top_ > 1 ? "]\"\n" : "]\n";
    rows.best.push_back(best);
    rows.classified += sure ? 1 : 0;
}

}  // namespace kontor::tasks::model
