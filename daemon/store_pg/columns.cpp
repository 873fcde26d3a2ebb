#include "store_pg/columns.hpp"

#include <bit>
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
    for (int shift = static_cast<int>(sizeof(Integer)) * 8 - 8; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>(raw >> static_cast<unsigned>(shift)));
    }
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

void Column::add(bool value) {
    expect(ColumnType::Bool);
    append(bytes_, std::int32_t{1});
    bytes_.push_back(value ? '\1' : '\0');
    ++count_;
}

void Column::add(int value) {
    expect(ColumnType::Int4);
    append(bytes_, std::int32_t{4});
    append(bytes_, std::int32_t{value});
    ++count_;
}

void Column::add(std::int64_t value) {
    expect(ColumnType::Int8);
    append(bytes_, std::int32_t{8});
    append(bytes_, value);
    ++count_;
}

void Column::add(double value) {
    expect(ColumnType::Float8);
    append(bytes_, std::int32_t{8});
    append(bytes_, std::bit_cast<std::int64_t>(value));
    ++count_;
}

void Column::add(Instant value) {
    expect(ColumnType::Timestamptz);
    append(bytes_, std::int32_t{8});
    append(bytes_, to_pg_time(value));
    ++count_;
}

void Column::add(std::string_view value) {
    expect(ColumnType::Text);
    if (is_plain(value) || (value.find('\0') == std::string_view::npos && is_valid_utf8(value))) {
        append(bytes_, static_cast<std::int32_t>(value.size()));
        bytes_ += value;
    } else {
        const std::string clean = storable(value);
        append(bytes_, static_cast<std::int32_t>(clean.size()));
        bytes_ += clean;
    }
    ++count_;
}

void Column::add(const Json& value) {
    expect(ColumnType::Jsonb);
    if (value.is_null()) {
        add_null();
        return;
    }
    const std::string text = storable_json(value);
    append(bytes_, static_cast<std::int32_t>(text.size() + 1));
    bytes_.push_back('\1');  // the version of jsonb's binary form
    bytes_ += text;
    ++count_;
}

void Column::add_null() {
    append(bytes_, std::int32_t{-1});
    has_null_ = true;
    ++count_;
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
