#include "tasks/ml/svc_block.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "tasks/ml/random.hpp"

namespace kontor::ml {
namespace {

// Hard problems creep; what a pass still changes by then is noise.
constexpr int passes_max = 300;
constexpr std::size_t quads = svc_lanes / 4;
constexpr float infinity = std::numeric_limits<float>::infinity();

// Four numbers in one register of any 64-bit machine: wider ones would round differently from machine to machine.
using Quad = float __attribute__((vector_size(16)));
using Mask = std::int32_t __attribute__((vector_size(16)));

struct Lanes {
    Quad part[quads];

    static Lanes all(float value) {
        Lanes lanes;
        for (Quad& part : lanes.part) {
            part = Quad{value, value, value, value};
        }
        return lanes;
    }
    void set(std::size_t lane, float value) { part[lane / 4][lane % 4] = value; }
    float get(std::size_t lane) const { return part[lane / 4][lane % 4]; }
};

// Sums of `weights` at the row's columns.
Lanes product(std::span<const std::uint32_t> columns, std::span<const float> values, const std::vector<Lanes>& weights, const Lanes& bias) {
    Quad a = bias.part[0];
    Quad b = bias.part[1];
    Quad c = bias.part[2];
    Quad d = bias.part[3];
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const Lanes& at = weights[columns[i]];
        const float value = values[i];
        a += at.part[0] * value;
        b += at.part[1] * value;
        c += at.part[2] * value;
        d += at.part[3] * value;
    }
    return Lanes{{a, b, c, d}};
}

void add(std::span<const std::uint32_t> columns, std::span<const float> values, const Lanes& step, std::vector<Lanes>& weights) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        Lanes& at = weights[columns[i]];
        const float value = values[i];
        at.part[0] += step.part[0] * value;
        at.part[1] += step.part[1] * value;
        at.part[2] += step.part[2] * value;
        at.part[3] += step.part[3] * value;
    }
}

class Block {
 public:
    Block(
        const CsrMatrix& matrix,
        const std::vector<float>& squares,
        const std::vector<std::int32_t>& labels,
        std::int32_t first,
        std::size_t count,
        const SvcOptions& options
    )
        : matrix_(matrix),
          squares_(squares),
          labels_(labels),
          first_(first),
          count_(count),
          tolerance_(static_cast<float>(options.tolerance)),
          slack_rest_(static_cast<float>(0.5 / options.c)),
          weights_(matrix.width, Lanes::all(0)),
          alphas_(matrix.rows(), Lanes::all(0)) {
        std::array<std::size_t, svc_lanes> members{};
        for (const std::int32_t label : labels) {
            if (const std::size_t lane = lane_of(label); lane < count_) {
                ++members[lane];
            }
        }
        for (std::size_t lane = 0; lane < count_; ++lane) {
            const double odds = static_cast<double>(labels.size() - members[lane]) /
                                static_cast<double>(std::max<std::size_t>(members[lane], 1));
            slack_[lane] = static_cast<float>(0.5 / (options.c * std::pow(std::max(odds, 1.0), options.balance)));
            used_[lane / 4][lane % 4] = -1;
        }
    }

    void fit(const std::function<void()>& stop_point) {
        std::vector<std::uint32_t> order(matrix_.rows());
        std::iota(order.begin(), order.end(), 0U);
        std::size_t active = order.size();
        Random random(static_cast<std::uint64_t>(first_) + 1);
        for (int pass = 0; pass < passes_max; ++pass) {
            stop_point();
            for (std::size_t i = 0; i + 1 < active; ++i) {
                std::swap(order[i], order[i + random.below(active - i)]);
            }
            highest_ = Lanes::all(-infinity);
            lowest_ = Lanes::all(infinity);
            for (std::size_t i = 0; i < active;) {
                if (visit(order[i])) {
                    std::swap(order[i], order[--active]);
                } else {
                    ++i;
                }
            }
            if (is_settled()) {
                if (active == order.size()) {
                    break;
                }
                // Once more with the rows that were put aside: they may have come back into play.
                active = order.size();
                bound_ = Lanes::all(infinity);
                continue;
            }
            for (std::size_t lane = 0; lane < count_; ++lane) {
                bound_.set(lane, highest_.get(lane) > 0 ? highest_.get(lane) : infinity);
            }
        }
    }

    void write(std::size_t classes, std::vector<float>& weights, std::vector<float>& biases) const {
        const auto column = static_cast<std::size_t>(first_);
        for (std::size_t feature = 0; feature < weights_.size(); ++feature) {
            for (std::size_t lane = 0; lane < count_; ++lane) {
                weights[feature * classes + column + lane] = weights_[feature].get(lane);
            }
        }
        for (std::size_t lane = 0; lane < count_; ++lane) {
            biases[column + lane] = bias_.get(lane);
        }
    }

 private:
    // svc_lanes or more for a class of another block.
    std::size_t lane_of(std::int32_t label) const {
        const std::int32_t lane = label - first_;
        return lane < 0 ? svc_lanes : static_cast<std::size_t>(lane);
    }

    // One coordinate step in every lane. Gives whether no lane needs the row for now.
    bool visit(std::uint32_t row) {
        const auto columns = matrix_.columns_of(row);
        const auto values = matrix_.values_of(row);
        const Lanes sums = product(columns, values, weights_, bias_);
        Lanes sides = Lanes::all(-1);
        Lanes slack = Lanes::all(slack_rest_);
        if (const std::size_t lane = lane_of(labels_[row]); lane < count_) {
            sides.set(lane, 1);
            slack.set(lane, slack_[lane]);
        }
        Lanes& alpha = alphas_[row];
        Lanes step;
        Mask changed{};
        Mask needed{};
        const Quad zero{};
        for (std::size_t i = 0; i < quads; ++i) {
            const Quad before = alpha.part[i];
            const Quad gradient = sides.part[i] * sums.part[i] - 1.0F + before * slack.part[i];
            const Mask at_bound = before <= zero;
            const Quad projected = (at_bound & (gradient > zero)) ? zero : gradient;
            highest_.part[i] = projected > highest_.part[i] ? projected : highest_.part[i];
            lowest_.part[i] = projected < lowest_.part[i] ? projected : lowest_.part[i];
            const Quad wanted = before - gradient / (slack.part[i] + squares_[row]);
            const Quad after = used_[i] ? (wanted > zero ? wanted : zero) : zero;
            alpha.part[i] = after;
            step.part[i] = (after - before) * sides.part[i];
            changed |= after != before;
            needed |= used_[i] & ~(at_bound & (gradient > bound_.part[i]));
        }
        if ((changed[0] | changed[1] | changed[2] | changed[3]) != 0) {
            add(columns, values, step, weights_);
            for (std::size_t i = 0; i < quads; ++i) {
                bias_.part[i] += step.part[i];
            }
        }
        return (needed[0] | needed[1] | needed[2] | needed[3]) == 0;
    }

    bool is_settled() const {
        for (std::size_t lane = 0; lane < count_; ++lane) {
            if (highest_.get(lane) - lowest_.get(lane) > tolerance_) {
                return false;
            }
        }
        return true;
    }

    const CsrMatrix& matrix_;
    const std::vector<float>& squares_;
    const std::vector<std::int32_t>& labels_;
    std::int32_t first_;
    std::size_t count_;
    float tolerance_;
    float slack_rest_;
    std::array<float, svc_lanes> slack_{};
    Mask used_[quads] = {};
    Lanes bound_ = Lanes::all(infinity);
    Lanes highest_{};
    Lanes lowest_{};
    Lanes bias_ = Lanes::all(0);
    std::vector<Lanes> weights_;
    std::vector<Lanes> alphas_;
};

}  // namespace

std::vector<float> squared_lengths(const CsrMatrix& matrix) {
    std::vector<float> squares;
    squares.reserve(matrix.rows());
    for (std::size_t row = 0; row < matrix.rows(); ++row) {
        const auto values = matrix.values_of(row);
        squares.push_back(std::inner_product(values.begin(), values.end(), values.begin(), 1.0F));
    }
    return squares;
}

void fit_svc_block(
    const CsrMatrix& matrix,
    const std::vector<float>& squares,
    const std::vector<std::int32_t>& labels,
    std::int32_t first,
    std::size_t count,
    const SvcOptions& options,
    const std::function<void()>& stop_point,
    std::vector<float>& weights,
    std::vector<float>& biases
) {
    Block block(matrix, squares, labels, first, count, options);
    block.fit(stop_point);
    block.write(biases.size(), weights, biases);
}

}  // namespace kontor::ml
