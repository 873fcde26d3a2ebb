#include "core/expr/functions.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

namespace kontor::core::expr {
namespace {

// Compiled size of one pattern; RE2's own default is 8 MiB and a workflow holds many.
constexpr std::int64_t pattern_memory_max = 1024 * 1024;

Failure wrong(std::string_view function, std::string_view wants, const Json& got) {
    return {std::string(function) + "() takes " + std::string(wants) + ", not " + std::string(type_name(got))};
}

std::string_view view(const Json& text) { return text.get_string(); }

Outcome text_value(std::string_view text, Budget& budget) {
    if (!budget.spend(text.size())) {
        return Budget::exhausted();
    }
    return Value::own(Json(text));
}

Outcome size(std::span<Value> arguments, Budget&) {
    const Json& of = arguments[0].get();
    std::size_t count = 0;
    if (of.is_string()) {
        // Characters, not bytes: every byte but UTF-8's continuation bytes begins one.
        const std::string_view text = view(of);
        count = static_cast<std::size_t>(
            std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; })
        );
    } else if (of.is_array()) {
        count = of.get_array().size();
    } else if (of.is_object()) {
        count = of.get_object().size();
    } else {
        return wrong("size", "a text, a list or a map", of);
    }
    return Value::own(Json(static_cast<std::int64_t>(count)));
}

Outcome to_string_value(std::span<Value> arguments, Budget& budget) {
    return text_value(display(arguments[0].get()), budget);
}

Outcome to_int(std::span<Value> arguments, Budget&) {
    const Json& of = arguments[0].get();
    if (is_integer(of)) {
        return Value::own(of);
    }
    if (of.is_double()) {
        const double number = of.get_double();
        if (!(number >= -0x1p63 && number < 0x1p63)) {
            return Failure{"int(): " + to_text(of) + " is out of range"};
        }
        return Value::own(Json(static_cast<std::int64_t>(number)));
    }
    if (of.is_string()) {
        const std::string_view text = view(of);
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size()) {
            return Failure{"int(): '" + std::string(text.substr(0, 60)) + "' is not a whole number"};
        }
        return Value::own(Json(number));
    }
    return wrong("int", "a number or a text", of);
}

Outcome to_double(std::span<Value> arguments, Budget&) {
    const Json& of = arguments[0].get();
    if (of.is_double()) {
        return Value::own(of);
    }
    if (of.is_int64()) {
        return Value::own(Json(static_cast<double>(of.get_int64())));
    }
    if (of.is_uint64()) {
        return Value::own(Json(static_cast<double>(of.get_uint64())));
    }
    if (of.is_string()) {
        const std::string_view text = view(of);
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
            return Failure{"double(): '" + std::string(text.substr(0, 60)) + "' is not a number"};
        }
        return Value::own(Json(number));
    }
    return wrong("double", "a number or a text", of);
}

Outcome to_bool(std::span<Value> arguments, Budget&) {
    const Json& of = arguments[0].get();
    if (of.is_bool()) {
        return Value::own(of);
    }
    static constexpr std::array<std::string_view, 5> yes{"true", "True", "TRUE", "t", "1"};
    static constexpr std::array<std::string_view, 5> no{"false", "False", "FALSE", "f", "0"};
    const bool is_yes = of.is_string() && std::ranges::find(yes, view(of)) != yes.end();
    if (is_yes || (of.is_string() && std::ranges::find(no, view(of)) != no.end())) {
        return Value::own(Json(is_yes));
    }
    return wrong("bool", "a boolean, 'true' or 'false'", of);
}

// Both arguments of a function over two texts.
struct Texts {
    std::string_view first;
    std::string_view second;
};
boost::system::result<Texts, Failure> two_texts(std::string_view function, std::span<Value> arguments) {
    for (const Value& argument : arguments.first(2)) {
        if (!argument.get().is_string()) {
            return wrong(function, "texts", argument.get());
        }
    }
    return Texts{view(arguments[0].get()), view(arguments[1].get())};
}

Outcome contains(std::span<Value> arguments, Budget&) {
    const auto texts = two_texts("contains", arguments);
    if (!texts) {
        return texts.error();
    }
    return Value::own(Json(texts->first.find(texts->second) != std::string_view::npos));
}

Outcome starts_with(std::span<Value> arguments, Budget&) {
    const auto texts = two_texts("startsWith", arguments);
    if (!texts) {
        return texts.error();
    }
    return Value::own(Json(texts->first.starts_with(texts->second)));
}

Outcome ends_with(std::span<Value> arguments, Budget&) {
    const auto texts = two_texts("endsWith", arguments);
    if (!texts) {
        return texts.error();
    }
    return Value::own(Json(texts->first.ends_with(texts->second)));
}

Outcome matches(std::span<Value> arguments, Budget&) {
    const auto texts = two_texts("matches", arguments);
    if (!texts) {
        return texts.error();
    }
    const auto pattern = compile_pattern(texts->second);
    if (!pattern) {
        return Failure{pattern.error().message};
    }
    return Value::own(Json(pattern_matches(**pattern, texts->first)));
}

Outcome map_ascii(std::string_view function, std::span<Value> arguments, Budget& budget, char from, char to, int shift) {
    if (!arguments[0].get().is_string()) {
        return wrong(function, "a text", arguments[0].get());
    }
    std::string text(view(arguments[0].get()));
    for (char& c : text) {
        c = c >= from && c <= to ? static_cast<char>(c + shift) : c;
    }
    return text_value(text, budget);
}

Outcome lower_ascii(std::span<Value> arguments, Budget& budget) {
    return map_ascii("lowerAscii", arguments, budget, 'A', 'Z', 'a' - 'A');
}

Outcome upper_ascii(std::span<Value> arguments, Budget& budget) {
    return map_ascii("upperAscii", arguments, budget, 'a', 'z', 'A' - 'a');
}

Outcome trim(std::span<Value> arguments, Budget& budget) {
    if (!arguments[0].get().is_string()) {
        return wrong("trim", "a text", arguments[0].get());
    }
    std::string_view text = view(arguments[0].get());
    const std::size_t first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    text.remove_prefix(first);
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    return text_value(text, budget);
}

Outcome split(std::span<Value> arguments, Budget& budget) {
    const auto texts = two_texts("split", arguments);
    if (!texts) {
        return texts.error();
    }
    auto [text, separator] = *texts;
    if (separator.empty()) {
        return Failure{"split() needs a separator that is not empty"};
    }
    JsonArray parts;
    while (true) {
        const std::size_t found = text.find(separator);
        const std::string_view part = text.substr(0, found);
        if (!budget.spend(sizeof(Json) + part.size())) {
            return Budget::exhausted();
        }
        parts.emplace_back(part);
        if (found == std::string_view::npos) {
            return Value::own(Json(std::move(parts)));
        }
        text.remove_prefix(found + separator.size());
    }
}

Outcome join(std::span<Value> arguments, Budget& budget) {
    const Json& of = arguments[0].get();
    if (!of.is_array()) {
        return wrong("join", "a list of texts", of);
    }
    std::string_view separator;
    if (arguments.size() > 1) {
        if (!arguments[1].get().is_string()) {
            return wrong("join", "a text as separator", arguments[1].get());
        }
        separator = view(arguments[1].get());
    }
    std::string joined;
    bool first = true;
    for (const Json& part : of.get_array()) {
        if (!part.is_string()) {
            return wrong("join", "a list of texts", part);
        }
        if (!budget.spend(part.get_string().size() + separator.size())) {
            return Budget::exhausted();
        }
        joined += first ? std::string_view() : separator;
        joined += view(part);
        first = false;
    }
    return Value::own(Json(joined));
}

Outcome replace(std::span<Value> arguments, Budget& budget) {
    const auto texts = two_texts("replace", arguments);
    if (!texts) {
        return texts.error();
    }
    if (!arguments[2].get().is_string()) {
        return wrong("replace", "texts", arguments[2].get());
    }
    auto [text, wanted] = *texts;
    if (wanted.empty()) {
        return Failure{"replace() needs a text to look for that is not empty"};
    }
    const std::string_view with = view(arguments[2].get());
    std::string replaced;
    while (true) {
        const std::size_t found = text.find(wanted);
        const std::string_view kept = text.substr(0, found);
        if (!budget.spend(kept.size() + with.size())) {
            return Budget::exhausted();
        }
        replaced += kept;
        if (found == std::string_view::npos) {
            return Value::own(Json(replaced));
        }
        replaced += with;
        text.remove_prefix(found + wanted.size());
    }
}

// The least (`sign` < 0) or greatest of a list, or of the arguments: all numbers or all texts.
Outcome extreme(std::string_view function, std::span<Value> arguments, int sign) {
    std::vector<const Json*> among;
    if (arguments.size() == 1 && arguments[0].get().is_array()) {
        for (const Json& item : arguments[0].get().get_array()) {
            among.push_back(&item);
        }
    } else {
        for (const Value& argument : arguments) {
            among.push_back(&argument.get());
        }
    }
    if (among.empty()) {
        return Failure{std::string(function) + "() of an empty list"};
    }
    const Json* best = among.front();
    for (const Json* item : among) {
        std::partial_ordering order = std::partial_ordering::equivalent;
        if (is_number(*item) && is_number(*best)) {
            order = compare_numbers(*item, *best);
        } else if (item->is_string() && best->is_string()) {
            order = view(*item) <=> view(*best);
        } else {
            return wrong(function, "numbers or texts, all of one kind", *item);
        }
        best = (sign < 0 ? order < 0 : order > 0) ? item : best;
    }
    return Value::own(*best);
}

Outcome minimum(std::span<Value> arguments, Budget&) { return extreme("min", arguments, -1); }
Outcome maximum(std::span<Value> arguments, Budget&) { return extreme("max", arguments, 1); }

// Members of a map in the order of their names: the same map always gives the same list.
Outcome members(std::string_view function, std::span<Value> arguments, Budget& budget, bool names) {
    const Json& of = arguments[0].get();
    if (!of.is_object()) {
        return wrong(function, "a map", of);
    }
    std::set<std::string_view> sorted;
    for (const auto& entry : of.get_object()) {
        sorted.insert(entry.key());
    }
    JsonArray list;
    for (const std::string_view name : sorted) {
        const Json item = names ? Json(name) : of.get_object().at(name);
        if (!budget.spend(size_of(item))) {
            return Budget::exhausted();
        }
        list.push_back(item);
    }
    return Value::own(Json(std::move(list)));
}

Outcome keys(std::span<Value> arguments, Budget& budget) { return members("keys", arguments, budget, true); }
Outcome values(std::span<Value> arguments, Budget& budget) { return members("values", arguments, budget, false); }

constexpr std::array<Function, 19> functions{{
    {"bool", 1, 1, to_bool},
    {"contains", 2, 2, contains},
    {"double", 1, 1, to_double},
    {"endsWith", 2, 2, ends_with},
    {"int", 1, 1, to_int},
    {"join", 1, 2, join},
    {"keys", 1, 1, keys},
    {"lowerAscii", 1, 1, lower_ascii},
    {"matches", 2, 2, matches},
    {"max", 1, any_number, maximum},
    {"min", 1, any_number, minimum},
    {"replace", 3, 3, replace},
    {"size", 1, 1, size},
    {"split", 2, 2, split},
    {"startsWith", 2, 2, starts_with},
    {"string", 1, 1, to_string_value},
    {"trim", 1, 1, trim},
    {"upperAscii", 1, 1, upper_ascii},
    {"values", 1, 1, values},
}};

}  // namespace

const Function* find_function(std::string_view name) {
    for (const Function& function : functions) {
        if (function.name == name) {
            return &function;
        }
    }
    return nullptr;
}

std::vector<std::string> function_names() {
    std::set<std::string> names{"default", "has"};
    for (const Function& function : functions) {
        names.emplace(function.name);
    }
    return {names.begin(), names.end()};
}

Result<std::shared_ptr<const re2::RE2>> compile_pattern(std::string_view pattern) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(pattern_memory_max);
    auto compiled = std::make_shared<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!compiled->ok()) {
        return invalid("expression", "the pattern is not valid: " + compiled->error());
    }
    return compiled;
}

bool pattern_matches(const re2::RE2& pattern, std::string_view text) {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

}  // namespace kontor::core::expr
