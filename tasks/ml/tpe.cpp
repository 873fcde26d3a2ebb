#include "tasks/ml/tpe.hpp"

#include <algorithm>
#include <cmath>

namespace kontor::ml {
namespace {

// The share of observations that count as good, and how many at most.
constexpr double good_share = 0.2;
constexpr std::size_t good_max = 25;
constexpr std::size_t drawn_count = 32;
// What a kernel leaves to the other families and choices.
constexpr double choice_spread = 0.25;
constexpr double width_min = 0.04;

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

using Spaces = std::vector<std::vector<Dimension>>;

class Mixture {
  public:
    Mixture(const Spaces& spaces, std::vector<Proposal> kernels)
        : spaces_(spaces), kernels_(std::move(kernels)) {
        for (std::size_t family = 0; family < spaces.size(); ++family) {
            const auto own =
                std::count_if(kernels_.begin(), kernels_.end(), [&](const Proposal& k) {
                    return k.family == family;
                });
            const auto dimensions = static_cast<double>(spaces[family].size());
            widths_.push_back(std::max(
                0.25 * std::pow(
                           static_cast<double>(std::max<std::ptrdiff_t>(own, 1)),
                           -1.0 / (dimensions + 4)
                       ),
                width_min
            ));
        }
    }
    void add(Proposal kernel) { kernels_.push_back(std::move(kernel)); }

    // Everywhere is possible: the prior is one kernel among the others.
    Proposal draw(Random& random) const {
        const std::size_t which = random.below(kernels_.size() + 1);
        if (which == kernels_.size()) {
            return draw_anywhere(random, random.below(spaces_.size()));
        }
        const Proposal& kernel = kernels_[which];
        if (random.unit() < choice_spread) {
            const std::size_t family = random.below(spaces_.size());
            if (family != kernel.family) {
                return draw_anywhere(random, family);
            }
        }
        Proposal drawn = kernel;
        const auto& space = spaces_[kernel.family];
        for (std::size_t i = 0; i < space.size(); ++i) {
            // One number is drawn for each dimension, used or not: what follows does not shift.
            const double at = kernel.place[i] ? *kernel.place[i] : 0.5;
            if (space[i].kind == Dimension::Kind::Choice) {
                const double other = random.unit();
                drawn.place[i] = random.unit() < choice_spread ? other : at;
            } else {
                drawn.place[i] = draw_near(random, at, widths_[kernel.family]);
            }
        }
        settle(space, drawn.place);
        return drawn;
    }

    double log_density(const Proposal& at) const {
        double sum = prior(at) / static_cast<double>(spaces_.size());
        for (const Proposal& kernel : kernels_) {
            sum += density(kernel, at);
        }
        return std::log(sum / static_cast<double>(kernels_.size() + 1));
    }

  private:
    Proposal draw_anywhere(Random& random, std::size_t family) const {
        return {family, random_place(spaces_[family], random)};
    }
    static double draw_near(Random& random, double at, double width) {
        for (int i = 0; i < 20; ++i) {
            const double radius = std::sqrt(-2 * std::log(1.0 - random.unit()));
            const double drawn =
                at + width * radius * std::cos(2 * 3.14159265358979323846 * random.unit());
            if (drawn >= 0 && drawn < 1) {
                return drawn;
            }
        }
        return random.unit();
    }
    double prior(const Proposal& at) const {
        double density = 1;
        for (std::size_t i = 0; i < at.place.size(); ++i) {
            const Dimension& dimension = spaces_[at.family][i];
            if (at.place[i] && dimension.kind == Dimension::Kind::Choice) {
                density /= static_cast<double>(dimension.choices.size());
            }
        }
        return density;
    }
    double density(const Proposal& kernel, const Proposal& at) const {
        const auto families = static_cast<double>(spaces_.size());
        if (kernel.family != at.family) {
            return choice_spread / families * prior(at);
        }
        double density = 1 - choice_spread + choice_spread / families;
        const double width = widths_[at.family];
        for (std::size_t i = 0; i < at.place.size(); ++i) {
            if (!at.place[i]) {
                continue;
            }
            const Dimension& dimension = spaces_[at.family][i];
            if (dimension.kind == Dimension::Kind::Choice) {
                const auto count = static_cast<double>(dimension.choices.size());
                const bool same = kernel.place[i] && std::floor(*kernel.place[i] * count) ==
                                                         std::floor(*at.place[i] * count);
                density *= choice_spread / count + (same ? 1 - choice_spread : 0.0);
            } else if (kernel.place[i]) {
                const double middle = *kernel.place[i];
                const double inside =
                    normal_cdf((1 - middle) / width) - normal_cdf(-middle / width);
                const double away = (*at.place[i] - middle) / width;
                density *= std::exp(-away * away / 2) / (width * 2.5066282746310002 * inside);
            }
        }
        return density;
    }

    const Spaces& spaces_;
    std::vector<Proposal> kernels_;
    std::vector<double> widths_;
};

}  // namespace

Proposal propose(
    const Spaces& spaces,
    const std::vector<Observation>& observations,
    std::size_t number,
    std::uint64_t seed
) {
    std::vector<Observation> order = observations;
    std::stable_sort(order.begin(), order.end(), [](const Observation& a, const Observation& b) {
        return a.value > b.value;
    });
    const auto wanted =
        static_cast<std::size_t>(std::ceil(good_share * static_cast<double>(order.size())));
    const std::size_t good_count = std::min({wanted, good_max, order.size()});
    std::vector<Proposal> good;
    std::vector<Proposal> bad;
    for (std::size_t i = 0; i < order.size(); ++i) {
        (i < good_count ? good : bad).push_back(order[i].proposal);
    }
    const Mixture among_good(spaces, std::move(good));
    Mixture among_bad(spaces, std::move(bad));
    Proposal chosen;
    for (std::size_t turn = 0; turn <= number; ++turn) {
        Random random(seed ^ (static_cast<std::uint64_t>(turn) + 1) * 0x9e3779b97f4a7c15ULL);
        double best = -INFINITY;
        for (std::size_t i = 0; i < drawn_count; ++i) {
            Proposal drawn = among_good.draw(random);
            const double ratio = among_good.log_density(drawn) - among_bad.log_density(drawn);
            if (ratio > best) {
                best = ratio;
                chosen = std::move(drawn);
            }
        }
        among_bad.add(chosen);
    }
    return chosen;
}

}  // namespace kontor::ml
