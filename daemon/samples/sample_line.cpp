#include "samples/sample_line.hpp"

#include <array>
#include <algorithm>

#include "base/json.hpp"
#include "base/sha256.hpp"

namespace kontor::samples {
namespace {

constexpr std::array<std::string_view, 5> members{"country", "item", "version", "code", "columns"};
constexpr std::size_t digest_digits = 32;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::optional<LineFault> read_text(const Json& line, std::string_view name, std::size_t bytes_max, std::string& into) {
    const Json* value = member(line, name);
    if (value == nullptr) {
        return LineFault{std::string(name), "is missing"};
    }
    if (!value->is_string()) {
        return LineFault{std::string(name), "must be a text"};
    }
    into = value->get_string();
    if (into.empty() || into.size() > bytes_max) {
        return LineFault{std::string(name), "must have 1 to " + std::to_string(bytes_max) + " bytes"};
    }
    if (std::any_of(into.begin(), into.end(), is_control)) {
        return LineFault{std::string(name), "holds a control character"};
    }
    if (is_blank(into.front()) || is_blank(into.back())) {
        return LineFault{std::string(name), "begins or ends with a blank"};
    }
    return std::nullopt;
}

std::optional<LineFault> read_version(const Json& line, std::int64_t& into) {
    const Json* value = member(line, "version");
    if (value == nullptr) {
        return LineFault{"version", "is missing: a whole number, higher for what is newer"};
    }
    if (value->is_uint64() || !value->is_int64() || value->get_int64() < 0 || value->get_int64() > version_max) {
        return LineFault{"version", "must be a whole number from 0 to " + std::to_string(version_max)};
    }
    into = value->get_int64();
    return std::nullopt;
}

// A value as a table's cell; nullopt: a table cannot hold it.
std::optional<std::string> cell_of(const Json& value) {
    if (value.is_string()) {
        return std::string(value.get_string());
    }
    if (value.is_number() || value.is_bool()) {
        return to_text(value);
    }
    return std::nullopt;
}

std::optional<LineFault> read_columns(const Json& line, std::map<std::string, std::string>& into) {
    const Json* value = member(line, "columns");
    if (value == nullptr || !value->is_object() || value->get_object().empty()) {
        return LineFault{"columns", "must be an object with the item's columns by name"};
    }
    if (value->get_object().size() > columns_max) {
        return LineFault{"columns", "has more than " + std::to_string(columns_max) + " members"};
    }
    into.clear();
    for (const auto& entry : value->get_object()) {
        const std::string name(entry.key());
        const std::string field = "columns/" + name;
        if (name.empty() || name.size() > column_name_bytes_max || std::any_of(name.begin(), name.end(), is_control)) {
            return LineFault{"columns", "has a name that is no column's: 1 to " + std::to_string(column_name_bytes_max) + " bytes of plain text"};
        }
        if (entry.value().is_null()) {
            continue;
        }
        std::optional<std::string> cell = cell_of(entry.value());
        if (!cell) {
            return LineFault{field, "must be a text, a number, true, false or null"};
        }
        if (cell->find('\0') != std::string::npos) {
            return LineFault{field, "holds U+0000"};
        }
        into.emplace(name, std::move(*cell));
    }
    return std::nullopt;
}

// Every part with its length before it: no two different samples give the same text.
std::string digest_of(const Sample& sample) {
    std::string text;
    const auto add = [&](const std::string& part) { text.append(std::to_string(part.size())).append(":").append(part); };
    add(sample.country);
    add(sample.item);
    add(std::to_string(sample.version));
    add(sample.code);
    for (const auto& [name, cell] : sample.columns) {
        add(name);
        add(cell);
    }
    return sha256_hex(text).substr(0, digest_digits);
}

}  // namespace

std::size_t Sample::bytes() const {
    std::size_t sum = sizeof(Sample) + item.size() + code.size() + digest.size();
    for (const auto& [name, cell] : columns) {
        sum += name.size() + cell.size() + 2 * sizeof(std::string) + 4 * sizeof(void*);
    }
    return sum;
}

std::optional<LineFault> parse_sample(std::string_view line, Sample& into) {
    const Result<Json> value = json_from_text(line);
    if (!value) {
        return LineFault{"", "is no JSON: " + value.error().message};
    }
    if (!value->is_object()) {
        return LineFault{"", "must be an object with country, item, version, code and columns"};
    }
    for (const auto& entry : value->get_object()) {
        if (std::find(members.begin(), members.end(), std::string_view(entry.key())) == members.end()) {
            return LineFault{storable(entry.key()), "is not known: there are country, item, version, code and columns"};
        }
    }
    if (auto fault = read_text(*value, "country", 2, into.country)) {
        return LineFault{"country", "must be two capital letters"};
    }
    if (into.country.size() != 2 || !std::all_of(into.country.begin(), into.country.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
        return LineFault{"country", "must be two capital letters"};
    }
    if (auto fault = read_text(*value, "item", item_bytes_max, into.item)) {
        return fault;
    }
    if (auto fault = read_version(*value, into.version)) {
        return fault;
    }
    if (auto fault = read_text(*value, "code", code_bytes_max, into.code)) {
        return fault;
    }
    if (auto fault = read_columns(*value, into.columns)) {
        return fault;
    }
    into.digest = digest_of(into);
    return std::nullopt;
}

}  // namespace kontor::samples
