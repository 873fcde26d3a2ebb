// Aligned tables for people. Pure: cells in, lines out.
#pragma once

#include "cli/terminal.hpp"

#include <string>
#include <vector>

namespace kontor::cli {

enum class Align { Left, Right };

struct Column {
    std::string title;
    Align align = Align::Left;
};

struct Cell {
    std::string text;
    Style style = Style::Plain;
};

// Two spaces between columns, nothing behind the last one. On a terminal the last column is cut to
// the terminal's width; elsewhere nothing is ever cut. Rows shorter than `columns` end in empty
// cells.
std::string lay_out(
    const std::vector<Column>& columns,
    const std::vector<std::vector<Cell>>& rows,
    const Terminal& terminal
);

// "label  value" lines, labels aligned.
std::string lay_out_fields(
    const std::vector<std::pair<std::string, Cell>>& fields, const Terminal& terminal
);

}  // namespace kontor::cli
