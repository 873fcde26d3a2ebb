// Workflows: what is deployed, in which versions, and what a deployment would change.
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/text_file.hpp"
#include "spec/spec.hpp"

#include <charconv>
#include <optional>
#include <ostream>

namespace kontor::cli {
namespace {

// The name in the line "workflow: NAME": the daemon wants it in the path, and checks everything
// else.
std::optional<std::string> workflow_name(std::string_view text) {
    static constexpr std::string_view key = "workflow:";
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (line.substr(0, key.size()) != key) {
            continue;
        }
        line.remove_prefix(key.size());
        line = line.substr(0, line.find(" #"));
        const std::size_t first = line.find_first_not_of(" \t\"'");
        const std::size_t last = line.find_last_not_of(" \t\r\"'");
        return first == std::string_view::npos
                   ? std::nullopt
                   : std::optional(std::string(line.substr(first, last - first + 1)));
    }
    return std::nullopt;
}

// A fault in the file has "line:column" as its pointer: shown with the line, as `kontor validate` does. Other refusals as
// they are.
int report_faults(
    Surroundings& around, const Error& error, const std::string& file, std::string_view text
) {
    std::vector<spec::Diagnostic> faults;
    for (const ErrorDetail& detail : error.details) {
        const char* end = detail.pointer.data() + detail.pointer.size();
        spec::Diagnostic fault;
        const auto line = std::from_chars(detail.pointer.data(), end, fault.line);
        const bool colon = line.ec == std::errc() && line.ptr != end && *line.ptr == ':';
        if (!colon || std::from_chars(line.ptr + 1, end, fault.column).ptr != end) {
            return report(around, error);
        }
        fault.message = detail.message;
        faults.push_back(std::move(fault));
    }
    if (faults.empty()) {
        return report(around, error);
    }
    around.err << spec::render(faults, file, text) << "kontor: " << file << " was not deployed: "
               << counted(faults.size(), "fault") << '\n';
    return ExitFailed;
}

// A definition as it was read, and the name that stands in it.
struct Definition {
    std::string name;
    std::string text;
};
Result<Definition> read_definition(const std::string& file) {
    Result<std::string> text = read_text_file(file);
    if (!text) {
        return text.error();
    }
    const std::optional<std::string> name = workflow_name(*text);
    if (!name) {
        return invalid("", file + ": a workflow names itself in a line of its own, for example 'workflow: train'");
    }
    return Definition{*name, std::move(*text)};
}

std::string joined(const Json& texts) {
    std::string list;
    for (const Json& text : texts.is_array() ? texts.get_array() : JsonArray()) {
        list += (list.empty() ? "" : ", ") + short_time(text.is_string() ? std::string(text.get_string()) : to_text(text));
    }
    return list.empty() ? "never" : list;
}

void print_changes(std::ostream& out, const Json& plan) {
    const Json* changes = member(plan, "changes");
    for (const Json& change : changes != nullptr && changes->is_array() ? changes->get_array() : JsonArray()) {
        out << "  " << printable(text_member(change, "sentence")) << '\n';
    }
}

void print_missing_pools(std::ostream& out, const Json& reply) {
    const Json* missing = member(reply, "missing_pools");
    for (const Json& pool : missing != nullptr && missing->is_array() ? missing->get_array() : JsonArray()) {
        const std::string name = printable(pool.is_string() ? std::string(pool.get_string()) : to_text(pool));
        out << "  pool " << name << " does not exist: tasks that take from it wait until 'kontor pools set " << name << " SLOTS' makes it\n";
    }
}

void print_plan(std::ostream& out, const Json& plan) {
    const std::string change = text_member(plan, "change");
    const std::string name = text_member(plan, "name");
    if (change == "none") {
        out << "Workflow " << name << ": nothing would change.\n";
        print_missing_pools(out, plan);
        return;
    }
    out << "Workflow " << name << (change == "new" ? " is new.\n" : " would change:\n");
    if (change != "new") {
        print_changes(out, plan);
    }
    for (const Json& schedule : member(plan, "schedules")->as_array()) {
        out << "  schedule " << text_member(schedule, "trigger") << ": next " << joined(*member(schedule, "after")) << " (was " << joined(*member(schedule, "before")) << ")\n";
    }
    if (const JsonArray& runs = member(plan, "runs")->as_array(); !runs.empty()) {
        out << "  " << counted(runs.size(), "run") << " would go on with the definition that they began with:";
        for (const Json& run : runs) {
            out << ' ' << to_text(*member(run, "id"));
        }
        out << '\n';
    }
    if (const std::string loses = text_member(plan, "loses"); !loses.empty()) {
        out << "  refused without --force: " << loses << '\n';
    }
    print_missing_pools(out, plan);
}

}  // namespace

int list_workflows(Session& session) {
    return print_list(
        session,
        "/v1/workflows?limit=1000",
        {{"NAME", "/name"},
         {"TITLE", "/title"},
         {"VERSION", "/version"},
         {"DEPLOYED", "/created_at", Kind::Time}},
        "No workflow is deployed. 'kontor apply FILE' deploys one."
    );
}

int list_versions(Session& session, const std::string& workflow) {
    return print_list(
        session,
        "/v1/workflows/" + percent_encoded(workflow) + "/versions?limit=1000",
        {{"VERSION", "/version", Kind::Number}, {"DEPLOYED", "/created_at", Kind::Time}, {"IN FORCE", "/in_force", Kind::Yes}, {"HASH", "/hash"}, {"TITLE", "/title"}},
        "No version of it was ever deployed."
    );
}

int compare_versions(Session& session, const std::string& workflow, int from, int to) {
    const Result<Json> reply = session.client.get(
        with_query("/v1/workflows/" + percent_encoded(workflow) + "/diff", {{"from", from > 0 ? std::to_string(from) : ""}, {"to", to > 0 ? std::to_string(to) : ""}})
    );
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (!printed_as_json(session, *reply)) {
        const Json* changes = member(*reply, "changes");
        if (changes == nullptr || changes->as_array().empty()) {
            session.around.out << "Nothing that counts differs.\n";
        }
        print_changes(session.around.out, *reply);
    }
    return ExitOk;
}

int plan_workflows(Session& session, const std::vector<std::string>& files) {
    int code = ExitOk;
    for (const std::string& file : files) {
        const Result<Definition> definition = read_definition(file);
        if (!definition) {
            code = report(session.around, definition.error());
            continue;
        }
        const Result<Json> plan =
            session.client.put_text("/v1/workflows/" + percent_encoded(definition->name) + "?dry_run=true", definition->text, "application/yaml");
        if (!plan) {
            code = report_faults(session.around, plan.error(), file, definition->text);
        } else if (!printed_as_json(session, *plan)) {
            print_plan(session.around.out, *plan);
        }
    }
    return code;
}

int apply_workflow(Session& session, const ApplyOrder& order) {
    if (order.dry_run) {
        return plan_workflows(session, {order.file});
    }
    const Result<Definition> definition = read_definition(order.file);
    if (!definition) {
        return report(session.around, definition.error());
    }
    const Result<Json> reply = session.client.put_text(
        "/v1/workflows/" + percent_encoded(definition->name) + (order.force ? "?force=true" : ""), definition->text, "application/yaml", order.if_match
    );
    if (!reply) {
        return report_faults(session.around, reply.error(), order.file, definition->text);
    }
    if (!printed_as_json(session, *reply)) {
        const Json* version = member(*reply, "version");
        session.around.out << "Workflow " << definition->name << " deployed" << (version != nullptr ? " as version " + to_text(*version) : "") << " ("
                           << text_member(*reply, "hash").substr(0, 12) << ").\n";
        print_missing_pools(session.around.out, *reply);
    }
    return ExitOk;
}

}  // namespace kontor::cli
