#include "tasks/csv/reader.hpp"

#include <algorithm>
#include <set>

#include "tasks/csv/utf8.hpp"

namespace kontor::csv {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} << 10U;

[[noreturn]] void bad_header(const std::string& what) {
    throw sdk::TaskFailure(sdk::FailureClass::Data, "the header of the data file " + what + ": mend the query or the file");
}

}  // namespace

std::string_view to_string(RowFault fault) {
    switch (fault) {
        case RowFault::None: return "none";
        case RowFault::Ragged: return "ragged_row";
        case RowFault::NulByte: return "nul_byte";
        case RowFault::InvalidUtf8: return "invalid_utf8";
        case RowFault::BadQuotes: return "bad_quotes";
        case RowFault::TooLong: return "row_too_long";
    }
    return "none";
}

Reader::Reader(std::unique_ptr<sdk::ByteReader> source, ReaderLimits limits)
    : source_(std::move(source)), limits_(limits), buffer_(buffer_bytes) {
    read_header();
}

void Reader::read_header() {
    // Three bytes must be there to tell a byte order mark; a short first read is possible.
    while (end_ < 3) {
        const std::size_t got = source_->read(std::span(buffer_).subspan(end_));
        if (got == 0) {
            break;
        }
        end_ += got;
    }
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (end_ >= mark.size() &&
        std::string_view(reinterpret_cast<const char*>(buffer_.data()), mark.size()) == mark) {
        at_ = mark.size();
    }
    Row row;
    if (!next(row)) {
        bad_header("is missing (the file is empty)");
    }
    rows_ = 0;
    if (row.fault() != RowFault::None) {
        bad_header("cannot be read (" + std::string(to_string(row.fault())) + ")");
    }
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i].empty()) {
            bad_header("has no name in column " + std::to_string(i + 1));
        }
        if (!seen.insert(row[i]).second) {
            bad_header("names the column \"" + std::string(row[i]) + "\" twice");
        }
        header_.emplace_back(row[i]);
    }
}

int Reader::column(std::string_view name) const {
    const auto found = std::find(header_.begin(), header_.end(), name);
    return found == header_.end() ? -1 : static_cast<int>(found - header_.begin());
}

bool Reader::fill() {
    at_ = 0;
    end_ = source_->read(buffer_);
    return end_ > 0;
}

bool Reader::next(Row& row) {
    while (read_record(row)) {
        if (row.text_.empty() && row.ends_.size() == 1 && !saw_quote_ && row.fault_ == RowFault::None) {
            continue;
        }
        row.number_ = ++rows_;
        if (row.fault_ == RowFault::None) {
            if (row.text_.find('\0') != std::string::npos) {
                row.fault_ = RowFault::NulByte;
            } else if (!is_valid_utf8(row.text_)) {
                row.fault_ = RowFault::InvalidUtf8;
            } else if (!header_.empty() && row.size() != header_.size()) {
                row.fault_ = RowFault::Ragged;
            }
        }
        return true;
    }
    return false;
}

void Reader::end_field(Row& row) const {
    row.ends_.push_back(row.text_.size());
    // Keeps fields apart, so that two halves of a broken character cannot meet.
    row.text_.push_back(',');
}

bool Reader::read_record(Row& row) {
    row.text_.clear();
    row.ends_.clear();
    row.fault_ = RowFault::None;
    row.line_ = lines_;
    in_quotes_ = after_quote_ = saw_quote_ = false;
    if (at_ == end_ && !fill()) {
        return false;
    }
    bool more = true;
    while (more) {
        if (at_ == end_ && !fill()) {
            if (in_quotes_) {
                row.fault_ = RowFault::BadQuotes;
            }
            break;
        }
        more = in_quotes_ ? quoted_part(row) : plain_part(row);
        if (row.text_.size() > limits_.row_bytes_max || row.ends_.size() >= limits_.columns_max) {
            row.fault_ = RowFault::TooLong;
            if (more) {
                skip_line();
            }
            break;
        }
    }
    // The line may end with \r\n: the \r was taken as text until the \n came.
    if (!after_quote_ && !row.text_.empty() && row.text_.back() == '\r') {
        row.text_.pop_back();
    }
    row.ends_.push_back(row.text_.size());
    return true;
}

// Takes text outside quotes up to the next character that means something. False at the end of the row.
bool Reader::plain_part(Row& row) {
    const char* const text = reinterpret_cast<const char*>(buffer_.data());
    const char* const begin = text + at_;
    const char* const end = text + end_;
    const char* stop = begin;
    while (stop < end && *stop != ',' && *stop != '\n' && *stop != '"') {
        ++stop;
    }
    if (after_quote_ && stop > begin && !(*begin == '\r' && stop == begin + 1)) {
        row.fault_ = RowFault::BadQuotes;
    }
    if (!(after_quote_ && *begin == '\r')) {
        row.text_.append(begin, stop);
    }
    at_ = static_cast<std::size_t>(stop - text);
    if (stop == end) {
        return true;
    }
    ++at_;
    const std::size_t field_begin = row.ends_.empty() ? 0 : row.ends_.back() + 1;
    if (*stop == ',') {
        end_field(row);
        after_quote_ = false;
        return true;
    }
    if (*stop == '\n') {
        ++lines_;
        return false;
    }
    if (after_quote_) {
        // A doubled quote within quotes: the field goes on.
        row.text_.push_back('"');
        in_quotes_ = true;
        after_quote_ = false;
    } else if (row.text_.size() == field_begin) {
        in_quotes_ = true;
        saw_quote_ = true;
    } else {
        row.text_.push_back('"');
    }
    return true;
}

bool Reader::quoted_part(Row& row) {
    const char* const text = reinterpret_cast<const char*>(buffer_.data());
    const char* const begin = text + at_;
    const char* const end = text + end_;
    const char* const stop = std::find(begin, end, '"');
    lines_ += std::count(begin, stop, '\n');
    row.text_.append(begin, stop);
    at_ = static_cast<std::size_t>(stop - text);
    if (stop < end) {
        ++at_;
        in_quotes_ = false;
        after_quote_ = true;
    }
    return true;
}

void Reader::skip_line() {
    while (at_ < end_ || fill()) {
        const char* const text = reinterpret_cast<const char*>(buffer_.data());
        const char* const stop = std::find(text + at_, text + end_, '\n');
        at_ = static_cast<std::size_t>(stop - text);
        if (at_ < end_) {
            ++at_;
            ++lines_;
            return;
        }
    }
}

}  // namespace kontor::csv
