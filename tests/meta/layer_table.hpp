// The layer table of ARCHITECTURE.md, and whether an include is allowed by it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::meta {

// A row: `room` is a folder ("daemon/core", "tasks/sdk"); the longest room that holds a file is the
// file's room.
struct Room {
    std::string folder;
    std::vector<std::string>
        rooms;  // folders or single files it may include, besides itself; "*" is everything
    std::vector<std::string>
        libraries;  // prefixes of <...> includes; "posix" is the system's; "*" is everything
    std::vector<std::string> in_sources;  // the same, in .cpp files only
};

struct LayerTable {
    std::vector<Room> rooms;
    const Room* room_of(std::string_view path) const;
};

struct Finding {
    std::string where;    // "daemon/core/run/x.cpp:12"
    std::string message;  // the rule, and what to do instead
};

// Reads the rows between <!-- layers:begin --> and <!-- layers:end -->. nullopt: no such table, or
// a row without four cells.
std::optional<LayerTable> read_layer_table(std::string_view markdown);

// One finding per include that the table does not allow.
std::vector<Finding> check_includes(
    const LayerTable& table, std::string_view path, std::string_view source
);

}  // namespace kontor::meta
