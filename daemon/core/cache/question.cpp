#include "core/cache/question.hpp"

#include <algorithm>
#include <vector>

#include "base/sha256.hpp"

namespace kontor::core::cache {
namespace {

constexpr std::size_t named_max = 3;
constexpr std::size_t shown_bytes_max = 60;

bool is_object_reference(const JsonObject& object) {
    return object.size() == 3 && object.contains("key") && object.contains("sha256") && object.contains("bytes");
}

// A reference that by_content() has left without its place.
bool is_content(const Json& value) {
    const auto* object = value.if_object();
    return object != nullptr && object->size() == 2 && object->contains("sha256") && object->contains("bytes");
}

std::string shown(const Json& value) {
    std::string text = to_text(value);
    if (text.size() > shown_bytes_max) {
        text.resize(shown_bytes_max);
        text = storable(text) + "...";
    }
    return text;
}

void compare(const std::string& path, const Json* before, const Json* now, std::vector<std::string>& found) {
    if (before != nullptr && now != nullptr && *before == *now) {
        return;
    }
    if (before == nullptr) {
        found.push_back(path + " is new: " + shown(*now));
    } else if (now == nullptr) {
        found.push_back(path + " is gone: it was " + shown(*before));
    } else if (is_content(*before) && is_content(*now)) {
        found.push_back("the content of " + path + " is another one");
    } else if (before->is_object() && now->is_object()) {
        for (const auto& entry : before->get_object()) {
            compare(path + "." + std::string(entry.key()), &entry.value(), member(*now, entry.key()), found);
        }
        for (const auto& entry : now->get_object()) {
            if (!before->get_object().contains(entry.key())) {
                compare(path + "." + std::string(entry.key()), nullptr, &entry.value(), found);
            }
        }
    } else if (before->is_array() && now->is_array() && before->get_array().size() == now->get_array().size()) {
        for (std::size_t at = 0; at < before->get_array().size(); ++at) {
            compare(path + "[" + std::to_string(at) + "]", &before->get_array()[at], &now->get_array()[at], found);
        }
    } else {
        found.push_back(path + " was " + shown(*before) + ", is " + shown(*now));
    }
}

}  // namespace

Json by_content(const Json& input) {
    if (const auto* list = input.if_array()) {
        JsonArray items;
        for (const Json& each : *list) {
            items.push_back(by_content(each));
        }
        return items;
    }
    const auto* object = input.if_object();
    if (object == nullptr) {
        return input;
    }
    const bool reference = is_object_reference(*object);
    std::vector<std::string_view> names;
    for (const auto& entry : *object) {
        if (!reference || entry.key() != "key") {
            names.push_back(entry.key());
        }
    }
    std::sort(names.begin(), names.end());
    JsonObject sorted;
    for (const std::string_view name : names) {
        sorted.emplace(name, by_content(object->at(name)));
    }
    return sorted;
}

std::string key_of(const Question& question) {
    return sha256_hex(to_text(JsonArray{
        question.workflow, question.task, question.uses, question.code, question.country, question.item, std::to_string(question.seed), question.input
    }));
}

std::string difference(const Question& before, const Question& now) {
    std::vector<std::string> found;
    if (before.uses != now.uses) {
        found.push_back("the task was " + before.uses + ", is " + now.uses);
    }
    if (before.code != now.code) {
        found.emplace_back("the daemon's program is another one");
    }
    compare("with", &before.input, &now.input, found);
    if (before.seed != now.seed) {
        found.emplace_back("the seed is another one");
    }
    std::string text;
    for (std::size_t at = 0; at < std::min(found.size(), named_max); ++at) {
        text += (text.empty() ? "" : ", ") + found[at];
    }
    return found.size() > named_max ? text + " and " + std::to_string(found.size() - named_max) + " more" : text;
}

}  // namespace kontor::core::cache
