#include "tasks/ml/unicode.hpp"

#include <unicode/ucasemap.h>
#include <unicode/uchar.h>

#include <cstring>
#include <memory>

namespace kontor::ml {
namespace {

constexpr char32_t replacement = 0xFFFD;
// The two characters whose lower case is more than a table: it depends on the neighbours, or is two characters.
constexpr char32_t capital_sigma = 0x03A3;
constexpr char32_t dotted_capital_i = 0x0130;

bool is_space(char32_t c) {
    return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::uint8_t classes_from_icu(char32_t c) {
    const auto point = static_cast<UChar32>(c);
    const bool word = c == U'_' || u_isalpha(point) != 0 ||
                      u_getIntPropertyValue(point, UCHAR_NUMERIC_TYPE) != U_NT_NONE;
    return static_cast<std::uint8_t>((word ? char_class::word : 0) | (is_space(c) ? char_class::space : 0));
}

std::unique_ptr<CharTables> make_tables() {
    auto tables = std::make_unique<CharTables>();
    for (std::uint32_t c = 0; c < 0x10000; ++c) {
        tables->lower[c] = static_cast<std::uint16_t>(u_tolower(static_cast<UChar32>(c)));
        tables->classes[c] = classes_from_icu(c);
    }
    return tables;
}

char* encode(char32_t c, char* to) {
    const auto put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0U | (c >> 6U));
        put(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
        put(0xE0U | (c >> 12U));
        put(0x80U | ((c >> 6U) & 0x3FU));
        put(0x80U | (c & 0x3FU));
    } else {
        put(0xF0U | (c >> 18U));
        put(0x80U | ((c >> 12U) & 0x3FU));
        put(0x80U | ((c >> 6U) & 0x3FU));
        put(0x80U | (c & 0x3FU));
    }
    return to;
}

void lower_with_icu(std::string_view text, std::string& out) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UCaseMap, decltype(&ucasemap_close)> map(ucasemap_open("", 0, &status), &ucasemap_close);
    // One capital letter becomes three bytes at most, and a broken byte three.
    out.resize(text.size() * 3 + 8);
    const std::int32_t length = ucasemap_utf8ToLower(
        map.get(),
        out.data(),
        static_cast<std::int32_t>(out.size()),
        text.data(),
        static_cast<std::int32_t>(text.size()),
        &status
    );
    out.resize(U_SUCCESS(status) ? static_cast<std::size_t>(length) : 0);
}

}  // namespace

const CharTables& CharTables::get() {
    static const std::unique_ptr<CharTables> tables = make_tables();
    return *tables;
}

CodePoint decode_long(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t offset) -> std::uint32_t {
        return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
    };
    const auto follows = [&](std::size_t offset) { return (byte(offset) & 0xC0U) == 0x80U; };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) {
        return {lead, 1};
    }
    if (lead >= 0xC2 && lead < 0xE0 && follows(1)) {
        return {((lead & 0x1FU) << 6U) | (byte(1) & 0x3FU), 2};
    }
    if (lead >= 0xE0 && lead < 0xF0 && follows(1) && follows(2)) {
        return {((lead & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU), 3};
    }
    if (lead >= 0xF0 && lead < 0xF5 && follows(1) && follows(2) && follows(3)) {
        return {
            ((lead & 0x07U) << 18U) | ((byte(1) & 0x3FU) << 12U) | ((byte(2) & 0x3FU) << 6U) | (byte(3) & 0x3FU), 4};
    }
    return {replacement, 1};
}

std::uint8_t classes_beyond_ascii(char32_t c) {
    return c < 0x10000 ? CharTables::get().classes[c] : classes_from_icu(c);
}

// Eight characters at a time; false when there is one beyond ASCII.
bool lower_ascii(std::string_view text, std::string& out) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t high = 0x80U * ones;
    out.resize(text.size());
    const auto lowered = [](std::uint64_t word) {
        // The high bit of each byte from 'A' on, less those beyond 'Z'; a quarter of it is the bit that makes small letters.
        const std::uint64_t capital = ((word + (0x80U - 'A') * ones) & ~(word + (0x7FU - 'Z') * ones)) & high;
        return word | capital >> 2U;
    };
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        if ((word & high) != 0) {
            return false;
        }
        word = lowered(word);
        std::memcpy(out.data() + at, &word, sizeof word);
    }
    for (; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte >= 0x80) {
            return false;
        }
        out[at] = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
    }
    return true;
}

bool to_lower(std::string_view text, std::string& out) {
    if (lower_ascii(text, out)) {
        return true;
    }
    const CharTables& tables = CharTables::get();
    out.resize(text.size() * 3 + 8);
    char* to = out.data();
    std::size_t at = 0;
    while (at < text.size()) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            *to++ = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
            ++at;
            continue;
        }
        const CodePoint point = decode(text, at);
        if (point.value == capital_sigma || point.value == dotted_capital_i) {
            lower_with_icu(text, out);
            return false;
        }
        at += point.length;
        to = encode(
            point.value < 0x10000 ? tables.lower[point.value]
                                  : static_cast<char32_t>(u_tolower(static_cast<UChar32>(point.value))),
            to
        );
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
    return false;
}

}  // namespace kontor::ml
