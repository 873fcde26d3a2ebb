#include "cli/validate.hpp"

#include "cli/cli.hpp"
#include "cli/session.hpp"
#include "cli/text_file.hpp"

#include <ostream>

namespace kontor::cli {
namespace {

Json as_json(const std::string& file, const spec::Parsed& parsed) {
    JsonArray diagnostics;
    for (const spec::Diagnostic& one : parsed.diagnostics) {
        diagnostics.push_back(JsonObject{
            {"line", one.line},
            {"column", one.column},
            {"message", one.message},
            {"hint", one.hint}});
    }
    JsonObject entry{
        {"file", file},
        {"valid", parsed.diagnostics.empty()},
        {"diagnostics", std::move(diagnostics)}};
    if (parsed.workflow != nullptr) {
        entry["workflow"] = parsed.workflow->name;
        entry["tasks"] = parsed.workflow->tasks.size();
        entry["hash"] = parsed.workflow->hash;
    }
    return entry;
}

}  // namespace

int validate_files(
    Surroundings& around,
    Output output,
    const std::vector<std::string>& files,
    const spec::Vocabulary& vocabulary
) {
    int code = ExitOk;
    JsonArray entries;
    for (const std::string& file : files) {
        const Result<std::string> text = read_text_file(file);
        if (!text) {
            code = report(around, text.error());
            entries.push_back(JsonObject{
                {"file", file},
                {"valid", false},
                {"diagnostics",
                 JsonArray{JsonObject{
                     {"line", 0}, {"column", 0}, {"message", text.error().message}, {"hint", ""}}}}}
            );
            continue;
        }
        const spec::Parsed parsed = spec::parse_workflow(*text, vocabulary);
        code = parsed.diagnostics.empty() ? code : ExitFailed;
        if (output != Output::Table) {
            entries.push_back(as_json(file, parsed));
        } else if (parsed.diagnostics.empty()) {
            around.out << file << ": workflow '" << parsed.workflow->name << "' is valid ("
                       << counted(parsed.workflow->tasks.size(), "task") << ")\n";
        } else {
            around.err << spec::render(parsed.diagnostics, file, *text);
        }
    }
    if (output == Output::Json) {
        around.out << to_text(entries) << '\n';
    } else if (const auto data = as_data(output, JsonObject{{"items", entries}})) {
        around.out << *data;
    }
    return code;
}

}  // namespace kontor::cli
