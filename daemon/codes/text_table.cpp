#include "codes/text_table.hpp"

#include <algorithm>
#include <cstring>

#include "codes/list_text.hpp"

namespace kontor::codes {
namespace {

class TextReader final : public sdk::ByteReader {
 public:
    explicit TextReader(std::string_view text) : text_(text) {}
    std::size_t read(std::span<std::byte> buffer) override {
        const std::size_t count = std::min(buffer.size(), text_.size());
        std::memcpy(buffer.data(), text_.data(), count);
        text_.remove_prefix(count);
        return count;
    }

 private:
    std::string_view text_;
};

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string sentence_of(csv::RowFault fault) {
    switch (fault) {
        case csv::RowFault::None: return "";
        case csv::RowFault::Ragged: return "has more or fewer fields than the header: quote a field that holds a comma";
        case csv::RowFault::NulByte: return "holds a NUL byte";
        case csv::RowFault::InvalidUtf8: return "is not valid UTF-8: save the file as UTF-8";
        case csv::RowFault::BadQuotes: return "has quotes that do not fit: a quote within a quoted field is doubled";
        case csv::RowFault::TooLong: return "is too long: is a closing quote missing?";
    }
    return "";
}

// "title or text" of "title|text".
std::string spoken(std::string_view names) {
    std::string text(names);
    const std::size_t bar = text.find('|');
    return bar == std::string::npos ? text : text.replace(bar, 1, " or ");
}

}  // namespace

int TextTable::column_of(const csv::Reader& reader, std::string_view names) const {
    for (std::size_t at = 0; at <= names.size();) {
        const std::size_t bar = std::min(names.find('|', at), names.size());
        if (const int column = reader.column(names.substr(at, bar - at)); column >= 0) {
            return column;
        }
        at = bar + 1;
    }
    return -1;
}

bool TextTable::check_header(
    const csv::Reader& reader, std::initializer_list<std::string_view> needed, std::initializer_list<std::string_view> others
) {
    std::vector<int> known;
    for (const std::string_view names : needed) {
        columns_.emplace_back(names, column_of(reader, names));
        known.push_back(columns_.back().second);
        if (known.back() < 0) {
            const bool semicolons = reader.header().size() == 1 && reader.header().front().find(';') != std::string::npos;
            fault(1, spoken(names), semicolons ? "is missing: fields are separated by commas, not by semicolons" : "is missing in the header");
        }
    }
    for (const std::string_view names : others) {
        columns_.emplace_back(names, column_of(reader, names));
        known.push_back(columns_.back().second);
    }
    for (std::size_t at = 0; at < reader.header().size() && faults_.empty(); ++at) {
        if (std::find(known.begin(), known.end(), static_cast<int>(at)) == known.end()) {
            fault(1, reader.header()[at], "is not known here");
        }
    }
    return faults_.empty();
}

void TextTable::read(
    std::initializer_list<std::string_view> needed, std::initializer_list<std::string_view> others, const std::function<void()>& row
) {
    try {
        csv::Reader reader(std::make_unique<TextReader>(csv_));
        if (!check_header(reader, needed, others)) {
            return;
        }
        while (!full() && reader.next(row_)) {
            if (row_.fault() != csv::RowFault::None) {
                fault("", sentence_of(row_.fault()));
            } else {
                row();
            }
        }
    } catch (const sdk::TaskFailure& failure) {
        fault(1, "", failure.reason());
    }
}

std::string TextTable::cell(std::string_view column) const {
    for (const auto& [names, at] : columns_) {
        if (names == column) {
            return at < 0 ? std::string() : std::string(without_blanks(row_[static_cast<std::size_t>(at)]));
        }
    }
    return {};
}

void TextTable::fault(std::int64_t line, std::string_view column, const std::string& what) {
    if (faults_.size() == faults_max) {
        faults_.push_back({pointer_, "there may be more faults: the first " + std::to_string(faults_max) + " are told"});
    }
    if (faults_.size() < faults_max) {
        faults_.push_back({pointer_, "line " + std::to_string(line) + (column.empty() ? "" : ", column \"" + std::string(column) + "\"") + ": " + what});
    }
}

bool TextTable::full() const { return faults_.size() > faults_max; }

}  // namespace kontor::codes
