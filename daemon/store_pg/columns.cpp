#include "store_pg/columns.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/check.hpp"

namespace kontor::store_pg {
namespace {

constexpr std::size_t header_bytes = 20;
constexpr std::int64_t epoch_2000_us = 946'684'800LL * 1'000'000LL;

template <class Integer>
void append(std::string& bytes, Integer value) {
    using Unsigned = std::make_unsigned_t<Integer>;
    const auto raw = static_cast<Unsigned>(value);
    std::array<char, sizeof(Integer)> big_endian{};
    for (std::size_t i = 0; i < sizeof(Integer); ++i) {
        big_endian[i] = static_cast<char>(raw >> (8 * (sizeof(Integer) - 1 - i)));
    }
    bytes.append(big_endian.data(), big_endian.size());
}

// The common case: printable or not, ASCII without NUL needs no mending.
bool is_plain(std::string_view text) {
    for (const char c : text) {
        if (static_cast<signed char>(c) <= 0) {
            return false;
        }
    }
    return true;
}

Json mended(const Json& value) {
    if (const auto* text = value.if_string()) {
        return Json(storable({text->data(), text->size()}));
    }
    if (const auto* number = value.if_double()) {
        return std::isfinite(*number) ? value : Json(nullptr);
    }
    if (const auto* array = value.if_array()) {
        JsonArray clean;
        for (const Json& item : *array) {
            clean.push_back(mended(item));
        }
        return clean;
    }
    if (const auto* object = value.if_object()) {
        JsonObject clean;
        for (const auto& entry : *object) {
            clean[storable({entry.key().data(), entry.key().size()})] = mended(entry.value());
        }
        return clean;
    }
    return value;
}

}  // namespace

unsigned array_type(ColumnType element) {
    switch (element) {
        case ColumnType::Bool: return 1000;
        case ColumnType::Int8: return 1016;
        case ColumnType::Int4: return 1007;
        case ColumnType::Text: return 1009;
        case ColumnType::Float8: return 1022;
        case ColumnType::Timestamptz: return 1185;
        case ColumnType::Jsonb: return 3807;
    }
    KONTOR_UNREACHABLE();
}

std::string storable_json(const Json& value) {
    std::string text = to_text(value);
    // The serialiser writes U+0000 as an escape and numbers that are not finite as 1e99999: both are rare, so look first.
    const bool suspect = text.find("\\u0000") != std::string::npos || text.find("1e99999") != std::string::npos;
    if (suspect || (!is_plain(text) && !is_valid_utf8(text))) {
        text = to_text(mended(value));
    }
    return text;
}

std::int64_t to_pg_time(Instant instant) { return instant.time_since_epoch().count() - epoch_2000_us; }

Instant from_pg_time(std::int64_t pg_time) { return Instant(Duration(pg_time + epoch_2000_us)); }

Column::Column(ColumnType type) : type_(type), bytes_(header_bytes, '\0') {}

void Column::expect(ColumnType type) const { KONTOR_CHECK(type == type_); }

void Column::end_value(std::size_t begin) {
    const std::string_view all(bytes_);
    if (count_ == 0) {
        first_end_ = all.size();
    } else if (uniform_) {
        uniform_ = all.substr(begin) == all.substr(header_bytes, first_end_ - header_bytes);
    }
    ++count_;
}

std::optional<std::string> Column::first() const {
    KONTOR_CHECK(count_ > 0);
    constexpr std::size_t length_bytes = 4;
    // The length of a NULL is -1.
    if (bytes_[header_bytes] == '\xff') {
        return std::nullopt;
    }
    return bytes_.substr(header_bytes + length_bytes, first_end_ - header_bytes - length_bytes);
}

void Column::add(bool value) {
    expect(ColumnType::Bool);
    const std::size_t begin = bytes_.size();
    append(bytes_, std::int32_t{1});
    bytes_.push_back(value ? '\1' : '\0');
    end_value(begin);
}

void Column::add(int value) {
    expect(ColumnType::Int4);
    const std::size_t begin = bytes_.size();
    append(bytes_, std::int32_t{4});
    append(bytes_, std::int32_t{value});
    end_value(begin);
}

void Column::add(std::int64_t value) {
    expect(ColumnType::Int8);
    const std::size_t begin = bytes_.size();
    append(bytes_, std::int32_t{8});
    append(bytes_, value);
    end_value(begin);
}

void Column::add(double value) {
    expect(ColumnType::Float8);
    const std::size_t begin = bytes_.size();
    append(bytes_, std::int32_t{8});
    append(bytes_, std::bit_cast<std::int64_t>(value));
    end_value(begin);
}

void Column::add(Instant value) {
    expect(ColumnType::Timestamptz);
    const std::size_t begin = bytes_.size();
    append(bytes_, std::int32_t{8});
    append(bytes_, to_pg_time(value));
    end_value(begin);
}

void Column::add(std::string_view value) {
    expect(ColumnType::Text);
    const std::size_t begin = bytes_.size();
    if (is_plain(value) || (value.find('\0') == std::string_view::npos && is_valid_utf8(value))) {
        append(bytes_, static_cast<std::int32_t>(value.size()));
        bytes_ += value;
    } else {
        const std::string clean = storable(value);
        append(bytes_, static_cast<std::int32_t>(clean.size()));
        bytes_ += clean;
    }
    end_value(begin);
}

void Column::add(const Json& value) {
    expect(ColumnType::Jsonb);
    if (value.is_null()) {
        add_null();
        return;
    }
    const std::size_t begin = bytes_.size();
    const std::string text = storable_json(value);
    append(bytes_, static_cast<std::int32_t>(text.size() + 1));
    bytes_.push_back('\1');  // the version of jsonb's binary form
    bytes_ += text;
    end_value(begin);
}

void Column::add_null() {
    const std::size_t begin = bytes_.size();
    append(bytes_, std::int32_t{-1});
    has_null_ = true;
    end_value(begin);
}

const std::string& Column::finish() {
    std::string header;
    append(header, std::int32_t{1});  // one dimension
    append(header, std::int32_t{has_null_ ? 1 : 0});
    append(header, static_cast<std::int32_t>(type_));
    append(header, count_);
    append(header, std::int32_t{1});  // its lower bound
    std::memcpy(bytes_.data(), header.data(), header_bytes);
    return bytes_;
}

}  // namespace kontor::store_pg
