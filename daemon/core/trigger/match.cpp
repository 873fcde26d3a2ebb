#include "core/trigger/match.hpp"

#include <algorithm>

#include "base/sha256.hpp"

namespace kontor::core::trigger {

bool hears_type(std::string_view wanted, std::string_view type) {
    return wanted.ends_with(".*") ? type.starts_with(wanted.substr(0, wanted.size() - 1)) : type == wanted;
}

namespace {

// The names a trigger's expressions see.
class TriggerScope : public expr::Scope {
 public:
    explicit TriggerScope(const Json& event, const Json* batch = nullptr) : event_(event), batch_(batch) {}
    const Json* find(std::string_view root) const override {
        return root == "event" ? &event_ : root == "batch" ? batch_ : nullptr;
    }

 private:
    const Json& event_;
    const Json* batch_;
};

std::string data_text(const Event& event, std::string_view name) {
    const Json* data = member(event.document, "data");
    return data == nullptr ? "" : text_member(*data, name);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " or ") + word;
    }
    return text;
}

// Why the trigger does not listen to this event at all; empty when it does.
std::string deaf_to(const dag::Trigger& trigger, const Event& event) {
    if (trigger.event.empty()) {
        return "it goes by the clock, not by events";
    }
    if (!hears_type(trigger.event, event.type)) {
        return "it listens to " + trigger.event + ", and this is " + event.type;
    }
    if (trigger.on) {
        const std::string workflow = data_text(event, "workflow");
        const std::string state = data_text(event, "state");
        const bool fits = workflow == trigger.on->workflow &&
                          std::find(trigger.on->states.begin(), trigger.on->states.end(), state) != trigger.on->states.end();
        return fits ? "" : "it waits for a run of " + trigger.on->workflow + " that " + joined(trigger.on->states) +
                               ", and this one of " + workflow + " " + state;
    }
    if (!trigger.file.empty() && !fits_pattern(trigger.file, data_text(event, "name"))) {
        return "it waits for files like " + trigger.file + ", and this one is " + data_text(event, "name");
    }
    return "";
}

// The values that the expression reads, for the sentence about it: "event.data.country is \"DE\"".
std::string values_read(const expr::Program& program, const Json& event) {
    constexpr std::size_t shown_bytes_max = 80;
    constexpr std::size_t shown_max = 4;
    std::string text;
    std::size_t shown = 0;
    for (const std::vector<std::string>& path : expr::references(program)) {
        const Json* value = path[0] == "event" ? &event : nullptr;
        std::string name = path[0];
        for (std::size_t step = 1; step < path.size() && value != nullptr; ++step) {
            name += "." + path[step];
            value = member(*value, path[step]);
        }
        if (value == nullptr || value->is_object() || value->is_array() || ++shown > shown_max) {
            continue;
        }
        const std::string is = to_text(*value);
        text += (text.empty() ? "" : ", ") + name + " is " + (is.size() > shown_bytes_max ? "long" : is);
    }
    return text;
}

Result<std::string> key_of(const expr::Program& program, const expr::Scope& scope, std::string_view what) {
    if (program.empty()) {
        return std::string();
    }
    const Result<Json> value = expr::evaluate(program, scope);
    if (!value) {
        return invalid("trigger", std::string(what) + ": " + value.error().message);
    }
    if (value->is_null()) {
        return invalid("trigger", std::string(what) + ": the key must not be null");
    }
    std::string text = value->is_string() ? std::string(value->get_string()) : to_canonical_text(*value);
    return text.empty() || text.size() > key_bytes_max ? sha256_hex(text) : storable(text);
}

Json batch_of(std::span<const Event> events, std::string_view group) {
    JsonArray all;
    JsonArray data;
    JsonArray subjects;
    for (const Event& event : events) {
        const Json* own = member(event.document, "data");
        all.push_back(event.document);
        data.push_back(own == nullptr ? Json() : *own);
        subjects.emplace_back(text_member(event.document, "subject"));
    }
    return JsonObject{
        {"key", group},
        {"count", static_cast<std::int64_t>(events.size())},
        {"events", std::move(all)},
        {"data", std::move(data)},
        {"subjects", std::move(subjects)}
    };
}

}  // namespace

Verdict judge(const dag::Trigger& trigger, const Event& event) {
    if (std::string why = deaf_to(trigger, event); !why.empty()) {
        return {Verdict::Kind::Deaf, std::move(why), "", ""};
    }
    const TriggerScope scope(event.document);
    if (!trigger.when.empty()) {
        const Result<Json> passes = expr::evaluate(trigger.when, scope);
        if (!passes || !passes->is_bool()) {
            return {Verdict::Kind::Fault, "when: " + (passes ? "must be true or false" : passes.error().message), "", ""};
        }
        if (!passes->get_bool()) {
            const std::string values = values_read(trigger.when, event.document);
            return {Verdict::Kind::Filtered, "filtered out: " + trigger.when.text() + " is false" + (values.empty() ? "" : " (" + values + ")"), "", ""};
        }
    }
    const Result<std::string> dedupe = key_of(trigger.dedupe.key, scope, "dedupe");
    if (!dedupe) {
        return {Verdict::Kind::Fault, dedupe.error().message, "", ""};
    }
    const Result<std::string> group = key_of(trigger.collect.key, scope, "key");
    if (!group) {
        return {Verdict::Kind::Fault, group.error().message, "", ""};
    }
    return {Verdict::Kind::Passed, "", *dedupe, *group};
}

Result<Json> map_params(const dag::Trigger& trigger, std::span<const Event> events, std::string_view group) {
    if (trigger.params.empty()) {
        return Json(JsonObject{});
    }
    const Json batch = trigger.collect.kind == dag::Collect::None ? Json() : batch_of(events, group);
    const TriggerScope scope(events.back().document, trigger.collect.kind == dag::Collect::None ? nullptr : &batch);
    Result<Json> params = expr::render(trigger.params, scope);
    if (!params) {
        return invalid("trigger", "params: " + params.error().message);
    }
    return params;
}

bool fits_pattern(std::string_view pattern, std::string_view name) {
    // Backtracks to the last star only, and to the last double star only: time is bounded by the product of the lengths.
    struct Retry {
        std::size_t pattern = std::string_view::npos;
        std::size_t name = 0;
    };
    Retry star;
    Retry stars;
    std::size_t p = 0;
    std::size_t n = 0;
    while (n < name.size()) {
        if (pattern.substr(p, 2) == "**") {
            p += 2;
            stars = {p, n};
            star = {};
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = {++p, n};
        } else if (p < pattern.size() && (pattern[p] == name[n] || (pattern[p] == '?' && name[n] != '/'))) {
            ++p;
            ++n;
        } else if (star.pattern != std::string_view::npos && name[star.name] != '/') {
            p = star.pattern;
            n = ++star.name;
        } else if (stars.pattern != std::string_view::npos) {
            p = stars.pattern;
            n = ++stars.name;
            star = {};
        } else {
            return false;
        }
    }
    return pattern.substr(p).find_first_not_of('*') == std::string_view::npos;
}

}  // namespace kontor::core::trigger
