// The backfills that have not ended, with their periods. All of it follows from rows. Owner and thread: the conductor's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/backfill/backfill.hpp"
#include "ports/backfill_rows.hpp"

namespace kontor::engine {

struct OpenBackfill {
    ports::BackfillRow row;
    std::vector<ports::BackfillPeriodRow> periods{};

    core::backfill::State state() const {
        const Result<core::backfill::State> known = core::backfill::state_from(row.state);
        return known ? *known : core::backfill::State::Paused;  // of a later version: let it rest
    }
    // As the core sees them.
    std::vector<core::backfill::Period> seen() const {
        std::vector<core::backfill::Period> list;
        for (const ports::BackfillPeriodRow& each : periods) {
            const Result<core::backfill::PeriodState> known = core::backfill::period_state_from(each.state);
            list.push_back({each.period, known ? *known : core::backfill::PeriodState::Skipped, each.run.value_or(0)});
        }
        return list;
    }
    ports::BackfillPeriodRow* find(const std::string& period) {
        for (ports::BackfillPeriodRow& each : periods) {
            if (each.period == period) {
                return &each;
            }
        }
        return nullptr;
    }
};

struct BackfillDesk {
    std::map<std::int64_t, OpenBackfill> open;
    bool due = false;    // something changed: perhaps a period may begin
    bool ended = false;  // one has, in the batch that is being built
    OpenBackfill* find(std::int64_t id) {
        const auto found = open.find(id);
        return found == open.end() ? nullptr : &found->second;
    }
    // Those that ended are kept until their batch is taken.
    void sweep() {
        if (ended) {
            std::erase_if(open, [](const auto& entry) { return entry.second.row.finished_at.has_value(); });
            ended = false;
        }
    }
};

}  // namespace kontor::engine
