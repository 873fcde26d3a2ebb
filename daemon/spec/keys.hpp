// The keys of every map in a workflow. The parser, the JSON Schema for editors and the reference are held against this one list.
#pragma once

#include <array>
#include <string_view>

namespace kontor::spec::keys {

inline constexpr std::array<std::string_view, 11> workflow{
    "workflow", "title", "params", "partition", "triggers", "concurrency", "limits", "deadline", "defaults", "templates", "tasks",
};
inline constexpr std::array<std::string_view, 2> template_of_tasks{"params", "tasks"};
inline constexpr std::array<std::string_view, 3> use{"use", "after", "with"};
inline constexpr std::array<std::string_view, 5> partition{"key", "over", "period", "counts", "made_by"};
inline constexpr std::array<std::string_view, 16> trigger{
    "cron",  "every", "from", "timezone", "dst",    "business_days", "catchup",  "overlap", "event",
    "on",    "file",  "when", "params",   "dedupe", "batch",         "debounce",
};
inline constexpr std::array<std::string_view, 3> business_days{"move", "weekend", "holidays"};
inline constexpr std::array<std::string_view, 2> on{"workflow", "state"};
inline constexpr std::array<std::string_view, 2> dedupe{"key", "window"};
inline constexpr std::array<std::string_view, 3> batch{"count", "within", "key"};
inline constexpr std::array<std::string_view, 4> debounce{"quiet", "within", "count", "key"};
inline constexpr std::array<std::string_view, 2> dst{"gap", "fold"};
inline constexpr std::array<std::string_view, 1> catchup{"all"};
inline constexpr std::array<std::string_view, 3> concurrency{"group", "limit", "on_conflict"};
inline constexpr std::array<std::string_view, 2> limits{"attempts", "per_country"};
inline constexpr std::array<std::string_view, 2> defaults{"retry", "timeout"};
inline constexpr std::array<std::string_view, 5> backoff{"attempts", "backoff", "factor", "max", "jitter"};
inline constexpr std::array<std::string_view, 10> retry{
    "attempts", "backoff", "factor", "max", "jitter", "transient", "resource", "data", "config", "bug",
};
inline constexpr std::array<std::string_view, 3> timeout{"attempt", "total", "start"};
inline constexpr std::array<std::string_view, 1> cache{"for"};
inline constexpr std::array<std::string_view, 16> task{
    "uses", "cache", "title", "after", "per", "fan_out", "gate", "when", "with", "retry", "timeout", "role", "cores", "memory", "pools", "priority",
};
inline constexpr std::array<std::string_view, 5> gate{"pass", "any", "must", "ended", "within"};

}  // namespace kontor::spec::keys
