// A zone of a test's own rules, so that the core is tested without the tz database.
#pragma once

#include <string>
#include <vector>

#include "core/schedule/schedule.hpp"

namespace kontor::core::schedule::testing {

// Offsets by instant, in order; the first counts from the beginning of time.
class FakeZone : public Zone {
 public:
    struct Rule {
        Instant from;
        std::chrono::seconds offset;
    };
    explicit FakeZone(std::vector<Rule> rules) : rules_(std::move(rules)) {}

    std::string_view name() const override { return "Test/Fake"; }

    LocalTime to_local(Instant instant) const override {
        return LocalTime(std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch() + offset_at(instant));
    }

    LocalMapping to_utc(LocalTime local) const override {
        std::vector<Instant> instants;
        for (const Rule& rule : rules_) {
            const Instant candidate(local.time_since_epoch() - rule.offset);
            if (to_local(candidate) == local && (instants.empty() || instants.back() != candidate)) {
                instants.push_back(candidate);
            }
        }
        if (instants.size() > 1) {
            return {LocalMapping::Kind::Fold, std::min(instants[0], instants[1]), std::max(instants[0], instants[1])};
        }
        if (instants.size() == 1) {
            return {LocalMapping::Kind::Unique, instants[0], instants[0]};
        }
        for (std::size_t i = 1; i < rules_.size(); ++i) {
            const LocalTime before(rules_[i].from.time_since_epoch() / std::chrono::seconds(1) * std::chrono::seconds(1) + rules_[i - 1].offset);
            const LocalTime behind = before + (rules_[i].offset - rules_[i - 1].offset);
            if (local >= before && local < behind) {
                return {LocalMapping::Kind::Gap, rules_[i].from, rules_[i].from};
            }
        }
        return {};
    }

 private:
    std::chrono::seconds offset_at(Instant instant) const {
        std::chrono::seconds offset = rules_.front().offset;
        for (const Rule& rule : rules_) {
            offset = rule.from <= instant ? rule.offset : offset;
        }
        return offset;
    }

    std::vector<Rule> rules_;
};

inline Instant at(std::string_view iso) { return instant_from_iso(iso).value(); }

// Central Europe in 2026: forward on 29 March at 01:00Z, back on 25 October at 01:00Z.
inline std::shared_ptr<const Zone> central_europe() {
    using std::chrono::hours;
    return std::make_shared<FakeZone>(std::vector<FakeZone::Rule>{
        {at("1970-01-01T00:00:00Z"), hours(1)}, {at("2026-03-29T01:00:00Z"), hours(2)}, {at("2026-10-25T01:00:00Z"), hours(1)}
    });
}

inline Schedule schedule(std::string_view cron, std::shared_ptr<const Zone> zone = central_europe()) {
    Schedule made;
    made.text = cron;
    made.cron = parse_cron(cron).value();
    made.zone = std::move(zone);
    return made;
}

// The next `count` fires after `from`, one a line, without fractions.
inline std::vector<std::string> fires(const Schedule& schedule, std::string_view from, int count) {
    std::vector<std::string> found;
    std::optional<Instant> after = at(from);
    while (count-- > 0 && (after = next_fire(schedule, *after))) {
        found.push_back(to_iso(*after).substr(0, 19));
    }
    return found;
}

}  // namespace kontor::core::schedule::testing
