// Reads RFC 4180 CSV as a stream: memory stays within the limits however long the file is.
// A faulty row is reported with its fault, never thrown: the caller decides whether to quarantine it.
// Thread: one thread at a time. Owner: the task that opened it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/sdk/objects.hpp"

namespace kontor::csv {

struct ReaderLimits {
    std::size_t row_bytes_max = std::size_t{1} << 20U;  // a title and a description; longer is a lost quote
    std::size_t columns_max = 4096;                     // as many as PostgreSQL's tables have, and more
};

enum class RowFault {
    None,
    Ragged,       // more or fewer fields than the header
    NulByte,      // U+0000, which no database column holds
    InvalidUtf8,
    BadQuotes,    // text after a closing quote, or the file ends within quotes
    TooLong,      // over ReaderLimits; the rest of its line was passed over
};
// A word for reports: "ragged_row", "nul_byte", "invalid_utf8", "bad_quotes", "row_too_long".
std::string_view to_string(RowFault fault);

// One row; valid until the next call of Reader::next().
class Row {
 public:
    std::int64_t number() const { return number_; }  // 1 is the first row after the header
    std::int64_t line() const { return line_; }      // line of the file where it starts, from 1
    RowFault fault() const { return fault_; }
    std::size_t size() const { return ends_.size(); }
    // Requires: index < size().
    std::string_view operator[](std::size_t index) const {
        const std::size_t begin = index == 0 ? 0 : ends_[index - 1] + 1;
        return std::string_view(text_).substr(begin, ends_[index] - begin);
    }
    // All fields with commas between them and no quotes: what a person is shown of a faulty row.
    std::string_view text() const { return text_; }

 private:
    friend class Reader;
    std::string text_;
    std::vector<std::size_t> ends_;
    std::int64_t number_ = 0;
    std::int64_t line_ = 0;
    RowFault fault_ = RowFault::None;
};

class Reader {
 public:
    // Reads the header. A byte order mark is passed over.
    // Errors: TaskFailure(Data) when there is no header, or a name in it is empty, doubled or no valid text.
    explicit Reader(std::unique_ptr<sdk::ByteReader> source, ReaderLimits limits = {});

    const std::vector<std::string>& header() const { return header_; }
    // Position of a column, or -1.
    int column(std::string_view name) const;

    // False at the end. Blank lines are passed over (a row of one empty field is written as "").
    bool next(Row& row);

 private:
    bool fill();
    bool read_record(Row& row);
    void end_field(Row& row) const;
    bool plain_part(Row& row);
    bool quoted_part(Row& row);
    void skip_line();
    void read_header();

    std::unique_ptr<sdk::ByteReader> source_;
    ReaderLimits limits_;
    std::vector<std::byte> buffer_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
    std::vector<std::string> header_;
    std::int64_t rows_ = 0;
    std::int64_t lines_ = 1;
    bool in_quotes_ = false;
    bool after_quote_ = false;
    bool saw_quote_ = false;
};

}  // namespace kontor::csv
