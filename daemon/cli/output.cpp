// Answers as data: JSON, a line per item, YAML, or only the names.
#include "cli/session.hpp"

#include "base/check.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

namespace kontor::cli {
namespace {

// Written without quotes: it can be read as nothing but a text.
bool is_plain(std::string_view text) {
    static constexpr std::array<std::string_view, 10> words{
        "true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan"};
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/'; };
    std::string low(text);
    std::ranges::transform(low, low.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return !text.empty() && letter(text.front()) && std::ranges::all_of(text, fits) &&
           std::ranges::find(words, low) == words.end();
}

void emit(YAML::Emitter& yaml, const Json& value) {
    switch (value.kind()) {
        case boost::json::kind::object:
            if (value.get_object().empty()) {
                yaml << YAML::Flow;
            }
            yaml << YAML::BeginMap;
            for (const auto& entry : value.get_object()) {
                yaml << YAML::Key;
                emit(yaml, Json(entry.key()));
                yaml << YAML::Value;
                emit(yaml, entry.value());
            }
            yaml << YAML::EndMap;
            return;
        case boost::json::kind::array:
            if (value.get_array().empty()) {
                yaml << YAML::Flow;
            }
            yaml << YAML::BeginSeq;
            for (const Json& item : value.get_array()) {
                emit(yaml, item);
            }
            yaml << YAML::EndSeq;
            return;
        case boost::json::kind::string: {
            const std::string text(value.get_string());
            yaml << (is_plain(text) ? YAML::Auto : YAML::DoubleQuoted) << text;
            return;
        }
        case boost::json::kind::null: yaml << YAML::Null; return;
        case boost::json::kind::bool_: yaml << value.get_bool(); return;
        case boost::json::kind::int64:
        case boost::json::kind::uint64:
        case boost::json::kind::double_: yaml << to_text(value); return;
    }
    KONTOR_UNREACHABLE();
}

std::string yaml_text(const Json& value) {
    YAML::Emitter yaml;
    emit(yaml, value);
    return std::string(yaml.c_str()) + "\n";
}

// What other commands take for it.
std::string id_of(const Json& item) {
    for (const std::string_view name : {"id", "name", "country"}) {
        if (const Json* found = member(item, name); found != nullptr && !found->is_null()) {
            return found->is_string() ? std::string(found->get_string()) : to_text(*found);
        }
    }
    return "";
}

}  // namespace

std::optional<std::string> as_data(Output output, const Json& value) {
    const auto each = [&](auto&& line) {
        const Json* items = member(value, "items");
        std::string text;
        if (items == nullptr || !items->is_array()) {
            return line(value) + "\n";
        }
        for (const Json& item : items->get_array()) {
            text += line(item) + "\n";
        }
        return text;
    };
    switch (output) {
        case Output::Table: return std::nullopt;
        case Output::Json: return to_text(value) + "\n";
        case Output::Ndjson: return each([](const Json& item) { return to_text(item); });
        case Output::Yaml: return yaml_text(value);
        case Output::Id: return each(id_of);
    }
    KONTOR_UNREACHABLE();
}

}  // namespace kontor::cli
