#include "cli/grid.hpp"

#include "cli/cli.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <ostream>

namespace kontor::cli {
namespace {

constexpr std::chrono::milliseconds look_every{1000};

struct Look {
    std::string_view state;
    std::string_view glyph;  // tells states apart without colour
    int rank;                // the lower the worse
};
constexpr std::array<Look, 11> looks{{
    {"dead", "✗", 0},     {"failed", "✗", 1},    {"retrying", "↻", 2}, {"running", "▶", 3},   {"awaiting", "◷", 4},  {"ready", "○", 5},
    {"waiting", "·", 6},  {"cancelled", "⊘", 7}, {"paused", "‖", 4},   {"skipped", "–", 9},   {"succeeded", "✓", 8},
}};

const Look& look_of(std::string_view state) {
    const auto found = std::ranges::find(looks, state, &Look::state);
    return found == looks.end() ? looks[6] : *found;
}

std::int64_t number(const Json& cell, std::string_view name) {
    const Json* found = member(cell, name);
    return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

// "✓ 9", "▶ 7/9", "✗ 3/9 !2": how many of the cell's instances are done, and how many of them badly.
Cell cell_text(const Json& cell) {
    if (!cell.is_object()) {
        return {"·", Style::Faint};
    }
    const std::string state = text_member(cell, "state");
    const std::int64_t total = number(cell, "total");
    const std::int64_t done = number(cell, "done");
    std::string text(look_of(state).glyph);
    if (total > 1) {
        text += " " + (done == total ? "" : std::to_string(done) + "/") + std::to_string(total);
    }
    const std::int64_t bad = number(cell, "bad");
    text += bad > 0 && total > 1 ? " !" + std::to_string(bad) : "";
    text += number(cell, "retrying") > 0 && state != "retrying" ? " ↻" : "";
    return {text, state_style(state)};
}

int rank_of(const Json& row) {
    int worst = 100;
    if (const Json* cells = member(row, "cells"); cells != nullptr && cells->is_array()) {
        for (const Json& cell : cells->get_array()) {
            worst = cell.is_object() ? std::min(worst, look_of(text_member(cell, "state")).rank) : worst;
        }
    }
    return worst;
}

const JsonArray& list(const Json& of, std::string_view name) {
    static const JsonArray none;
    const Json* found = member(of, name);
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

std::string padded(std::string_view text, std::size_t width) {
    std::string fits = fitted(text, width);
    return fits + std::string(width - std::min(width, display_width(fits)), ' ');
}

std::string score_of(const Json& row) {
    const Json* score = at_pointer(row, "/winner/macro_f1");
    return score != nullptr && score->is_number() ? std::to_string(score->to_number<double>()).substr(0, 5) : "";
}

}  // namespace

std::string grid_text(const Json& grid, const Terminal& terminal) {
    constexpr std::size_t head = 16;  // country, winner's score, dead letters
    constexpr std::size_t width_max = 14;
    const JsonArray& columns = list(grid, "columns");
    std::vector<const Json*> rows;
    for (const Json& row : list(grid, "rows")) {
        rows.push_back(&row);
    }
    std::ranges::stable_sort(rows, {}, [](const Json* row) { return rank_of(*row); });
    std::vector<std::size_t> widths;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        std::size_t width = std::max<std::size_t>(3, display_width(text_member(columns[at], "task")));
        for (const Json* row : rows) {
            const JsonArray& cells = list(*row, "cells");
            width = at < cells.size() ? std::max(width, display_width(cell_text(cells[at]).text)) : width;
        }
        widths.push_back(std::min(width, width_max));
    }
    std::size_t shown = 0;
    for (std::size_t used = head; shown < widths.size() && (!terminal.is_tty || used + widths[shown] + 1 <= terminal.width); ++shown) {
        used += widths[shown] + 1;
    }
    std::string text = "Campaign " + printable(text_member(grid, "correlation")) + " " +
                       styled(terminal, state_style(text_member(grid, "state")), text_member(grid, "state")) + "\n";
    text += styled(terminal, Style::Strong, padded("", head));
    for (std::size_t at = 0; at < shown; ++at) {
        text += styled(terminal, Style::Strong, padded(text_member(columns[at], "task"), widths[at])) + " ";
    }
    text += "\n";
    for (const Json* row : rows) {
        const std::int64_t letters = number(*row, "dead_letters");
        text += padded(text_member(*row, "country"), 4) + padded(score_of(*row), 7) +
                styled(terminal, Style::Bad, padded(letters > 0 ? "✉ " + std::to_string(letters) : "", head - 11));
        const JsonArray& cells = list(*row, "cells");
        for (std::size_t at = 0; at < std::min(shown, cells.size()); ++at) {
            const Cell cell = cell_text(cells[at]);
            text += styled(terminal, cell.style, padded(cell.text, widths[at])) + " ";
        }
        text += "\n";
    }
    if (shown < columns.size()) {
        text += counted(columns.size() - shown, "step") + " more on a wider terminal.\n";
    }
    return text;
}

int show_grid(Session& session, const GridOrder& order) {
    std::string correlation = order.correlation;
    if (correlation.empty()) {
        const Result<Json> newest = session.client.get("/v1/campaigns?limit=1");
        if (!newest) {
            return report(session.around, newest.error());
        }
        if (list(*newest, "items").empty()) {
            session.around.err << "There is no campaign yet: 'kontor run train' starts one.\n";
            return ExitOk;
        }
        correlation = text_member(list(*newest, "items")[0], "correlation");
    }
    for (std::size_t lines = 0;;) {
        const Result<Json> grid = session.client.get("/v1/campaigns/" + percent_encoded(correlation));
        if (!grid) {
            return report(session.around, grid.error());
        }
        const std::string state = text_member(*grid, "state");
        const bool ended = !order.watch || (state != "running" && state != "queued");
        if (session.output == Output::Table && (ended || session.around.terminal.is_tty)) {
            const std::string text = grid_text(*grid, session.around.terminal);
            // Over the former one: up, and each line cleared as it is written.
            session.around.out << (lines > 0 ? "\x1b[" + std::to_string(lines) + "A\x1b[J" : "") << text << std::flush;
            lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
        }
        if (ended) {
            printed_as_json(session, *grid);
            return state == "failed" ? ExitFailed : state == "cancelled" ? ExitCancelled : ExitOk;
        }
        session.around.pause(look_every);
    }
}

}  // namespace kontor::cli
