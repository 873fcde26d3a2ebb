#include "base/time.hpp"
#include "http/input.hpp"
#include "http/problem.hpp"

namespace kontor::http {

const std::string* QueryInput::find(std::string_view parameter) {
    known_.emplace(parameter);
    for (const auto& [name, value] : request_.query) {
        if (name == parameter) {
            return &value;
        }
    }
    return nullptr;
}

void QueryInput::fault(std::string_view parameter, std::string message) {
    faults_.push_back({std::string(parameter), std::move(message)});
}

Parameter QueryInput::name(std::string_view parameter) {
    const std::string* value = find(parameter);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!is_name(*value)) {
        fault(parameter, "must be a name: a letter or digit, then letters, digits, '_', '.', '-'");
    }
    return *value;
}

Parameter QueryInput::country(std::string_view parameter) {
    const std::string* value = find(parameter);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!is_country(*value)) {
        fault(parameter, "must be two capital letters, for example DE");
    }
    return *value;
}

Parameter QueryInput::id(std::string_view parameter) {
    const std::string* value = find(parameter);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!is_id(*value)) {
        fault(parameter, "must be an id: a whole number above 0");
    }
    return *value;
}

Parameter QueryInput::number(std::string_view parameter, std::int64_t least, std::int64_t most) {
    const std::string* value = find(parameter);
    if (value == nullptr) {
        return std::nullopt;
    }
    const bool zero = *value == "0";
    if ((!zero && !is_id(*value)) || std::stoll(*value) < least || std::stoll(*value) > most) {
        fault(
            parameter,
            "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most)
        );
    }
    return *value;
}

Parameter QueryInput::cursor() {
    const std::string* value = find("cursor");
    if (value != nullptr && *value != "0" && !is_id(*value)) {
        fault("cursor", "must be what an earlier answer gave as 'next'");
        return std::nullopt;
    }
    return value == nullptr ? std::nullopt : Parameter(*value);
}

Parameter QueryInput::cursor_of(std::size_t numbers) {
    const std::string* value = find("cursor");
    if (value == nullptr) {
        return std::nullopt;
    }
    std::size_t count = 0;
    for (std::size_t at = 0; at <= value->size(); ++count) {
        const std::size_t end = std::min(value->find('.', at), value->size());
        const std::string_view part = std::string_view(*value).substr(at, end - at);
        if (part != "0" && !is_id(part)) {
            break;
        }
        at = end + 1;
        if (end == value->size() && count + 1 == numbers) {
            return *value;
        }
    }
    fault("cursor", "must be what an earlier answer gave as 'next'");
    return std::nullopt;
}

Parameter QueryInput::time(std::string_view parameter) {
    const std::string* value = find(parameter);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto instant = instant_from_iso(*value);
    if (!instant) {
        fault(parameter, "must be a time like 2026-11-22T14:05:00Z");
        return std::nullopt;
    }
    return to_iso(*instant);
}

Parameter QueryInput::time_or_day(std::string_view parameter) {
    constexpr std::size_t day_size = 10;
    const std::string* value = find(parameter);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto instant = instant_from_iso(value->size() == day_size ? *value + "T23:59:59.999999Z" : *value);
    if (!instant) {
        fault(parameter, "must be a day like 2026-11-22, or a time like 2026-11-22T14:05:00Z");
        return std::nullopt;
    }
    return to_iso(*instant);
}

Parameter QueryInput::period(std::string_view parameter) {
    const std::string* value = find(parameter);
    if (value != nullptr && !core::filing::is_period(*value)) {
        fault(parameter, "must be a month like 2026-11");
        return std::nullopt;
    }
    return value == nullptr ? std::nullopt : Parameter(*value);
}

Parameter QueryInput::text(std::string_view parameter, std::size_t bytes_max) {
    const std::string* value = find(parameter);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!is_plain_text(*value, bytes_max)) {
        fault(
            parameter,
            "must be 1 to " + std::to_string(bytes_max) +
                " bytes of text without control characters"
        );
    }
    return *value;
}

Parameter QueryInput::one_of(
    std::string_view parameter, std::initializer_list<std::string_view> values
) {
    const std::string* value = find(parameter);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::string list;
    for (const std::string_view allowed : values) {
        if (*value == allowed) {
            return *value;
        }
        list += list.empty() ? "" : ", ";
        list += allowed;
    }
    fault(parameter, "must be one of " + list);
    return std::nullopt;
}

std::optional<Response> QueryInput::refusal() const {
    std::vector<ErrorDetail> faults = faults_;
    for (const auto& [name, value] : request_.query) {
        if (!known_.contains(name)) {
            faults.push_back({name, "this route has no such query parameter"});
        }
    }
    if (faults.empty()) {
        return std::nullopt;
    }
    return problem(
        400,
        "The query does not fit: " + faults.front().pointer + " " + faults.front().message + ".",
        faults
    );
}

}  // namespace kontor::http
