// Probabilities -> rows of a predictions file: item_id,code,probability,status,alternatives.
// Thread: const members from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::tasks::model {

inline constexpr std::array<std::string_view, 5> prediction_columns{"item_id", "code", "probability", "status", "alternatives"};
inline constexpr std::size_t top_max = 100;

// Rows on their way to the file.
struct PredictionRows {
    std::string text;         // CSV
    std::vector<float> best;  // of each row, its code's probability
    std::int64_t classified = 0;
    void clear();
};

class PredictionText {
 public:
    // `allowed` says for each class whether it may be given; empty: all may. Without any that may, every item goes to
    // review with an empty code.
    // Requires: 1 <= top <= top_max, the code and `top - 1` alternatives.
    PredictionText(
        const std::vector<std::string>& classes, double threshold, std::size_t top, const std::vector<bool>& allowed = {}
    );
    void add(std::string_view id, std::span<const float> probabilities, PredictionRows& rows) const {
        add(id, probabilities, probabilities, rows);
    }
    // `clear` is held against the threshold in place of the probability that is written.
    void add(
        std::string_view id, std::span<const float> probabilities, std::span<const float> clear, PredictionRows& rows
    ) const;

 private:
    std::vector<std::size_t> allowed_;  // the classes that may be given
    std::vector<std::string> fields_;  // the codes as CSV fields
    std::vector<std::string> names_;   // and as JSON texts within a quoted field
    double threshold_;
    std::size_t top_;
};

// The likeliest `best.size()` of the classes, the earlier of equals first. Requires: no more than there are classes.
void choose_best(
    std::span<const float> probabilities, std::span<const std::size_t> classes, std::span<std::size_t> best
);

// Six digits behind the point, a half to the even neighbour, as std::to_chars gives them. Requires: 0 <= value <= 1.
void append_probability(std::string& out, float value);

}  // namespace kontor::tasks::model
