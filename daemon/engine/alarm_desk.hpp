// What is remembered of alarms and readings. Owner and thread: the conductor's.
#pragma once

#include "ports/alarm_rows.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace kontor::engine {

struct AlarmDesk {
    std::map<std::pair<std::string, std::string>, ports::AlarmRow> alarms{};  // by country, name
    // By country and metric, the periods' values of readings that belong to no feature; the newest
    // past_periods_max of them.
    std::map<std::pair<std::string, std::string>, std::map<std::string, double>> past{};

    void remember(
        const std::string& country, const std::string& metric, const core::alarm::Past& past
    );
    std::vector<core::alarm::Past> past_of(const std::string& country, const std::string& metric)
        const;
};

}  // namespace kontor::engine
