#include "zones/zones.hpp"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>

#include "base/nearest.hpp"

namespace kontor::zones {
namespace {

using core::schedule::LocalMapping;
using core::schedule::LocalTime;
using std::chrono::seconds;

Instant from_seconds(date::sys_seconds at) { return Instant(at.time_since_epoch()); }

class SystemZone : public core::schedule::Zone {
 public:
    explicit SystemZone(const date::time_zone* zone) : zone_(zone), name_(zone->name()) {}

    std::string_view name() const override { return name_; }

    LocalMapping to_utc(LocalTime local) const override {
        const date::local_seconds at(local.time_since_epoch());
        const date::local_info known = zone_->get_info(at);
        const auto shifted = [&](const date::sys_info& rule) {
            return from_seconds(date::sys_seconds(at.time_since_epoch() - rule.offset));
        };
        switch (known.result) {
            case date::local_info::nonexistent: {
                const Instant begin = from_seconds(known.first.end);
                return {LocalMapping::Kind::Gap, begin, begin};
            }
            case date::local_info::ambiguous:
                return {LocalMapping::Kind::Fold, shifted(known.first), shifted(known.second)};
            case date::local_info::unique: {
                const Instant instant = shifted(known.first);
                return {LocalMapping::Kind::Unique, instant, instant};
            }
        }
        KONTOR_UNREACHABLE();
    }

    LocalTime to_local(Instant instant) const override {
        const auto at = std::chrono::floor<seconds>(instant);
        const date::sys_info rule = zone_->get_info(date::sys_seconds(at.time_since_epoch()));
        return LocalTime(at.time_since_epoch() + rule.offset);
    }

 private:
    const date::time_zone* zone_;  // lives as long as the program
    std::string name_;
};

// The library throws when there is no tz database at all; this is the one place that catches it.
Result<const date::tzdb*> database() {
    try {
        return &date::get_tzdb();
    } catch (const std::runtime_error& fault) {
        return unavailable("zones", std::string("no time zone database (package tzdata): ") + fault.what());
    }
}

}  // namespace

Result<std::shared_ptr<const core::schedule::Zone>> find_zone(std::string_view name) {
    const auto zones = database();
    if (!zones) {
        return zones.error();
    }
    for (const date::time_zone& zone : (*zones)->zones) {
        if (zone.name() == name) {
            return std::make_shared<const SystemZone>(&zone);
        }
    }
    const std::string near = nearest(name, zone_names());
    return invalid(
        "zones", "there is no time zone '" + std::string(name.substr(0, 64)) + "'" +
                     (near.empty() ? "; names look like Europe/Luxembourg" : "; did you mean " + near + "?")
    );
}

std::vector<std::string> zone_names() {
    std::vector<std::string> names;
    if (const auto zones = database()) {
        for (const date::time_zone& zone : (*zones)->zones) {
            names.push_back(zone.name());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace kontor::zones
