#include "cli/params.hpp"

namespace kontor::cli {

Result<JsonObject> params_from_arguments(JsonObject base, const std::vector<std::string>& given) {
    for (const std::string& argument : given) {
        const std::size_t first = argument.find_first_not_of(" \t\n");
        if (first != std::string::npos && argument[first] == '{') {
            Result<JsonObject> object = params_from_file_text(argument, "-p " + argument);
            if (!object) {
                return object.error();
            }
            for (const auto& entry : *object) {
                base[entry.key()] = entry.value();
            }
            continue;
        }
        const std::size_t equals = argument.find('=');
        if (equals == std::string::npos || equals == 0) {
            return invalid(
                "",
                "-p " + argument +
                    ": a parameter is key=value or a JSON object, for example -p trials=4"
            );
        }
        const std::string key = argument.substr(0, equals);
        const std::string text = argument.substr(equals + 1);
        if (!is_valid_utf8(argument)) {
            return invalid("", "-p " + storable(key) + ": the value is not valid UTF-8");
        }
        Result<Json> value = json_from_text(text);
        // A text that begins like a list or an object is meant as one: say what is wrong instead of
        // sending it as a text.
        if (!value && !text.empty() && (text.front() == '[' || text.front() == '{')) {
            return invalid("", "-p " + key + ": " + value.error().message);
        }
        base[key] = value ? *value : Json(text);
    }
    return base;
}

Result<JsonObject> params_from_file_text(std::string_view text, std::string_view name) {
    Result<Json> value = json_from_text(text);
    if (!value) {
        return invalid("", std::string(name) + ": " + value.error().message);
    }
    if (!value->is_object()) {
        return invalid(
            "", std::string(name) + ": parameters are a JSON object such as {\"trials\": 4}"
        );
    }
    return std::move(value->get_object());
}

}  // namespace kontor::cli
