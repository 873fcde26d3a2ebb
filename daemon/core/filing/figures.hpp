// What a country reports for a month: items, units and weight by code, and beside them everything that was sold and stands
// under no code, so that the difference is nothing. Pure; whole numbers (thousandths of a unit, grams), so that the same
// items give the same figures in whatever order they are added up. Thread: any. Owner: none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace kontor::core::filing {

struct Amount {
    std::int64_t items = 0;
    std::int64_t units_milli = 0;
    std::int64_t grams = 0;

    Amount& operator+=(const Amount& more);
    friend Amount operator+(Amount left, const Amount& right) { return left += right; }
    friend Amount operator-(const Amount& left, const Amount& right) {
        return {left.items - right.items, left.units_milli - right.units_milli, left.grams - right.grams};
    }
    friend bool operator==(const Amount&, const Amount&) = default;
};
// {"items": 3, "units": 4.5, "weight_kg": 1.25}
JsonObject to_json(const Amount& amount);
// "4.5" or "12": no more digits than it has, three at most.
std::string decimal(std::int64_t thousandths);
// "1.250": always three digits.
std::string decimal_fixed(std::int64_t thousandths);

struct Line {
    std::string code;
    Amount all;
    Amount reviewed;  // the part of it that people decided
    friend bool operator==(const Line&, const Line&) = default;
};

// What a run counted before anybody looked at what it left in doubt.
struct Counted {
    Amount sold;                  // those put aside included, as items alone: their amounts may be unreadable
    std::int64_t quarantined = 0;
    std::vector<Line> classified; // by code, each once
    bool balanced = true;         // the run's own check: every prediction is of an item, and the other way round
};

// What became of the doubts.
enum class Fate {
    Waiting,     // nobody has decided
    Unresolved,  // people differ, or could not say
    Code,
    Excluded,    // the law does not know such an item
};
struct Reviewed {
    Fate fate = Fate::Waiting;
    std::string code;  // of Fate::Code alone
    Amount amount;
};

struct Figures {
    Amount sold;
    Amount classified;
    Amount reviewed;
    Amount excluded;
    Amount waiting;
    Amount unresolved;
    Amount quarantined;
    bool run_balanced = true;
    std::vector<Line> lines;  // sorted by code, bytewise

    // sold - (classified + reviewed + excluded + waiting + unresolved + quarantined)
    Amount difference() const;
    bool balanced() const { return run_balanced && difference() == Amount{}; }
};
Figures reconcile(Counted counted, const std::vector<Reviewed>& reviewed);
// All of it but the lines, with `difference` and `balanced`.
JsonObject to_json(const Figures& figures);

struct Change {
    std::string code;
    Amount before;
    Amount after;
};
// The codes whose amounts differ, by code. Requires: both are sorted, as in Figures.
std::vector<Change> changes(const std::vector<Line>& before, const std::vector<Line>& after);

}  // namespace kontor::core::filing
