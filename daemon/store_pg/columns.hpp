// Rows turned into columns: PostgreSQL's binary arrays, one parameter per column, unpacked by UNNEST.
// Binary, so that no text needs quoting and no time needs parsing. Text that the database cannot hold is mended here:
// U+0000 and invalid UTF-8 become U+FFFD, in texts and inside JSON strings; JSON numbers that are not finite become null.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"

namespace kontor::store_pg {

// Type numbers of pg_type: fixed for ever by the wire protocol.
enum class ColumnType : unsigned {
    Bool = 16,
    Int8 = 20,
    Int4 = 23,
    Text = 25,
    Float8 = 701,
    Timestamptz = 1184,
    Jsonb = 3802,
};
unsigned array_type(ColumnType element);

class Column {
 public:
    explicit Column(ColumnType type);

    void add(bool value);
    void add(int value);
    void add(std::int64_t value);
    void add(double value);
    void add(Instant value);
    void add(std::string_view value);
    void add(const std::string& value) { add(std::string_view(value)); }
    void add(const Json& value);  // null becomes SQL's NULL
    template <class T>
    void add(const std::optional<T>& value) {
        if (value) {
            add(*value);
        } else {
            add_null();
        }
    }
    void add_null();

    ColumnType type() const { return type_; }
    // Whether every value so far is the same.
    bool uniform() const { return uniform_; }
    // The first value in binary form; nullopt when it is NULL. Requires: there is one.
    std::optional<std::string> first() const;
    // The array in PostgreSQL's binary form.
    const std::string& finish();

 private:
    void expect(ColumnType type) const;
    void end_value(std::size_t begin);

    ColumnType type_;
    std::int32_t count_ = 0;
    bool has_null_ = false;
    bool uniform_ = true;
    std::size_t first_end_ = 0;
    std::string bytes_;
};

// `value` as JSON text that jsonb takes.
std::string storable_json(const Json& value);

std::int64_t to_pg_time(Instant instant);    // microseconds since 2000-01-01
Instant from_pg_time(std::int64_t pg_time);

}  // namespace kontor::store_pg
