#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <sstream>

namespace kontor::cli {

namespace {

struct RetireWish {
    std::string name;
    std::string reason;
    bool force = false;
    bool dry_run = false;
};

std::string listed(const Json& reply, const char* what) {
    const Json* list = member(reply, what);
    std::string text;
    for (const Json& each : list != nullptr && list->is_array() ? list->get_array() : JsonArray{}) {
        text += (text.empty() ? "" : ", ") + (each.is_string() ? printable(std::string(each.get_string())) : to_text(each));
    }
    return text.empty() ? "none" : text;
}

int retire_workflow(Session& session, const RetireWish& wish) {
    JsonObject body{{"force", wish.force}, {"dry_run", wish.dry_run}};
    if (!wish.reason.empty()) {
        body["reason"] = wish.reason;
    }
    const Result<Json> reply = session.client.post("/v1/workflows/" + percent_encoded(wish.name) + "/retire", std::move(body));
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (!printed_as_json(session, *reply)) {
        const std::string loses = text_member(*reply, "loses");
        session.around.out << (wish.dry_run ? "Nothing was changed. Would be retired: " : "Retired: ") << printable(wish.name) << "\n  schedules that end: "
                           << listed(*reply, "schedules") << "\n  runs that go on: " << listed(*reply, "runs") << "\n  backfills that find nothing to run any more: "
                           << listed(*reply, "backfills") << "\n  workflows that wait for its runs to end: " << listed(*reply, "followers")
                           << "\n  workflows whose tasks start it, and will fail: " << listed(*reply, "callers") << "\n"
                           << (loses.empty() ? "" : "  lost: " + printable(loses) + "\n")
                           << "  'kontor apply FILE' brings it back\n";
    }
    return ExitOk;
}

int show_folder(Session& session) {
    const Result<Json> told = session.client.get("/v1/folder");
    if (!told) {
        return report(session.around, told.error());
    }
    const Json* files = member(*told, "files");
    const bool any = files != nullptr && files->is_array();
    const std::string fault = text_member(*told, "fault");
    bool well = fault.empty();
    for (const Json& each : any ? files->get_array() : JsonArray{}) {
        well = well && text_member(each, "state") != "refused";
    }
    if (!printed_as_json(session, *told)) {
        std::ostream& out = session.around.out;
        const std::string folder = text_member(*told, "folder");
        out << (folder.empty() ? "no folder is watched: name one as workflows_folder in the configuration" : printable(folder)) << (fault.empty() ? "" : ": " + printable(fault)) << "\n";
        for (const Json& each : any ? files->get_array() : JsonArray{}) {
            out << "  " << printable(text_member(each, "file")) << "  " << text_member(each, "state") << "  " << printable(text_member(each, "workflow"))
                << "\n";
            std::istringstream lines(text_member(each, "sentence"));
            for (std::string line; std::getline(lines, line);) {
                out << "      " << printable(line) << "\n";
            }
        }
    }
    return well ? ExitOk : ExitFailed;
}

}  // namespace

void add_workflow_commands(CLI::App& app, Grammar& grammar) {
    CLI::App* group = app.add_subcommand("workflows", "List deployed workflows; the versions of one, and what differs between them");
    group->callback([&grammar] {
        if (!grammar.remote) {
            grammar.remote = [](Session& session) { return list_workflows(session); };
        }
    });
    app.add_subcommand("folder", "The watched workflows folder: what became of each file; status 1 when one is refused")->callback([&grammar] {
        grammar.remote = show_folder;
    });
    auto name = std::make_shared<std::string>();
    CLI::App* command = group->add_subcommand("versions", "Every version that was ever deployed, newest first");
    command->add_option("WORKFLOW", *name, "The workflow's name")->required();
    command->callback([&grammar, name] { grammar.remote = [name](Session& session) { return list_versions(session, *name); }; });

    auto from = std::make_shared<int>(0);
    auto to = std::make_shared<int>(0);
    command = group->add_subcommand("diff", "What differs between two versions, part by part");
    command->add_option("WORKFLOW", *name, "The workflow's name")->required();
    command->add_option("FROM", *from, "The older version's number (default: the one before TO)")->check(CLI::PositiveNumber);
    command->add_option("TO", *to, "The newer version's number (default: the one in force)")->check(CLI::PositiveNumber);
    command->callback([&grammar, name, from, to] {
        grammar.remote = [name, from, to](Session& session) { return compare_versions(session, *name, *from, *to); };
    });

    auto wish = std::make_shared<RetireWish>();
    command = group->add_subcommand("retire", "Take one out of use: no run of it is started any more, those that go on do so");
    command->add_option("WORKFLOW", wish->name, "The workflow's name")->required();
    command->add_option("--reason", wish->reason, "Why; on the record");
    command->add_flag("--force", wish->force, "Also if events or ticks that wait are lost by it");
    command->add_flag("--dry-run", wish->dry_run, "Say what would end, and change nothing");
    command->callback([&grammar, wish] { grammar.remote = [wish](Session& session) { return retire_workflow(session, *wish); }; });

    auto files = std::make_shared<std::vector<std::string>>();
    command = app.add_subcommand("plan", "Say what deploying workflow files would change, and change nothing");
    command->add_option("FILE", *files, "The workflows")->required();
    command->callback([&grammar, files] { grammar.remote = [files](Session& session) { return plan_workflows(session, *files); }; });

    auto order = std::make_shared<ApplyOrder>();
    command = app.add_subcommand("apply", "Deploy a workflow file");
    command->add_option("FILE", order->file, "The workflow")->required();
    command->add_option("--if-match", order->if_match, "Only if the definition in force has this hash");
    command->add_flag("--force", order->force, "Also if events or ticks that wait are lost by it");
    command->add_flag("--dry-run", order->dry_run, "As 'kontor plan'");
    command->callback([&grammar, order] { grammar.remote = [order](Session& session) { return apply_workflow(session, *order); }; });
}

}  // namespace kontor::cli
