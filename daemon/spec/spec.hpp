// YAML text -> core::dag::Workflow. Every error has line, column, caret and, for names, the nearest valid one.
// Reads no files and no clock: what it must know of the world is in Vocabulary.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/dag/workflow.hpp"

namespace kontor::spec {

struct Diagnostic {
    int line = 0;    // 1-based; 0 when it concerns the whole text
    int column = 0;  // 1-based
    std::string message;
    std::string hint;  // "did you mean 'after'?"; may be empty
};
// path:line:column: message, the line itself, a caret, the hint: as compilers print it.
std::string render(const std::vector<Diagnostic>& diagnostics, std::string_view path, std::string_view text);

// What the text may name.
struct Vocabulary {
    std::vector<std::string> tasks;  // known `uses`
    // JSON Schema of a task's `with`; nullptr for none.
    std::function<const Json*(std::string_view uses)> input_schema;
    std::function<Result<std::shared_ptr<const core::schedule::Zone>>(std::string_view)> zone;
    std::vector<std::string> repeatable{};  // of `tasks`: those whose results may be taken from the cache
};

// All errors found, in text order, at most 50; or the workflow.
struct Parsed {
    std::shared_ptr<const core::dag::Workflow> workflow;  // null exactly when there are diagnostics
    std::vector<Diagnostic> diagnostics;
};
Parsed parse_workflow(std::string_view text, const Vocabulary& vocabulary);

// The text as plain values, anchors resolved, comments and layout gone; whether it is a workflow is not looked at.
// Errors: Invalid with places, when it is no YAML that a workflow may be written in.
Result<Json> document_of(std::string_view text);

// As an Error{Invalid} with details ("line:column", message), for the API.
Error to_error(const std::vector<Diagnostic>& diagnostics, std::string_view what);

}  // namespace kontor::spec
