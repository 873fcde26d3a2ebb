#include "tasks/ml/exact_json.hpp"

#include <nlohmann/json.hpp>

namespace kontor::ml {
namespace {

using Parsed = nlohmann::ordered_json;

constexpr int depth_max = 32;

[[noreturn]] void broken(std::string_view file, const std::string& what) {
    throw sdk::TaskFailure(sdk::FailureClass::Data, std::string(file) + " is no JSON: " + what);
}

sdk::Json converted(const Parsed& value) {
    if (value.is_object()) {
        sdk::JsonObject object;
        for (const auto& entry : value.items()) {
            object[entry.key()] = converted(entry.value());
        }
        return object;
    }
    if (value.is_array()) {
        sdk::JsonArray array;
        array.reserve(value.size());
        for (const Parsed& entry : value) {
            array.push_back(converted(entry));
        }
        return array;
    }
    if (value.is_string()) {
        return sdk::Json(value.get_ref<const std::string&>());
    }
    if (value.is_boolean()) {
        return value.get<bool>();
    }
    // What fits is signed, as Boost.JSON reads it.
    if (value.is_number_integer()) {
        return value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX) ? sdk::Json(value.get<std::uint64_t>())
                                                                                                           : sdk::Json(value.get<std::int64_t>());
    }
    return value.is_number() ? sdk::Json(value.get<double>()) : sdk::Json();
}

}  // namespace

sdk::Json read_json(std::string_view text, std::string_view file) {
    const Parsed::parser_callback_t bounded = [&](int depth, Parsed::parse_event_t /*event*/, Parsed& /*value*/) {
        if (depth > depth_max) {
            broken(file, "it is too deep");
        }
        return true;
    };
    try {
        return converted(Parsed::parse(text.begin(), text.end(), bounded));
    } catch (const Parsed::exception& fault) {
        broken(file, fault.what());
    }
}

}  // namespace kontor::ml
