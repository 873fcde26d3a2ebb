#include "tasks/csv/writer.hpp"

namespace kontor::csv {
namespace {

// Forty writers stand open at once while an extraction is split by country.
constexpr std::size_t buffer_bytes = std::size_t{16} << 10U;

}  // namespace

void append_field(std::string& out, std::string_view value) {
    if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
        out.append(value);
        return;
    }
    out.push_back('"');
    std::size_t from = 0;
    for (std::size_t quote = value.find('"'); quote != std::string_view::npos; quote = value.find('"', from)) {
        out.append(value.substr(from, quote - from + 1));
        out.push_back('"');
        from = quote + 1;
    }
    out.append(value.substr(from));
    out.push_back('"');
}

void Writer::header(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        field(name);
    }
    finish_line();
}

Writer& Writer::field(std::string_view value) {
    if (fields_ > 0) {
        buffer_.push_back(',');
    }
    append_field(buffer_, value);
    ++fields_;
    return *this;
}

void Writer::end_row() {
    finish_line();
    ++rows_;
}

void Writer::row(std::initializer_list<std::string_view> fields) {
    for (const std::string_view value : fields) {
        field(value);
    }
    end_row();
}

void Writer::encoded_rows(std::string_view text, std::int64_t rows) {
    buffer_.append(text);
    rows_ += rows;
    line_begin_ = buffer_.size();
    if (buffer_.size() >= buffer_bytes) {
        flush();
    }
}

void Writer::finish_line() {
    // A line without a character would read as a blank line, not as a row of one empty field.
    if (buffer_.size() == line_begin_) {
        buffer_.append("\"\"");
    }
    buffer_.push_back('\n');
    fields_ = 0;
    line_begin_ = buffer_.size();
    if (buffer_.size() >= buffer_bytes) {
        flush();
    }
}

void Writer::flush() {
    sink_->write(std::as_bytes(std::span(buffer_)));
    buffer_.clear();
    line_begin_ = 0;
}

sdk::ObjectRef Writer::commit() {
    flush();
    return sink_->commit();
}

}  // namespace kontor::csv
