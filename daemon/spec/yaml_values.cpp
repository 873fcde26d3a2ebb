// Scalars as typed values, and where a value's bytes stand in the text.
#include <charconv>
#include <cmath>

#include "spec/yaml_tree.hpp"

namespace kontor::spec {
namespace {

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// digits[.digits][e[+-]digits] or .digits: what YAML's core schema calls a float (and, without the rest, an int).
bool looks_like_number(std::string_view text) {
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t first = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
            ++at;
        }
        return at > first;
    };
    const bool whole = digits();
    bool fraction = false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        fraction = digits();
    }
    if (!whole && !fraction) {
        return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        at += at < text.size() && (text[at] == '+' || text[at] == '-') ? 1 : 0;
        if (!digits()) {
            return false;
        }
    }
    return at == text.size();
}

Json number_of(const YamlNode& scalar, std::string_view unsigned_text, Diagnostics& out) {
    std::string_view text = scalar.text;
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    const char* end = text.data() + text.size();
    if (all_digits(unsigned_text)) {
        std::int64_t whole = 0;
        if (std::from_chars(text.data(), end, whole).ec == std::errc()) {
            return whole;
        }
        out.add(scalar.offset, "the number " + scalar.text.substr(0, 60) + " is out of range", "quote it if it is meant to be a text");
        return nullptr;
    }
    double number = 0;
    // from_chars wants a digit before the point.
    const std::string padded = (text.starts_with('-') ? "-0" : "0") + std::string(unsigned_text);
    const auto [last, error] = std::from_chars(padded.data(), padded.data() + padded.size(), number);
    if (error != std::errc() || last == padded.data() || !std::isfinite(number)) {
        out.add(scalar.offset, "the number " + scalar.text.substr(0, 60) + " is out of range", "quote it if it is meant to be a text");
        return nullptr;
    }
    return number;
}

Json scalar_value(const YamlNode& scalar, Diagnostics& out) {
    const std::string_view text = scalar.text;
    if (!scalar.plain) {
        return Json(text);
    }
    if (text == "true" || text == "false") {
        return Json(text == "true");
    }
    std::string_view bare = text;
    bare.remove_prefix(bare.starts_with('-') || bare.starts_with('+') ? 1 : 0);
    if (bare == ".inf" || bare == ".Inf" || bare == ".INF" || text == ".nan" || text == ".NaN" || text == ".NAN") {
        out.add(scalar.offset, "the number " + scalar.text + " is not allowed", "quote it if it is meant to be a text");
        return nullptr;
    }
    const bool leading_zero = bare.size() > 1 && bare[0] == '0' && all_digits(bare);
    const bool prefixed = bare.size() > 2 && bare[0] == '0' && (bare[1] == 'x' || bare[1] == 'o') &&
                          bare.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
    if (leading_zero || prefixed) {
        out.add(
            scalar.offset, scalar.text.substr(0, 60) + " is read as different numbers by different programs",
            "quote it if it is meant to be a text, or write it as a decimal number"
        );
        return nullptr;
    }
    return looks_like_number(bare) ? number_of(scalar, bare, out) : Json(text);
}

std::size_t in_quotes(std::string_view text, const YamlNode& scalar, std::size_t at) {
    const char quote = text[scalar.offset];
    std::size_t source = scalar.offset + 1;
    for (std::size_t i = 0; i < at; ++i) {
        if (source >= text.size()) {
            return scalar.offset;
        }
        const bool doubled = quote == '\'' && text.substr(source, 2) == "''";
        const bool escaped = quote == '"' && text[source] == '\\' && source + 1 < text.size();
        // \" \\ \/ \n \t stand for one byte each; of other escapes and of folded lines only the beginning is known.
        const char second = escaped ? text[source + 1] : '\0';
        const bool simple = std::string_view("\"\\/nt").find(second) != std::string_view::npos;
        if ((escaped && !simple) || (!escaped && !doubled && text[source] != scalar.text[i])) {
            return scalar.offset;
        }
        source += doubled || escaped ? 2 : 1;
    }
    return source;
}

// Literal and folded blocks whose lines are kept one by one: the value's n-th line is the n-th below the header.
std::size_t in_block(std::string_view text, const YamlNode& scalar, std::size_t at) {
    const std::string_view value = scalar.text;
    std::size_t source = scalar.offset;
    std::size_t done = 0;
    // Walks value and text in step; a run of spaces in one may be a line break with indentation in the other.
    source = text.find('\n', source);
    while (source != std::string_view::npos && source < text.size()) {
        source = text.find_first_not_of(" \t\r\n", source);
        while (done < value.size() && (value[done] == ' ' || value[done] == '\n')) {
            ++done;
        }
        while (source != std::string_view::npos && source < text.size() && done < value.size() &&
               text[source] == value[done] && value[done] != ' ' && value[done] != '\n') {
            if (done == at) {
                return source;
            }
            ++done;
            ++source;
        }
        const bool gap = source != std::string_view::npos && source < text.size() && done < value.size() &&
                         (value[done] == ' ' || value[done] == '\n') &&
                         std::string_view(" \t\r\n").find(text[source]) != std::string_view::npos;
        if (!gap || done > at) {
            break;
        }
    }
    return done == at && source != std::string_view::npos ? source : scalar.offset;
}

}  // namespace

Json to_json(const YamlNode& node, Diagnostics& out) {
    switch (node.kind) {
        case YamlNode::Kind::Null: return nullptr;
        case YamlNode::Kind::Scalar: return scalar_value(node, out);
        case YamlNode::Kind::List: {
            JsonArray list;
            for (const YamlPtr& item : node.items) {
                list.push_back(to_json(*item, out));
            }
            return list;
        }
        case YamlNode::Kind::Map: {
            JsonObject map;
            for (const YamlEntry& entry : node.entries) {
                map.emplace(entry.key, to_json(*entry.value, out));
            }
            return map;
        }
    }
    KONTOR_UNREACHABLE();
}

std::size_t offset_within(std::string_view text, const YamlNode& scalar, std::size_t at) {
    if (scalar.rewritten || scalar.offset >= text.size() || at > scalar.text.size()) {
        return scalar.offset;
    }
    const char first = text[scalar.offset];
    if (!scalar.plain && (first == '\'' || first == '"')) {
        return in_quotes(text, scalar, at);
    }
    if (!scalar.plain && (first == '|' || first == '>')) {
        return in_block(text, scalar, at);
    }
    return text.substr(scalar.offset, at) == std::string_view(scalar.text).substr(0, at) ? scalar.offset + at : scalar.offset;
}

Place find_place(const YamlNode& root, std::string_view pointer) {
    Place place{&root, root.offset};
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const std::size_t end = std::min(pointer.find('/'), pointer.size());
        std::string key;
        for (std::size_t i = 0; i < end; ++i) {
            const bool escape = pointer[i] == '~' && i + 1 < end;
            key += escape ? (pointer[i + 1] == '0' ? '~' : '/') : pointer[i];
            i += escape ? 1 : 0;
        }
        pointer.remove_prefix(end);
        if (place.node->kind == YamlNode::Kind::Map) {
            const YamlEntry* entry = place.node->find(key);
            if (entry == nullptr) {
                return place;
            }
            place = {entry->value.get(), entry->key_offset};
        } else if (place.node->kind == YamlNode::Kind::List && all_digits(key) && key.size() < 6 &&
                   std::stoul(key) < place.node->items.size()) {
            const YamlNode* item = place.node->items[std::stoul(key)].get();
            place = {item, item->offset};
        } else {
            return place;
        }
    }
    return place;
}

}  // namespace kontor::spec
