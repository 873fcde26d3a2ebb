#include "tasks/sdk/task.hpp"

namespace kontor::sdk {
namespace {

[[noreturn]] void wrong(std::string_view name, std::string_view expected) {
    throw TaskFailure(
        FailureClass::Config, "with." + std::string(name) + " must be " + std::string(expected) + ": mend it in the workflow"
    );
}

}  // namespace

void TaskRegistry::add(TaskType type) {
    std::string name = type.name;
    types_.insert_or_assign(std::move(name), std::move(type));
}

const TaskType* TaskRegistry::find(std::string_view name) const {
    const auto found = types_.find(name);
    return found == types_.end() ? nullptr : &found->second;
}

std::vector<std::string> TaskRegistry::names() const {
    std::vector<std::string> all;
    all.reserve(types_.size());
    for (const auto& [name, type] : types_) {
        all.push_back(name);
    }
    return all;
}

const Json* optional_input(const JsonObject& input, std::string_view name) {
    const Json* found = input.if_contains(name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

const Json& required_input(const JsonObject& input, std::string_view name) {
    const Json* found = optional_input(input, name);
    if (found == nullptr) {
        wrong(name, "given");
    }
    return *found;
}

std::string text_input(const JsonObject& input, std::string_view name) {
    const Json& value = required_input(input, name);
    if (!value.is_string()) {
        wrong(name, "a text");
    }
    return std::string(value.get_string());
}

std::string text_input_or(const JsonObject& input, std::string_view name, std::string_view otherwise) {
    return optional_input(input, name) == nullptr ? std::string(otherwise) : text_input(input, name);
}

double number_input_or(const JsonObject& input, std::string_view name, double otherwise) {
    const Json* value = optional_input(input, name);
    if (value == nullptr) {
        return otherwise;
    }
    if (!value->is_number()) {
        wrong(name, "a number");
    }
    return value->to_number<double>();
}

std::int64_t int_input_or(const JsonObject& input, std::string_view name, std::int64_t otherwise) {
    const Json* value = optional_input(input, name);
    if (value == nullptr) {
        return otherwise;
    }
    if (!value->is_int64()) {
        wrong(name, "a whole number");
    }
    return value->get_int64();
}

bool bool_input_or(const JsonObject& input, std::string_view name, bool otherwise) {
    const Json* value = optional_input(input, name);
    if (value == nullptr) {
        return otherwise;
    }
    if (!value->is_bool()) {
        wrong(name, "true or false");
    }
    return value->get_bool();
}

}  // namespace kontor::sdk
