#include "meta/layer_table.hpp"

#include "meta/source_lines.hpp"

#include <algorithm>
#include <array>

namespace kontor::meta {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

// "`base`, `core`" -> {"base", "core"}; "-" -> {}.
std::vector<std::string> names_in(std::string_view cell) {
    std::vector<std::string> names;
    for (std::size_t open = cell.find('`'); open != std::string_view::npos;
         open = cell.find('`', open)) {
        const std::size_t close = cell.find('`', open + 1);
        if (close == std::string_view::npos) {
            break;
        }
        names.emplace_back(cell.substr(open + 1, close - open - 1));
        open = close + 1;
    }
    return names;
}

std::vector<std::string_view> cells_of(std::string_view row) {
    std::vector<std::string_view> cells;
    for (std::size_t at = 1; at < row.size();) {
        const std::size_t bar = row.find('|', at);
        if (bar == std::string_view::npos) {
            break;
        }
        cells.push_back(row.substr(at, bar - at));
        at = bar + 1;
    }
    return cells;
}

bool is_posix(std::string_view header) {
    static constexpr std::array<std::string_view, 4> folders{"sys/", "netinet/", "arpa/", "linux/"};
    for (const std::string_view folder : folders) {
        if (starts_with(header, folder)) {
            return true;
        }
    }
    static constexpr std::array<std::string_view, 19> files{
        "unistd.h",
        "fcntl.h",
        "signal.h",
        "poll.h",
        "pwd.h",
        "grp.h",
        "netdb.h",
        "dirent.h",
        "spawn.h",
        "sched.h",
        "errno.h",
        "stdio.h",
        "stdlib.h",
        "dlfcn.h",
        "pthread.h",
        "termios.h",
        "time.h",
        "string.h",
        "malloc.h"};
    return std::find(files.begin(), files.end(), header) != files.end();
}

bool is_standard(std::string_view header) {
    return header.find('/') == std::string_view::npos && header.find('.') == std::string_view::npos;
}

bool library_allowed(const std::vector<std::string>& allowed, std::string_view header) {
    return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& name) {
        return name == "*" || (name == "posix" && is_posix(header)) ||
               (name != "posix" && starts_with(header, name));
    });
}

// "core/run/x.hpp" -> "daemon/core/run/x.hpp": the daemon's rooms are named without their root.
std::string from_root(std::string_view included) {
    const bool rooted = starts_with(included, "tasks/") || starts_with(included, "daemon/") ||
                        starts_with(included, "proto/");
    return rooted ? std::string(included) : "daemon/" + std::string(included);
}

bool inside(std::string_view path, std::string_view folder) {
    return path == folder ||
           (starts_with(path, folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text.empty() ? "nothing else" : text;
}

void check_project_include(
    const Room& room,
    const Line& line,
    std::string_view path,
    std::string_view included,
    std::vector<Finding>& findings
) {
    const std::string target = from_root(included);
    const bool allowed =
        inside(target, room.folder) ||
        std::any_of(room.rooms.begin(), room.rooms.end(), [&](const std::string& name) {
            return name == "*" || inside(target, from_root(name));
        });
    if (!allowed) {
        findings.push_back(
            {place(path, line.number),
             room.folder + " may not include \"" + std::string(included) + "\"; it may use " +
                 joined(room.rooms) +
                 ". Move what is shared down, or pass it in through an interface (ARCHITECTURE.md, "
                 "Rooms)"}
        );
    }
}

void check_library_include(
    const Room& room,
    const Line& line,
    std::string_view path,
    std::string_view header,
    std::vector<Finding>& findings
) {
    static constexpr std::array<std::string_view, 4> impure{
        "thread", "mutex", "filesystem", "fstream"};
    if (room.folder == "daemon/core" &&
        std::find(impure.begin(), impure.end(), header) != impure.end()) {
        findings.push_back(
            {place(path, line.number),
             "core may not include <" + std::string(header) +
                 ">; it decides and does nothing: return an effect and let the engine act "
                 "(ARCHITECTURE.md, Rooms)"}
        );
        return;
    }
    if (is_standard(header) || library_allowed(room.libraries, header)) {
        return;
    }
    const bool is_source = path.size() > 4 && path.substr(path.size() - 4) == ".cpp";
    if (library_allowed(room.in_sources, header)) {
        if (!is_source) {
            findings.push_back(
                {place(path, line.number),
                 "<" + std::string(header) +
                     "> is heavy or an implementation's own and belongs in .cpp files: "
                     "forward-declare, or hide it behind an interface"}
            );
        }
        return;
    }
    findings.push_back(
        {place(path, line.number),
         room.folder + " may not include <" + std::string(header) +
             ">; use a room that owns this library, or add it to the table with a reason "
             "(ARCHITECTURE.md, Rooms)"}
    );
}

}  // namespace

const Room* LayerTable::room_of(std::string_view path) const {
    const Room* best = nullptr;
    for (const Room& room : rooms) {
        if (inside(path, room.folder) &&
            (best == nullptr || room.folder.size() > best->folder.size())) {
            best = &room;
        }
    }
    return best;
}

std::optional<LayerTable> read_layer_table(std::string_view markdown) {
    const std::size_t begin = markdown.find("<!-- layers:begin -->");
    const std::size_t end = markdown.find("<!-- layers:end -->");
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) {
        return std::nullopt;
    }
    LayerTable table;
    for (const Line& line : lines_of(markdown.substr(begin, end - begin))) {
        if (!starts_with(line.text, "| `")) {
            continue;
        }
        const std::vector<std::string_view> cells = cells_of(line.text);
        if (cells.size() < 4 || names_in(cells[0]).size() != 1) {
            return std::nullopt;
        }
        table.rooms.push_back(
            {names_in(cells[0])[0], names_in(cells[1]), names_in(cells[2]), names_in(cells[3])}
        );
    }
    return table;
}

std::vector<Finding> check_includes(
    const LayerTable& table, std::string_view path, std::string_view source
) {
    std::vector<Finding> findings;
    const Room* room = table.room_of(path);
    if (room == nullptr) {
        findings.push_back(
            {place(path, 1),
             "this folder is no room: add a row to the table in ARCHITECTURE.md that says what it "
             "may include"}
        );
        return findings;
    }
    for (const Line& line : lines_of(source)) {
        const std::size_t hash = line.text.find_first_not_of(" \t");
        if (hash == std::string_view::npos || !starts_with(line.text.substr(hash), "#include")) {
            continue;
        }
        const std::size_t open = line.text.find_first_of("<\"", hash);
        const std::size_t close =
            open == std::string_view::npos ? open : line.text.find_first_of(">\"", open + 1);
        if (close == std::string_view::npos) {
            continue;
        }
        const std::string_view name = line.text.substr(open + 1, close - open - 1);
        if (line.text[open] == '"') {
            check_project_include(*room, line, path, name, findings);
        } else {
            check_library_include(*room, line, path, name, findings);
        }
    }
    return findings;
}

}  // namespace kontor::meta
