#include <libpq-fe.h>
#include <type_traits>

#include "base/check.hpp"
#include "base/stored_json.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {
namespace {

template <class Integer>
Integer read_integer(std::string_view bytes) {
    KONTOR_CHECK(bytes.size() == sizeof(Integer));
    std::make_unsigned_t<Integer> value = 0;
    for (const char c : bytes) {
        value = static_cast<std::make_unsigned_t<Integer>>(value << 8U) | static_cast<unsigned char>(c);
    }
    return static_cast<Integer>(value);
}

template <class Integer>
std::string written(Integer value) {
    std::string bytes;
    for (int shift = static_cast<int>(sizeof(Integer)) * 8 - 8; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>(static_cast<std::make_unsigned_t<Integer>>(value) >> static_cast<unsigned>(shift)));
    }
    return bytes;
}

}  // namespace

Parameter parameter(std::int64_t value) { return {static_cast<unsigned>(ColumnType::Int8), written(value)}; }

Parameter parameter(std::string_view value) { return {static_cast<unsigned>(ColumnType::Text), storable(value)}; }

Parameter parameter(Instant value) {
    return {static_cast<unsigned>(ColumnType::Timestamptz), written(to_pg_time(value))};
}

Parameter parameter(bool value) {
    return {static_cast<unsigned>(ColumnType::Bool), std::string(1, value ? '\1' : '\0')};
}

void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }

Rows::Rows(pg_result* result) : result_(result) {}

int Rows::count() const { return PQntuples(result_.get()); }

bool Rows::is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) == 1; }

std::string_view Rows::bytes(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t Rows::int8(int row, int column) const { return read_integer<std::int64_t>(bytes(row, column)); }

int Rows::int4(int row, int column) const { return read_integer<std::int32_t>(bytes(row, column)); }

bool Rows::boolean(int row, int column) const { return bytes(row, column) == std::string_view("\1", 1); }

std::string Rows::text(int row, int column) const { return std::string(bytes(row, column)); }

Json Rows::json(int row, int column) const {
    if (is_null(row, column)) {
        return nullptr;
    }
    const std::string_view raw = bytes(row, column);
    KONTOR_CHECK(!raw.empty() && raw.front() == '\1');
    return json_from_store(raw.substr(1));
}

Instant Rows::time(int row, int column) const { return from_pg_time(int8(row, column)); }

std::optional<std::int64_t> Rows::maybe_int8(int row, int column) const {
    return is_null(row, column) ? std::nullopt : std::optional(int8(row, column));
}

std::optional<Instant> Rows::maybe_time(int row, int column) const {
    return is_null(row, column) ? std::nullopt : std::optional(time(row, column));
}

}  // namespace kontor::store_pg
