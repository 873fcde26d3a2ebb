#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "core/schedule/cron.hpp"

namespace kontor::core::schedule {
namespace {

// An expression of more characters is no schedule.
constexpr std::size_t text_bytes_max = 256;

constexpr std::array<std::string_view, 12> month_names{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                       "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> weekday_names{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

struct Macro {
    std::string_view name;
    std::string_view text;
};
constexpr std::array<Macro, 7> macros{{
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
    {"@monthly", "0 0 1 * *"},
    {"@weekly", "0 0 * * 0"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@hourly", "0 * * * *"},
}};

struct Word {
    std::string_view text;
    std::size_t offset;
};

Error fault_at(std::size_t offset, std::string message) {
    Error error = invalid("cron", std::move(message));
    error.details.push_back({std::to_string(offset), error.message});
    return error;
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    });
    return out;
}

std::vector<Word> words_of(std::string_view text) {
    std::vector<Word> words;
    std::size_t at = 0;
    while ((at = text.find_first_not_of(" \t", at)) != std::string_view::npos) {
        const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
        words.push_back({text.substr(at, end - at), at});
        at = end;
    }
    return words;
}

std::vector<Word> split(Word word, char separator) {
    std::vector<Word> parts;
    while (true) {
        const std::size_t end = word.text.find(separator);
        parts.push_back({word.text.substr(0, end), word.offset});
        if (end == std::string_view::npos) {
            return parts;
        }
        word.text.remove_prefix(end + 1);
        word.offset += end + 1;
    }
}

// One field's name, range and names of values.
struct Field {
    std::string_view name;
    int first;
    int last;
    std::span<const std::string_view> names{};
    int names_from = 0;
};

Result<int> read_value(const Field& field, Word word) {
    const std::string name = upper(word.text);
    for (std::size_t i = 0; i < field.names.size(); ++i) {
        if (field.names[i] == name) {
            return static_cast<int>(i) + field.names_from;
        }
    }
    const bool digits = !word.text.empty() && word.text.size() <= 4 &&
                        word.text.find_first_not_of("0123456789") == std::string_view::npos;
    const int value = digits ? std::stoi(std::string(word.text)) : -1;
    if (value < field.first || value > field.last) {
        return fault_at(
            word.offset, "'" + std::string(word.text) + "' is no " + std::string(field.name) + " (" +
                             std::to_string(field.first) + " to " + std::to_string(field.last) + ")"
        );
    }
    return value;
}

// a, a-b, *, each with /step: as bits.
Result<std::uint64_t> read_range(const Field& field, Word word) {
    const auto steps = split(word, '/');
    if (steps.size() > 2) {
        return fault_at(steps[2].offset, "a second '/' is not expected here");
    }
    int from = field.first;
    int to = field.last;
    const std::string_view range = steps[0].text;
    if (range != "*" && range != "?") {
        const auto ends = split(steps[0], '-');
        if (ends.size() > 2) {
            return fault_at(ends[2].offset, "a second '-' is not expected here");
        }
        const auto low = read_value(field, ends[0]);
        if (!low) {
            return low.error();
        }
        from = *low;
        // As in every cron: 5/10 is 5-59/10.
        to = steps.size() == 2 ? field.last : from;
        if (ends.size() == 2) {
            const auto high = read_value(field, ends[1]);
            if (!high) {
                return high.error();
            }
            // SUN ends a week as well as it begins one.
            to = field.last == 7 && *high == 0 && from > 0 ? 7 : *high;
        }
        if (to < from) {
            return fault_at(word.offset, "the range '" + std::string(range) + "' runs backwards");
        }
    }
    int step = 1;
    if (steps.size() == 2) {
        const auto value = read_value(Field{"step", 1, 1000}, steps[1]);
        if (!value) {
            return value.error();
        }
        step = *value;
    }
    std::uint64_t bits = 0;
    for (int value = from; value <= to; value += step) {
        bits |= std::uint64_t{1} << static_cast<unsigned>(value);
    }
    return bits;
}

Result<std::uint64_t> read_list(const Field& field, Word word) {
    std::uint64_t bits = 0;
    for (const Word part : split(word, ',')) {
        const auto range = read_range(field, part);
        if (!range) {
            return range;
        }
        bits |= *range;
    }
    return bits;
}

constexpr Field day_field{"day of the month", 1, 31};
constexpr Field weekday_field{"day of the week", 0, 7, weekday_names, 0};

// L, L-3, LW, 15W. False: it is none of these.
Result<bool> read_special_day(Cron& cron, Word word) {
    const std::string text = upper(word.text);
    if (text == "L" || text == "LW") {
        cron.days_from_last |= text == "L" ? 1U : 0U;
        cron.last_working_day |= text == "LW";
        return true;
    }
    if (text.starts_with("L-")) {
        const auto before = read_value(Field{"count of days before the last", 1, 30}, {word.text.substr(2), word.offset + 2});
        if (!before) {
            return before.error();
        }
        cron.days_from_last |= 1U << static_cast<unsigned>(*before);
        return true;
    }
    if (text.ends_with('W')) {
        const auto day = read_value(day_field, {word.text.substr(0, word.text.size() - 1), word.offset});
        if (!day) {
            return day.error();
        }
        cron.nearest_weekday |= 1U << static_cast<unsigned>(*day);
        return true;
    }
    return false;
}

// FRI#2, 5L. False: it is neither.
Result<bool> read_special_weekday(Cron& cron, Word word) {
    const std::size_t hash = word.text.find('#');
    const bool last = word.text.size() > 1 && upper(word.text).ends_with('L');
    if (hash == std::string_view::npos && !last) {
        return false;
    }
    const std::size_t length = last ? word.text.size() - 1 : hash;
    const auto weekday = read_value(weekday_field, {word.text.substr(0, length), word.offset});
    if (!weekday) {
        return weekday.error();
    }
    const auto index = static_cast<unsigned>(*weekday % 7);
    if (last) {
        cron.last_weekdays |= 1U << index;
        return true;
    }
    const auto nth = read_value(Field{"week of the month", 1, 5}, {word.text.substr(hash + 1), word.offset + hash + 1});
    if (!nth) {
        return nth.error();
    }
    cron.nth[index] |= 1U << static_cast<unsigned>(*nth);
    return true;
}

Result<void> read_days(Cron& cron, Word word) {
    cron.any_day = word.text.starts_with('*') || word.text.starts_with('?');
    for (const Word part : split(word, ',')) {
        const auto special = read_special_day(cron, part);
        if (!special) {
            return special.error();
        }
        const auto bits = *special ? Result<std::uint64_t>(std::uint64_t{0}) : read_range(day_field, part);
        if (!bits) {
            return bits.error();
        }
        cron.days |= static_cast<std::uint32_t>(*bits);
    }
    return {};
}

Result<void> read_weekdays(Cron& cron, Word word) {
    cron.any_weekday = word.text.starts_with('*') || word.text.starts_with('?');
    for (const Word part : split(word, ',')) {
        const auto special = read_special_weekday(cron, part);
        if (!special) {
            return special.error();
        }
        const auto bits = *special ? Result<std::uint64_t>(std::uint64_t{0}) : read_range(weekday_field, part);
        if (!bits) {
            return bits.error();
        }
        // Sunday is 0 and 7.
        cron.weekdays |= static_cast<std::uint32_t>((*bits & 0x7FU) | (*bits >> 7U));
    }
    return {};
}

Result<Cron> read_fields(const std::vector<Word>& words) {
    Cron cron;
    const std::size_t shift = words.size() - 5;
    const auto seconds = shift == 1 ? read_list({"second", 0, 59}, words[0]) : Result<std::uint64_t>(std::uint64_t{1});
    const auto minutes = read_list({"minute", 0, 59}, words[shift]);
    const auto hours = read_list({"hour", 0, 23}, words[shift + 1]);
    const auto months = read_list({"month", 1, 12, month_names, 1}, words[shift + 3]);
    for (const auto* field : {&seconds, &minutes, &hours, &months}) {
        if (!*field) {
            return field->error();
        }
    }
    cron.seconds = *seconds;
    cron.minutes = *minutes;
    cron.hours = static_cast<std::uint32_t>(*hours);
    cron.months = static_cast<std::uint32_t>(*months);
    if (auto days = read_days(cron, words[shift + 2]); !days) {
        return days.error();
    }
    if (auto weekdays = read_weekdays(cron, words[shift + 4]); !weekdays) {
        return weekdays.error();
    }
    return cron;
}

}  // namespace

Result<std::shared_ptr<const Cron>> parse_cron(std::string_view text) {
    if (text.size() > text_bytes_max) {
        return fault_at(text_bytes_max, "a cron expression has at most " + std::to_string(text_bytes_max) + " characters");
    }
    auto words = words_of(text);
    if (words.size() == 1 && words[0].text.starts_with('@')) {
        const auto* macro = std::find_if(macros.begin(), macros.end(), [&](const Macro& candidate) {
            return candidate.name == words[0].text;
        });
        if (macro == macros.end()) {
            return fault_at(
                words[0].offset, "'" + std::string(words[0].text) +
                                     "' is unknown; known are @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"
            );
        }
        words = words_of(macro->text);
    }
    if (words.size() != 5 && words.size() != 6) {
        return fault_at(
            words.empty() ? 0 : words.back().offset,
            "a cron expression has five fields (minute hour day month weekday) or six (seconds first), not " +
                std::to_string(words.size())
        );
    }
    auto cron = read_fields(words);
    if (!cron) {
        return cron.error();
    }
    if (!next_local(*cron, LocalTime(std::chrono::local_days(std::chrono::year(2000) / 1 / 1)))) {
        return fault_at(words[words.size() - 3].offset, "no date ever matches these days and months");
    }
    return std::make_shared<const Cron>(*cron);
}

}  // namespace kontor::core::schedule
