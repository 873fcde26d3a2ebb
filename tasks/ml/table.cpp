#include "tasks/ml/table.hpp"

#include "tasks/ml/murmur.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <unordered_set>

namespace kontor::ml {
namespace {

template <class Value>
std::vector<Value> pick(const std::vector<Value>& from, std::span<const std::size_t> rows) {
    std::vector<Value> picked;
    picked.reserve(rows.size());
    for (const std::size_t row : rows) {
        picked.push_back(from[row]);
    }
    return picked;
}

template <class Value>
std::vector<std::vector<Value>> pick_columns(
    const std::vector<std::vector<Value>>& from, std::span<const std::size_t> rows
) {
    std::vector<std::vector<Value>> picked;
    for (const auto& column : from) {
        picked.push_back(pick(column, rows));
    }
    return picked;
}

}  // namespace

void Table::clear() {
    ids.clear();
    labels.clear();
    for (auto& column : text) {
        column.clear();
    }
    for (auto& column : numeric) {
        column.clear();
    }
    for (auto& column : categorical) {
        column.clear();
    }
}

Table Table::take(std::span<const std::size_t> rows) const {
    Table taken;
    taken.ids = pick(ids, rows);
    taken.text = pick_columns(text, rows);
    taken.numeric = pick_columns(numeric, rows);
    taken.categorical = pick_columns(categorical, rows);
    taken.labels = labels.empty() ? std::vector<std::string>() : pick(labels, rows);
    return taken;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool parse_number(std::string_view text, double& value) {
    std::string_view digits = trimmed(text);
    if (digits.empty()) {
        value = std::numeric_limits<double>::quiet_NaN();
        return true;
    }
    if (digits.front() == '+') {
        digits.remove_prefix(1);
        if (digits.starts_with('-')) {
            return false;
        }
    }
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() && std::isfinite(value);
}

double split_point(std::uint64_t group, std::string_view salt) {
    std::string key(salt);
    key.push_back('\x1f');
    key.append(reinterpret_cast<const char*>(&group), sizeof group);
    return static_cast<double>(murmur3_64(key) >> 11U) * 0x1.0p-53;
}

RowSplit stratified_split(
    const Table& table, std::span<const std::uint64_t> groups, double share, std::string_view salt
) {
    // By class, then by the place of the group; rows of one group stand together.
    using Member = std::tuple<double, std::uint64_t, std::size_t>;
    std::map<std::string_view, std::vector<Member>> by_class;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        by_class[table.labels[row]].emplace_back(split_point(groups[row], salt), groups[row], row);
    }
    std::vector<bool> aside(table.rows());
    std::unordered_set<std::uint64_t> staying;
    for (auto& [label, members] : by_class) {
        std::sort(members.begin(), members.end());
        const auto wanted = std::min(
            members.size() - 1,
            static_cast<std::size_t>(std::lround(share * static_cast<double>(members.size())))
        );
        std::size_t taken = 0;
        for (std::size_t begin = 0; begin < members.size();) {
            std::size_t end = begin;
            while (end < members.size() && std::get<1>(members[end]) == std::get<1>(members[begin])
            ) {
                ++end;
            }
            const bool fits = taken + (end - begin) <= wanted;
            for (std::size_t i = begin; i < end; ++i) {
                aside[std::get<2>(members[i])] = fits;
            }
            taken += fits ? end - begin : 0;
            if (!fits) {
                staying.insert(std::get<1>(members[begin]));
            }
            begin = end;
        }
    }
    RowSplit split;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        // A group of several classes stays together: where one of its rows has to learn, all do.
        (aside[row] && !staying.contains(groups[row]) ? split.validation : split.train)
            .push_back(row);
    }
    return split;
}

}  // namespace kontor::ml
