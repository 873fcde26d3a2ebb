#include "spec/diagnostics.hpp"

#include <algorithm>

#include "base/nearest.hpp"

namespace kontor::spec {
namespace {

// A longer line is shown around the column only.
constexpr std::size_t line_shown_max = 160;

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string_view line_of(std::string_view text, int line) {
    for (int i = 1; i < line; ++i) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

}  // namespace

void Diagnostics::add(std::size_t offset, std::string message, std::string hint) {
    // The sort in take() keeps the first ones of the text, so a little more than the limit is collected.
    if (found_.size() < 4 * diagnostics_max) {
        found_.push_back({std::min(offset, text_.size()), std::move(message), std::move(hint)});
    }
}

void Diagnostics::add_unknown(
    std::size_t offset, std::string message, std::string_view name, const std::vector<std::string>& known
) {
    add(offset, std::move(message), suggestion(name, known));
}

std::vector<Diagnostic> Diagnostics::take() {
    std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.offset < b.offset; });
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    std::vector<Diagnostic> diagnostics;
    int line = 1;
    std::size_t line_start = 0;
    for (const Found& found : found_) {
        if (diagnostics.size() == diagnostics_max) {
            break;
        }
        for (std::size_t end = 0; (end = text_.find('\n', line_start)) < found.offset; ++line) {
            line_start = end + 1;
        }
        const std::size_t column = characters(text_.substr(line_start, found.offset - line_start)) + 1;
        diagnostics.push_back({line, static_cast<int>(column), found.message, found.hint});
    }
    return diagnostics;
}

std::string render(const std::vector<Diagnostic>& diagnostics, std::string_view path, std::string_view text) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics) {
        out += std::string(path) + ":";
        if (diagnostic.line > 0) {
            out += std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + ":";
        }
        out += " " + diagnostic.message + "\n";
        const std::string_view line = diagnostic.line > 0 ? line_of(text, diagnostic.line) : std::string_view();
        if (!line.empty() && line.size() <= line_shown_max && is_valid_utf8(line)) {
            std::string caret;
            std::size_t column = 1;
            for (const char c : line) {
                if (column >= static_cast<std::size_t>(diagnostic.column)) {
                    break;
                }
                const bool begins = (c & 0xC0) != 0x80;
                caret += begins ? std::string(1, c == '\t' ? '\t' : ' ') : "";
                column += begins ? 1 : 0;
            }
            out += "    " + std::string(line) + "\n    " + caret + "^\n";
        }
        if (!diagnostic.hint.empty()) {
            out += "    " + diagnostic.hint + "\n";
        }
    }
    return out;
}

Error to_error(const std::vector<Diagnostic>& diagnostics, std::string_view what) {
    Error error = invalid("workflow", std::string(what) + " is not a valid workflow");
    for (const Diagnostic& diagnostic : diagnostics) {
        std::string message = diagnostic.message;
        message += diagnostic.hint.empty() ? "" : " (" + diagnostic.hint + ")";
        error.details.push_back(
            {std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column), std::move(message)}
        );
    }
    if (!error.details.empty()) {
        error.message += ": line " + std::to_string(diagnostics[0].line) + ": " + error.details[0].message;
    }
    return error;
}

}  // namespace kontor::spec
