// Scores -> probabilities by a softmax whose one parameter, the temperature, is learned on rows not used in training.
// Thread: pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tasks/ml/model.hpp"

namespace kontor::ml {

// Replaces scores by probabilities. One score alone becomes 1.
void softmax(std::span<float> scores, double temperature);

// The temperature with the least log-loss (smoothed by one row or so); rows whose label is -1 do not count.
// Ensures: from 0.02 to 50; `otherwise` when no row counts.
double fit_temperature(const Scores& scores, std::span<const std::int32_t> labels, double otherwise);

}  // namespace kontor::ml
