// Workflows, and how the daemon is.
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

int apply_workflow(Session& session, const std::string& file) {
    const Result<std::string> text = read_text_file(file);
    if (!text) {
        return report(session.around, text.error());
    }
    const std::optional<std::string> name = workflow_name(*text);
    if (!name) {
        return report(
            session.around,
            invalid(
                "",
                file +
                    ": a workflow names itself in a line of its own, for example 'workflow: train'"
            )
        );
    }
    const Result<Json> reply = session.client.put_text(
        "/v1/workflows/" + percent_encoded(*name), *text, "application/yaml"
    );
    if (!reply) {
        return report_faults(session.around, reply.error(), file, *text);
    }
    if (!printed_as_json(session, *reply)) {
        const Json* version = member(*reply, "version");
        session.around.out << "Workflow " << *name << " deployed"
                           << (version != nullptr
                                   ? " as version " + (version->is_string()
                                                           ? std::string(version->get_string())
                                                           : to_text(*version))
                                   : std::string())
                           << " (" << text_member(*reply, "hash").substr(0, 12) << ").\n";
    }
    return ExitOk;
}

int show_status(Session& session) {
    const Result<Json> status = session.client.get("/v1/status");
    if (!status) {
        return report(session.around, status.error());
    }
    return print_item(
        session,
        *status,
        {{"version", "/version"},
         {"started", "/started_at", Kind::Time},
         {"leader", "/leader"},
         {"epoch", "/epoch"},
         {"commits", "/seq"},
         {"runs queued", "/runs/queued"},
         {"runs running", "/runs/running"},
         {"cores", "/pools/compute/cores"},
         {"cores used", "/pools/compute/used"},
         {"io slots", "/pools/io/slots"},
         {"io slots used", "/pools/io/used"},
         {"tasks ready", "/queue/ready"},
         {"inbox", "/queue/inbox"},
         {"database", "/database"},
         {"trouble", "/trouble/what"},
         {"trouble since", "/trouble/since", Kind::Time}}
    );
}

}  // namespace kontor::cli
