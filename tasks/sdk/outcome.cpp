#include "tasks/sdk/outcome.hpp"

#include <array>

namespace kontor::sdk {
namespace {

struct Name {
    FailureClass kind;
    std::string_view text;
};
constexpr std::array<Name, 5> names{{
    {FailureClass::Transient, "transient"},
    {FailureClass::Resource, "resource"},
    {FailureClass::Data, "data"},
    {FailureClass::Config, "config"},
    {FailureClass::Bug, "bug"},
}};

}  // namespace

std::string_view to_string(FailureClass kind) { return names.at(static_cast<std::size_t>(kind)).text; }

std::optional<FailureClass> failure_class_from(std::string_view text) {
    for (const Name& name : names) {
        if (name.text == text) {
            return name.kind;
        }
    }
    return std::nullopt;
}

Json to_json(const ObjectRef& object) {
    return JsonObject{{"key", object.key}, {"sha256", object.sha256}, {"bytes", object.bytes}};
}

ObjectRef object_ref_from(const Json& value, std::string_view what) {
    const auto* object = value.if_object();
    const Json* key = object == nullptr ? nullptr : object->if_contains("key");
    const Json* sha256 = object == nullptr ? nullptr : object->if_contains("sha256");
    const Json* bytes = object == nullptr ? nullptr : object->if_contains("bytes");
    if (key == nullptr || sha256 == nullptr || bytes == nullptr || !key->is_string() || !sha256->is_string() ||
        !bytes->is_int64()) {
        throw TaskFailure(
            FailureClass::Config,
            std::string(what) + " must be an object reference ({key, sha256, bytes}), as an earlier task's outputs give it"
        );
    }
    return ObjectRef{std::string(key->get_string()), std::string(sha256->get_string()), bytes->get_int64()};
}

}  // namespace kontor::sdk
