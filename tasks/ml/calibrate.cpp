#include "tasks/ml/calibrate.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::ml {
namespace {

// A share of each truth is spread over all classes, the less the more rows there are: without it a few rows that are all
// right would make a model certain of everything.
double log_loss_at(const Scores& scores, std::span<const std::int32_t> labels, double temperature) {
    double loss = 0;
    const double spread = 1.0 / (static_cast<double>(labels.size()) + 2.0);
    for (std::size_t row = 0; row < labels.size(); ++row) {
        if (labels[row] < 0) {
            continue;
        }
        const auto values = scores.row(row);
        const float top = *std::max_element(values.begin(), values.end());
        double sum = 0;
        double mean = 0;
        for (const float value : values) {
            const double scaled = static_cast<double>(value - top) / temperature;
            sum += std::exp(scaled);
            mean += scaled / static_cast<double>(values.size());
        }
        const double truth = static_cast<double>(values[static_cast<std::size_t>(labels[row])] - top) / temperature;
        loss += std::log(sum) - (1.0 - spread) * truth - spread * mean;
    }
    return loss;
}

}  // namespace

void softmax(std::span<float> scores, double temperature) {
    const float top = *std::max_element(scores.begin(), scores.end());
    const auto scale = static_cast<float>(1.0 / temperature);
    float sum = 0;
    for (float& score : scores) {
        score = std::exp((score - top) * scale);
        sum += score;
    }
    for (float& score : scores) {
        score /= sum;
    }
}

double fit_temperature(const Scores& scores, std::span<const std::int32_t> labels, double otherwise) {
    if (std::none_of(labels.begin(), labels.end(), [](std::int32_t label) { return label >= 0; })) {
        return otherwise;
    }
    // Golden-section search over the logarithm: the loss has one valley in 1/T.
    constexpr double ratio = 0.6180339887498949;
    double low = std::log(0.02);
    double high = std::log(50.0);
    double left = high - ratio * (high - low);
    double right = low + ratio * (high - low);
    double loss_left = log_loss_at(scores, labels, std::exp(left));
    double loss_right = log_loss_at(scores, labels, std::exp(right));
    for (int step = 0; step < 24; ++step) {
        if (loss_left <= loss_right) {
            high = right;
            right = left;
            loss_right = loss_left;
            left = high - ratio * (high - low);
            loss_left = log_loss_at(scores, labels, std::exp(left));
        } else {
            low = left;
            left = right;
            loss_left = loss_right;
            right = low + ratio * (high - low);
            loss_right = log_loss_at(scores, labels, std::exp(right));
        }
    }
    return std::exp((low + high) / 2);
}

}  // namespace kontor::ml
