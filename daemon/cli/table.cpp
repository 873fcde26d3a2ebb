#include "cli/table.hpp"

#include <algorithm>

namespace kontor::cli {
namespace {

constexpr std::size_t gap = 2;

std::string padded(
    const Cell& cell, const Column& column, std::size_t width, bool last, const Terminal& terminal
) {
    const std::size_t used = display_width(cell.text);
    const std::string space(width > used ? width - used : 0, ' ');
    const std::string text = styled(terminal, cell.style, cell.text);
    if (column.align == Align::Right) {
        return space + text;
    }
    return last ? text : text + space;
}

}  // namespace

std::string lay_out(
    const std::vector<Column>& columns,
    const std::vector<std::vector<Cell>>& rows,
    const Terminal& terminal
) {
    std::vector<std::vector<Cell>> lines;
    lines.emplace_back();
    for (const Column& column : columns) {
        lines.front().push_back({column.title, Style::Strong});
    }
    for (const std::vector<Cell>& row : rows) {
        lines.emplace_back();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            lines.back().push_back(
                i < row.size() ? Cell{printable(row[i].text), row[i].style} : Cell{}
            );
        }
    }
    std::vector<std::size_t> widths(columns.size(), 0);
    for (const std::vector<Cell>& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], display_width(line[i].text));
        }
    }
    std::size_t before_last = 0;
    for (std::size_t i = 0; i + 1 < widths.size(); ++i) {
        before_last += widths[i] + gap;
    }
    std::string out;
    for (std::vector<Cell>& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            const bool last = i + 1 == line.size();
            if (last && terminal.is_tty) {
                // A narrow terminal wraps rather than hides the last column.
                const std::size_t room = terminal.width > before_last + 10
                                             ? terminal.width - before_last
                                             : display_width(line[i].text);
                line[i].text = fitted(line[i].text, room);
            }
            out += padded(line[i], columns[i], widths[i], last, terminal);
            out += last ? "" : std::string(gap, ' ');
        }
        // An empty last cell leaves its padding behind.
        while (!out.empty() && out.back() == ' ') {
            out.pop_back();
        }
        out += '\n';
    }
    return out;
}

std::string lay_out_fields(
    const std::vector<std::pair<std::string, Cell>>& fields, const Terminal& terminal
) {
    std::size_t width = 0;
    for (const auto& [label, cell] : fields) {
        width = std::max(width, display_width(label));
    }
    std::string out;
    for (const auto& [label, cell] : fields) {
        out += styled(terminal, Style::Faint, label) +
               std::string(width - display_width(label) + gap, ' ');
        out += styled(terminal, cell.style, printable(cell.text)) + "\n";
    }
    return out;
}

}  // namespace kontor::cli
