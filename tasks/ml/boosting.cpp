#include "tasks/ml/boosting.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace kontor::ml {
namespace {

// What lies behind: the trees of `done` rounds, and every loss that was told on the way, from which
// patience and the pruner come to the same thoughts again.
struct Behind {
    int done = 0;
    std::vector<std::pair<int, double>> losses;
    std::string trees;
};

template <class Number>
void put(std::string& out, Number value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class Number>
bool take(std::string_view& in, Number& value) {
    if (in.size() < sizeof value) {
        return false;
    }
    std::memcpy(&value, in.data(), sizeof value);
    in.remove_prefix(sizeof value);
    return true;
}

std::string pack(const Behind& behind) {
    std::string out;
    put(out, std::int32_t{behind.done});
    put(out, static_cast<std::int32_t>(behind.losses.size()));
    for (const auto& [rounds, loss] : behind.losses) {
        put(out, std::int32_t{rounds});
        put(out, loss);
    }
    return out + behind.trees;
}

std::optional<Behind> unpack(std::string_view bytes, int rounds) {
    Behind behind;
    std::int32_t count = 0;
    if (!take(bytes, behind.done) || !take(bytes, count) || behind.done < 1 ||
        behind.done > rounds || count < 0 || count > behind.done) {
        return std::nullopt;
    }
    behind.losses.resize(static_cast<std::size_t>(count));
    for (auto& [at, loss] : behind.losses) {
        if (!take(bytes, at) || !take(bytes, loss)) {
            return std::nullopt;
        }
    }
    behind.trees = bytes;
    return behind;
}

Behind where_it_was(const Boosting& plan, const FitControl& control) {
    const std::optional<std::string> kept = control.checkpoint();
    if (!kept) {
        return {};
    }
    std::optional<Behind> behind = unpack(*kept, plan.rounds);
    if (!behind) {
        control.say("begins anew: what an earlier attempt kept is of another fit");
        return {};
    }
    control.say(
        "goes on after round " + std::to_string(behind->done) + " of at most " +
        std::to_string(plan.rounds) + ", where an earlier attempt was"
    );
    return std::move(*behind);
}

void configure(Booster& booster, const Boosting& plan, const FitControl& control) {
    plan.configure(booster);
    booster.set("seed", std::to_string(control.seed % 2'000'000'000U));
    booster.set("seed_per_iteration", "true");
}

Booster booster_for(const Boosting& plan, const FitControl& control, const Behind& behind) {
    Booster booster(plan.train, plan.watched);
    if (behind.done > 0) {
        booster.load(behind.trees);
    }
    configure(booster, plan, control);
    return booster;
}

class Course {
  public:
    explicit Course(const Boosting& plan) : plan_(plan), best_(plan.rounds) {}
    // False: the boosting ends here.
    bool goes_on(int done, double loss, const FitControl& control) {
        if (loss < least_) {
            least_ = loss;
            best_ = done;
        } else if (done - best_ >= plan_.patience) {
            return false;
        }
        return control.goes_on(done, loss);
    }
    int best() const { return best_; }

  private:
    const Boosting& plan_;
    double least_ = INFINITY;
    int best_;
};

}  // namespace

Boosted boost(const Boosting& plan, const FitControl& control) {
    Behind behind = where_it_was(plan, control);
    Booster booster = booster_for(plan, control, behind);
    Course course(plan);
    bool goes_on = true;
    for (const auto& [done, loss] : behind.losses) {
        goes_on = goes_on && course.goes_on(done, loss, control);
    }
    for (int done = behind.done + 1; goes_on && done <= plan.rounds; ++done) {
        control.stop_point();
        control.progress(
            plan.progress_from + (plan.progress_to - plan.progress_from) * (done - 1) / plan.rounds,
            plan.what
        );
        booster.update(done - 1, plan.train);
        if (const std::optional<double> loss = plan.loss(booster, done)) {
            behind.losses.emplace_back(done, *loss);
            goes_on = course.goes_on(done, *loss, control);
        }
        booster.forget_random_numbers();
        configure(booster, plan, control);
        control.keep_checkpoint([&] {
            behind.done = done;
            behind.trees = booster.to_bytes();
            return pack(behind);
        });
    }
    return {std::move(booster), course.best()};
}

}  // namespace kontor::ml
