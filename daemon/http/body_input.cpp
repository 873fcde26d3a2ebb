#include "base/sha256.hpp"
#include "base/time.hpp"
#include "http/event_input.hpp"
#include "http/input.hpp"
#include "http/problem.hpp"

#include <algorithm>

namespace kontor::http {

namespace {

// A member's name as a JSON pointer's reference token.
std::string pointer_to(std::string_view member) {
    std::string pointer = "/";
    for (const char c : member) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

}  // namespace

std::optional<std::string> find_nul(const Json& value, const std::string& pointer) {
    if (const auto* text = value.if_string()) {
        return text->find('\0') == boost::json::string::npos ? std::nullopt
                                                             : std::optional<std::string>(pointer);
    }
    if (const auto* array = value.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (auto found = find_nul((*array)[i], pointer + "/" + std::to_string(i))) {
                return found;
            }
        }
    }
    if (const auto* object = value.if_object()) {
        for (const auto& entry : *object) {
            if (std::string_view(entry.key()).find('\0') != std::string_view::npos) {
                return pointer;
            }
            if (auto found = find_nul(entry.value(), pointer + pointer_to(entry.key()))) {
                return found;
            }
        }
    }
    return std::nullopt;
}

BodyInput::BodyInput(const Request& request) : body_(JsonObject{}) {
    if (request.body.empty()) {
        return;
    }
    auto parsed = json_from_text(request.body);
    if (!parsed) {
        const Error& error = parsed.error();
        unreadable_ =
            problem(400, "The body is not acceptable JSON: " + error.message + ".", error.details);
        return;
    }
    if (!parsed->is_object()) {
        unreadable_ = problem(400, "The body must be a JSON object.");
        return;
    }
    body_ = std::move(*parsed);
    if (auto pointer = find_nul(body_, "")) {
        faults_.push_back({std::move(*pointer), "holds U+0000, which no text here may hold"});
    }
}

const Json* BodyInput::find(std::string_view name) {
    known_.emplace(name);
    return member(body_, name);
}

void BodyInput::fault(std::string_view name, std::string message) {
    faults_.push_back({pointer_to(name), std::move(message)});
}

std::string BodyInput::text(std::string_view name, Need need, std::size_t bytes_max) {
    const Json* value = find(name);
    if (value == nullptr) {
        if (need == Need::Required) {
            fault(name, "is missing");
        }
        return {};
    }
    if (!value->is_string()) {
        fault(name, "must be a string");
        return {};
    }
    std::string text(value->get_string());
    if (!is_plain_text(text, bytes_max)) {
        fault(
            name,
            "must be 1 to " + std::to_string(bytes_max) +
                " bytes of text without control characters"
        );
    }
    return text;
}

std::string BodyInput::name(std::string_view member_name, Need need) {
    std::string value = text(member_name, need);
    if (!value.empty() && !is_name(value)) {
        fault(
            member_name, "must be a name: a letter or digit, then letters, digits, '_', '.', '-'"
        );
    }
    return value;
}

std::string BodyInput::country(std::string_view member_name) {
    std::string value = text(member_name, Need::Optional);
    if (!value.empty() && !is_country(value)) {
        fault(member_name, "must be two capital letters, for example DE");
    }
    return value;
}

std::int64_t BodyInput::number(
    std::string_view name, std::int64_t least, std::int64_t most, std::int64_t otherwise
) {
    const Json* value = find(name);
    if (value == nullptr) {
        return otherwise;
    }
    const auto* number = value->if_int64();
    if (number == nullptr || *number < least || *number > most) {
        fault(
            name,
            "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most)
        );
        return otherwise;
    }
    return *number;
}

void BodyInput::require(std::string_view name) {
    if (find(name) == nullptr) {
        fault(name, "is missing");
    }
}

bool BodyInput::flag(std::string_view name) {
    const Json* value = find(name);
    if (value != nullptr && !value->is_bool()) {
        fault(name, "must be true or false");
    }
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::vector<std::int64_t> BodyInput::ids(std::string_view name, std::size_t most) {
    const Json* value = find(name);
    std::vector<std::int64_t> found;
    if (value == nullptr) {
        return found;
    }
    const auto* list = value->if_array();
    bool fits = list != nullptr && list->size() <= most;
    for (std::size_t i = 0; fits && i < list->size(); ++i) {
        const auto* id = (*list)[i].if_int64();
        fits = id != nullptr && *id > 0;
        found.push_back(fits ? *id : 0);
    }
    if (!fits) {
        fault(name, "must be a list of up to " + std::to_string(most) + " ids");
    }
    return found;
}

std::optional<Instant> BodyInput::time(std::string_view name) {
    const std::string value = text(name, Need::Optional);
    if (value.empty()) {
        return std::nullopt;
    }
    const auto instant = instant_from_iso(value);
    if (!instant) {
        fault(name, "must be a time like 2026-11-22T14:05:00Z");
        return std::nullopt;
    }
    return *instant;
}

std::string BodyInput::one_of(
    std::string_view name,
    std::initializer_list<std::string_view> values,
    std::string_view otherwise
) {
    const Json* value = find(name);
    if (value == nullptr) {
        return std::string(otherwise);
    }
    std::string list;
    for (const std::string_view allowed : values) {
        if (value->is_string() && value->get_string() == allowed) {
            return std::string(allowed);
        }
        list += list.empty() ? "" : ", ";
        list += allowed;
    }
    fault(name, "must be one of " + list);
    return std::string(otherwise);
}

Json BodyInput::object(std::string_view name) {
    const Json* value = find(name);
    if (value == nullptr) {
        return JsonObject{};
    }
    if (!value->is_object()) {
        fault(name, "must be an object");
        return JsonObject{};
    }
    return *value;
}

Json BodyInput::any(std::string_view name) {
    const Json* value = find(name);
    return value == nullptr ? Json(nullptr) : *value;
}

std::optional<Response> BodyInput::refusal() const {
    if (unreadable_) {
        return unreadable_;
    }
    std::vector<ErrorDetail> faults = faults_;
    for (const auto& entry : body_.get_object()) {
        if (!known_.contains(std::string_view(entry.key()))) {
            faults.push_back({pointer_to(entry.key()), "this route has no such member"});
        }
    }
    if (faults.empty()) {
        return std::nullopt;
    }
    return problem(
        422,
        "The body does not fit: " + faults.front().pointer + " " + faults.front().message + ".",
        faults
    );
}

engine::IdempotencyKey idempotency(const Request& request) {
    const std::string_view key = field(request.fields, "Idempotency-Key");
    if (key.empty()) {
        return {};
    }
    // Equal values count as the same body however they are spelled.
    const auto body = json_from_text(request.body);
    const std::string canonical = body ? to_canonical_text(*body) : request.body;
    std::string text(to_string(request.method));
    text.append("\n").append(request.path).append("\n").append(canonical);
    // What was only asked for (`?dry_run=true`) is another request than the same in earnest.
    for (const auto& [name, value] : request.query) {
        text.append("\n").append(name).append("=").append(value);
    }
    return {std::to_string(request.caller.token) + ":" + std::string(key), sha256_hex(text)};
}

std::optional<Response> check_idempotency_key(const Request& request) {
    for (const auto& [name, value] : request.fields) {
        if (!equal_ignoring_case(name, "Idempotency-Key")) {
            continue;
        }
        const bool printable =
            std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x21 && c <= 0x7e; });
        if (value.empty() || value.size() > 255 || !printable) {
            return problem(
                400,
                "The Idempotency-Key must be 1 to 255 printable ASCII characters without spaces."
            );
        }
    }
    return std::nullopt;
}

std::optional<Response> check_body_type(const Fields& fields, bool has_body, BodyType type) {
    const std::string_view coding = field(fields, "Content-Encoding");
    const bool packed = equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "zstd");
    if (!coding.empty() && !equal_ignoring_case(coding, "identity") && !(packed && type == BodyType::Ndjson)) {
        return problem(
            415,
            type == BodyType::Ndjson ? "The Content-Encoding must be gzip, zstd or none."
                                     : "The body must be sent without a Content-Encoding."
        );
    }
    if (!has_body) {
        return std::nullopt;
    }
    const std::string_view value = field(fields, "Content-Type");
    const std::size_t semicolon = value.find(';');
    const std::string_view media = trimmed(value.substr(0, semicolon));
    const std::string_view rest = semicolon == std::string_view::npos
                                      ? std::string_view{}
                                      : trimmed(value.substr(semicolon + 1));
    const bool utf8 = rest.empty() || equal_ignoring_case(rest, "charset=utf-8") ||
                      equal_ignoring_case(rest, "charset=\"utf-8\"");
    std::string_view wanted;
    bool fits = false;
    switch (type) {
        case BodyType::None:
            return problem(400, "This route takes no body.");
        case BodyType::Json:
            wanted = "application/json";
            fits = equal_ignoring_case(media, wanted);
            break;
        case BodyType::CloudEvent:
            wanted = "application/cloudevents+json, application/cloudevents-batch+json or application/json (with ce- fields in "
                     "the head also other JSON, or text)";
            fits = is_event_media(media, is_binary_event(fields));
            break;
        case BodyType::Yaml:
            wanted = "application/yaml or text/yaml";
            fits = equal_ignoring_case(media, "application/yaml") ||
                   equal_ignoring_case(media, "text/yaml");
            break;
        case BodyType::Ndjson:
            wanted = "application/x-ndjson (one JSON object a line)";
            fits = equal_ignoring_case(media, "application/x-ndjson") ||
                   equal_ignoring_case(media, "application/ndjson") ||
                   equal_ignoring_case(media, "application/jsonl");
            break;
        case BodyType::File:
            wanted = "application/octet-stream or application/x-tar";
            return rest.empty() && (equal_ignoring_case(media, "application/octet-stream") || equal_ignoring_case(media, "application/x-tar"))
                       ? std::nullopt
                       : std::optional(problem(415, "The body must be " + std::string(wanted) + ", and the header Content-Type must say so."));
    }
    if (!fits || !utf8) {
        return problem(
            415,
            "The body must be " + std::string(wanted) +
                " in UTF-8, and the header Content-Type must say so."
        );
    }
    return std::nullopt;
}

}  // namespace kontor::http
