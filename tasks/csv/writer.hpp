// Writes RFC 4180 CSV to a byte writer: fields are quoted only where they must be, lines end with \n.
// Thread: one thread at a time. Owner: the task that opened it. Destroyed without commit(), nothing is stored.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tasks/sdk/objects.hpp"

namespace kontor::csv {

// Appends one field in its written form.
void append_field(std::string& out, std::string_view value);

class Writer {
 public:
    explicit Writer(std::unique_ptr<sdk::ByteWriter> sink) : sink_(std::move(sink)) {}

    // The header line; not counted as a row.
    template <class Range>
    void header(const Range& names) {
        for (const auto& name : names) {
            field(name);
        }
        finish_line();
    }
    void header(std::initializer_list<std::string_view> names);

    Writer& field(std::string_view value);
    void end_row();
    void row(std::initializer_list<std::string_view> fields);
    // Rows that are CSV already, as `COPY ... (FORMAT csv)` sends them.
    // Requires: `text` holds `rows` whole rows, each ending with \n.
    void encoded_rows(std::string_view text, std::int64_t rows);

    std::int64_t rows() const { return rows_; }
    // Ensures: everything is stored. Nothing may be written afterwards.
    sdk::ObjectRef commit();

 private:
    void finish_line();
    void flush();

    std::unique_ptr<sdk::ByteWriter> sink_;
    std::string buffer_;
    std::int64_t rows_ = 0;
    std::size_t fields_ = 0;
    std::size_t line_begin_ = 0;
};

}  // namespace kontor::csv
