#include "http/event_input.hpp"

#include "base/sha256.hpp"
#include "http/input.hpp"
#include "http/problem.hpp"
#include "http/router.hpp"

#include <algorithm>
#include <charconv>

namespace kontor::http {

namespace {

constexpr std::string_view batch_media = "application/cloudevents-batch+json";
constexpr std::size_t extensions_max = 32;
constexpr std::size_t extension_bytes_max = 1024;

// Attributes as they came, whichever way; `data` apart.
struct Attributes {
    JsonObject values;
    std::string pointer;  // of the event in the body; in binary mode "ce-"
    std::vector<ErrorDetail>& faults;

    void fault(std::string_view name, std::string message) {
        faults.push_back({pointer + std::string(name), std::move(message)});
    }
    // Takes the attribute out.
    std::string text(std::string_view name, Need need, std::size_t bytes_max = 200) {
        const auto found = values.find(name);
        if (found == values.end()) {
            if (need == Need::Required) {
                fault(name, "is missing");
            }
            return {};
        }
        const Json value = found->value();
        values.erase(found);
        if (!value.is_string()) {
            fault(name, "must be a string");
            return {};
        }
        std::string text(value.get_string());
        if (!is_plain_text(text, bytes_max)) {
            fault(name, "must be 1 to " + std::to_string(bytes_max) + " bytes of text without control characters");
        }
        return text;
    }
};

bool is_json_media(std::string_view media) {
    return equal_ignoring_case(media, "application/json") || (media.size() > 5 && equal_ignoring_case(media.substr(media.size() - 5), "+json"));
}

bool is_text_media(std::string_view media) { return media.size() > 5 && equal_ignoring_case(media.substr(0, 5), "text/"); }

std::string_view media_of(std::string_view content_type) { return trimmed(content_type.substr(0, content_type.find(';'))); }

// What is left are extension attributes: names of lower-case letters and digits, values that are texts, numbers or booleans.
Json extensions_of(Attributes& attributes) {
    if (attributes.values.empty()) {
        return nullptr;
    }
    if (attributes.values.size() > extensions_max) {
        attributes.fault("", "has more than " + std::to_string(extensions_max) + " extension attributes");
    }
    for (const auto& entry : attributes.values) {
        const std::string_view name = entry.key();
        const bool plain = name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
                               return (c >= 'a' && c <= 'z') || is_digit(c);
                           });
        const Json& value = entry.value();
        const bool fits = value.is_bool() || value.is_int64() ||
                          (value.is_string() && is_plain_text(value.get_string(), extension_bytes_max));
        if (name.empty() || !plain) {
            attributes.fault(name, "is no attribute of CloudEvents: names are lower-case letters and digits");
        } else if (!fits) {
            attributes.fault(name, "an extension attribute is a text of up to 1024 bytes, a whole number or a boolean");
        }
    }
    return Json(std::move(attributes.values));
}

engine::PostedEvent read_attributes(Attributes& attributes) {
    engine::PostedEvent event;
    const std::string version = attributes.text("specversion", Need::Required);
    if (!version.empty() && version != "1.0") {
        attributes.fault("specversion", "must be \"1.0\"");
    }
    event.ce_id = attributes.text("id", Need::Required);
    event.source = attributes.text("source", Need::Required, 500);
    // Who could take the identity of an event that the daemon is about to emit would stop its commit.
    if (event.source == "kontor" || event.source.starts_with("kontor/")) {
        attributes.fault("source", "is one of the daemon's own: choose another than kontor/...");
    }
    if (event.ce_id.starts_with("replay-")) {
        attributes.fault("id", "begins with 'replay-', as only the daemon's own do");
    }
    event.type = attributes.text("type", Need::Required);
    event.subject = attributes.text("subject", Need::Optional, 500);
    attributes.text("dataschema", Need::Optional, 2048);
    event.correlation = attributes.text("correlation", Need::Optional, correlation_bytes_max);
    if (const std::string time = attributes.text("time", Need::Optional); !time.empty()) {
        const auto at = instant_from_iso(time);
        if (at) {
            event.time = *at;
        } else {
            attributes.fault("time", "must be a time like 2026-11-22T14:05:00Z");
        }
    }
    event.extensions = extensions_of(attributes);
    return event;
}

engine::PostedEvent read_structured(const Json& document, const std::string& pointer, std::vector<ErrorDetail>& faults) {
    if (!document.is_object()) {
        faults.push_back({pointer, "must be a CloudEvent, an object"});
        return {};
    }
    Attributes attributes{document.get_object(), pointer + "/", faults};
    const std::string type = attributes.text("datacontenttype", Need::Optional);
    if (!type.empty() && !is_json_media(media_of(type)) && !is_text_media(media_of(type))) {
        attributes.fault("datacontenttype", "must be JSON or a text: other data cannot be filtered and mapped");
    }
    if (attributes.values.contains("data_base64")) {
        attributes.fault("data_base64", "binary data cannot be filtered and mapped: send JSON as 'data', or store the bytes and send their name");
    }
    Json data;
    if (const auto found = attributes.values.find("data"); found != attributes.values.end()) {
        data = found->value();
        attributes.values.erase(found);
    }
    attributes.values.erase("data_base64");
    engine::PostedEvent event = read_attributes(attributes);
    event.data = std::move(data);
    return event;
}

// A header's value by the HTTP binding: perhaps quoted, perhaps percent-encoded UTF-8.
std::string header_text(std::string_view value) {
    std::string unquoted;
    const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    if (quoted) {
        value = value.substr(1, value.size() - 2);
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (quoted && value[i] == '\\' && i + 1 < value.size()) {
            unquoted += value[++i];
            continue;
        }
        unsigned byte = 0;
        const char* digits = value.data() + i + 1;
        if (value[i] == '%' && i + 2 < value.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            unquoted += static_cast<char>(byte);
            i += 2;
            continue;
        }
        unquoted += value[i];
    }
    return unquoted;
}

Json binary_data(const Request& request, std::vector<ErrorDetail>& faults) {
    if (request.body.empty()) {
        return nullptr;
    }
    if (!is_json_media(media_of(field(request.fields, "Content-Type")))) {
        if (!is_valid_utf8(request.body) || request.body.find('\0') != std::string::npos) {
            faults.push_back({"", "the text must be UTF-8 without U+0000"});
            return nullptr;
        }
        return Json(request.body);
    }
    auto data = json_from_text(request.body);
    if (!data) {
        faults.push_back({"", "the data is not acceptable JSON: " + data.error().message});
        return nullptr;
    }
    return std::move(*data);
}

engine::PostedEvent read_binary(const Request& request, std::vector<ErrorDetail>& faults) {
    JsonObject values;
    for (const auto& [name, value] : request.fields) {
        if (name.size() > 3 && equal_ignoring_case(name.substr(0, 3), "ce-")) {
            std::string attribute = name.substr(3);
            std::transform(attribute.begin(), attribute.end(), attribute.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            if (!values.emplace(attribute, header_text(value)).second) {
                faults.push_back({"ce-" + attribute, "stands twice in the head"});
            }
        }
    }
    Attributes attributes{std::move(values), "ce-", faults};
    engine::PostedEvent event = read_attributes(attributes);
    event.data = binary_data(request, faults);
    return event;
}

// Equal events have equal fingerprints, however they were sent.
std::string fingerprint(const std::vector<engine::PostedEvent>& events) {
    JsonArray all;
    for (const engine::PostedEvent& event : events) {
        all.push_back(JsonArray{
            event.ce_id, event.source, event.type, event.subject, event.time ? Json(to_iso(*event.time)) : Json(), event.data, event.correlation,
            event.extensions
        });
    }
    return sha256_hex("events\n" + to_canonical_text(all));
}

void read_batch(const Json& document, PostedEvents& posted, std::vector<ErrorDetail>& faults) {
    posted.batch = true;
    if (!document.is_array() || document.get_array().size() > batch_events_max) {
        faults.push_back({"", "a batch is a list of up to " + std::to_string(batch_events_max) + " events"});
        return;
    }
    for (std::size_t i = 0; i < document.get_array().size(); ++i) {
        posted.events.push_back(read_structured(document.get_array()[i], "/" + std::to_string(i), faults));
    }
}

}  // namespace

bool is_binary_event(const Fields& fields) { return !field(fields, "ce-specversion").empty(); }

bool is_event_media(std::string_view media, bool binary) {
    if (equal_ignoring_case(media, batch_media) || equal_ignoring_case(media, "application/cloudevents+json")) {
        return true;
    }
    return equal_ignoring_case(media, "application/json") || (binary && (is_json_media(media) || is_text_media(media)));
}

PostedEvents read_events(const Request& request) {
    PostedEvents posted;
    std::vector<ErrorDetail> faults;
    const std::string_view media = media_of(field(request.fields, "Content-Type"));
    const bool structured = equal_ignoring_case(media, batch_media) || equal_ignoring_case(media, "application/cloudevents+json");
    if (is_binary_event(request.fields) && !structured) {
        posted.events.push_back(read_binary(request, faults));
    } else {
        const auto document = json_from_text(request.body.empty() ? "{}" : request.body);
        if (!document) {
            posted.refusal = problem(400, "The body is not acceptable JSON: " + document.error().message + ".", document.error().details);
            return posted;
        }
        if (equal_ignoring_case(media, batch_media)) {
            read_batch(*document, posted, faults);
        } else {
            posted.events.push_back(read_structured(*document, "", faults));
        }
    }
    for (const engine::PostedEvent& event : posted.events) {
        if (auto pointer = find_nul(event.data, "/data")) {
            faults.push_back({std::move(*pointer), "holds U+0000, which no text here may hold"});
        }
    }
    if (!faults.empty()) {
        posted.refusal = problem(422, "The event does not fit: " + faults.front().pointer + " " + faults.front().message + ".", faults);
        return posted;
    }
    const engine::IdempotencyKey key{idempotency(request).key, fingerprint(posted.events) + (request.query.empty() ? "" : " by query")};
    for (std::size_t i = 0; i < posted.events.size(); ++i) {
        posted.events[i].idempotency = key;
        if (posted.batch && !key.key.empty()) {
            posted.events[i].idempotency.key += "#" + std::to_string(i);
        }
    }
    return posted;
}

}  // namespace kontor::http
