#include "codes/list_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

#include "base/json.hpp"
#include "codes/text_table.hpp"
#include "tasks/codes/crosswalk.hpp"
#include "tasks/ml/unicode.hpp"

namespace kontor::codes {
namespace {

using tasks::codes::Kind;

// What rounding to a few digits may leave.
constexpr double weight_tolerance = 1e-6;

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

void check_days(TextTable& table, const ports::ListRow& row) {
    const auto check = [&](std::string_view column, const std::string& day) {
        if (!day.empty() && !is_day(day)) {
            table.fault(column, quoted(day) + " is no day: write YYYY-MM-DD, or leave it empty");
            return false;
        }
        return true;
    };
    const bool good = static_cast<int>(check("valid_from", row.valid_from)) + static_cast<int>(check("valid_to", row.valid_to)) == 2;
    if (good && !row.valid_from.empty() && !row.valid_to.empty() && row.valid_to <= row.valid_from) {
        table.fault("valid_to", quoted(row.valid_to) + " is not after valid_from: it is the first day on which the code is not valid any more");
    }
}

struct Read {
    ports::ListMove move;
    Kind kind = Kind::Rename;
    std::int64_t line = 0;
};

// Of one line; false when it is no good.
bool read_move(TextTable& table, Read& read) {
    read.line = table.line();
    read.move = {table.cell("from"), table.cell("to"), table.cell("kind"), 1};
    const auto kind = tasks::codes::kind_from(read.move.kind);
    if (!kind) {
        table.fault("kind", quoted(read.move.kind) + " is none: it is rename, merge, split or end");
        return false;
    }
    read.kind = *kind;
    if (read.move.from.empty()) {
        table.fault("from", "the old code is missing");
        return false;
    }
    if (read.move.to.empty() != (*kind == Kind::End)) {
        table.fault("to", *kind == Kind::End ? "a code that ends has no new one: leave it empty, or say what becomes of it" : "the new code is missing");
        return false;
    }
    const std::string weight = table.cell("weight");
    if (*kind == Kind::Split || !weight.empty()) {
        const auto [end, fault] = std::from_chars(weight.data(), weight.data() + weight.size(), read.move.weight);
        if (fault != std::errc() || end != weight.data() + weight.size() || !(read.move.weight > 0 && read.move.weight <= 1)) {
            table.fault("weight", quoted(weight) + " is no share: write a number above 0 and at most 1, as 0.7");
            return false;
        }
    }
    if (*kind != Kind::Split && read.move.weight != 1) {
        table.fault("weight", "only the parts of a split have weights other than 1");
        return false;
    }
    return true;
}

// Lines of one old code together.
void check_group(TextTable& table, const std::vector<const Read*>& group) {
    const Read& first = *group.front();
    double sum = 0;
    std::set<std::string_view> targets;
    for (const Read* each : group) {
        if (each->kind != first.kind) {
            table.fault(each->line, "kind", quoted(each->move.from) + " is " + first.move.kind + " in line " + std::to_string(first.line) + ": it can be one");
            return;
        }
        if (!targets.insert(each->move.to).second) {
            table.fault(each->line, "to", quoted(each->move.from) + " leads to " + quoted(each->move.to) + " twice");
            return;
        }
        sum += each->move.weight;
    }
    if (first.kind != Kind::Split && group.size() > 1) {
        table.fault(group[1]->line, "from", quoted(first.move.from) + " stands in line " + std::to_string(first.line) + " already: a code that becomes several is a split");
    }
    if (first.kind == Kind::Split && std::abs(sum - 1) > weight_tolerance) {
        std::array<char, 32> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), sum, std::chars_format::general, 6).ptr;
        table.fault(first.line, "weight", "the parts of " + quoted(first.move.from) + " make " + std::string(text.data(), end) + " together: they must make 1");
    }
}

void check_moves(
    TextTable& table, const std::vector<Read>& reads, const std::vector<ports::ListRow>& list, const std::vector<ports::ListRow>& before
) {
    std::set<std::string_view> listed;
    std::set<std::string_view> known;
    for (const ports::ListRow& row : list) {
        listed.insert(row.code);
    }
    for (const ports::ListRow& row : before) {
        known.insert(row.code);
    }
    std::map<std::string_view, std::vector<const Read*>> by_from;
    std::map<std::string_view, const Read*> renamed;
    for (const Read& read : reads) {
        if (read.kind != Kind::End && !listed.contains(read.move.to)) {
            table.fault(read.line, "to", quoted(read.move.to) + " is not in the new list");
        }
        if (!known.empty() && !known.contains(read.move.from)) {
            table.fault(read.line, "from", quoted(read.move.from) + " is not in the list before");
        }
        by_from[read.move.from].push_back(&read);
        if (read.kind == Kind::Rename) {
            const auto [other, is_new] = renamed.emplace(read.move.to, &read);
            if (!is_new) {
                table.fault(read.line, "kind", quoted(read.move.to) + " has a second old code here (line " + std::to_string(other->second->line) + "): that is a merge");
            }
        }
    }
    for (const auto& [from, group] : by_from) {
        check_group(table, group);
    }
}

}  // namespace

bool is_day(std::string_view text) {
    const auto number = [&](std::size_t at, std::size_t digits) {
        int value = 0;
        const auto [end, fault] = std::from_chars(text.data() + at, text.data() + at + digits, value);
        return fault == std::errc() && end == text.data() + at + digits && text[at] != '-' ? value : -1;
    };
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    // A year that no law has is a slip.
    return year >= 1900 && month > 0 && day > 0 &&
           std::chrono::year_month_day(
               std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)), std::chrono::day(static_cast<unsigned>(day))
           ).ok();
}

ListText read_list(std::string_view csv) {
    ListText text;
    TextTable table("/list", csv);
    std::map<std::string, std::pair<std::string, std::int64_t>, std::less<>> seen;
    std::string lower;
    bool too_long = false;
    table.read({"code", "title|text"}, {"valid_from", "valid_to"}, [&] {
        ports::ListRow row{table.cell("code"), table.cell("title|text"), table.cell("valid_from"), table.cell("valid_to")};
        if (text.rows.size() == rows_max) {
            if (!std::exchange(too_long, true)) {
                table.fault("", "the list has more than " + std::to_string(rows_max) + " codes: is it the right file?");
            }
            return;
        }
        if (row.code.empty()) {
            table.fault("code", "the code is missing");
            return;
        }
        if (row.code.size() > code_bytes_max || has_control_character(row.code)) {
            table.fault("code", "a code is a line of at most " + std::to_string(code_bytes_max) + " bytes");
            return;
        }
        if (row.title.size() > title_bytes_max) {
            table.fault("title", "the text is longer than " + std::to_string(title_bytes_max) + " bytes");
        }
        check_days(table, row);
        ml::to_lower(row.code, lower);
        const auto [other, is_new] = seen.emplace(lower, std::pair(row.code, table.line()));
        if (!is_new) {
            const auto& [code, line] = other->second;
            table.fault("code", quoted(row.code) + " stands in line " + std::to_string(line) + " already" + (code == row.code ? "" : ", as " + quoted(code) + ": codes must differ in more than case"));
        }
        text.rows.push_back(std::move(row));
    });
    text.faults = table.take_faults();
    if (text.rows.empty() && text.faults.empty()) {
        text.faults.push_back({"/list", "line 2: the list has no code"});
    }
    return text;
}

CrosswalkText read_crosswalk(std::string_view csv, const std::vector<ports::ListRow>& list, const std::vector<ports::ListRow>& before) {
    CrosswalkText text;
    TextTable table("/crosswalk", csv);
    std::vector<Read> reads;
    bool too_many = false;
    table.read({"from", "to", "kind"}, {"weight"}, [&] {
        Read read;
        if (!read_move(table, read)) {
            return;
        }
        if (reads.size() == rows_max) {
            if (!std::exchange(too_many, true)) {
                table.fault("", "the crosswalk has more than " + std::to_string(rows_max) + " lines: is it the right file?");
            }
            return;
        }
        reads.push_back(std::move(read));
    });
    check_moves(table, reads, list, before);
    for (Read& read : reads) {
        text.moves.push_back(std::move(read.move));
    }
    text.faults = table.take_faults();
    return text;
}

}  // namespace kontor::codes
