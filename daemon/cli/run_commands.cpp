// Runs, their tasks and logs.
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/foreseen.hpp"
#include "cli/params.hpp"
#include "cli/text_file.hpp"
#include "cli/watch.hpp"

#include <ostream>

namespace kontor::cli {
namespace {

std::string run_path(std::int64_t run) { return "/v1/runs/" + std::to_string(run); }

Result<JsonObject> params_of(const RunRequest& request) {
    JsonObject base;
    if (!request.params_file.empty()) {
        const Result<std::string> text = read_text_file(request.params_file);
        if (!text) {
            return text.error();
        }
        Result<JsonObject> read = params_from_file_text(*text, request.params_file);
        if (!read) {
            return read.error();
        }
        base = std::move(*read);
    }
    return params_from_arguments(std::move(base), request.params);
}

}  // namespace

int submit_run(Session& session, const RunRequest& request) {
    Result<JsonObject> params = params_of(request);
    if (!params) {
        report(session.around, params.error());
        return ExitUsage;
    }
    JsonObject body{{"workflow", request.workflow}, {"params", std::move(*params)}};
    if (!request.correlation.empty()) {
        body["correlation"] = request.correlation;
    }
    if (request.priority != 0) {
        body["priority"] = request.priority;
    }
    if (request.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> run = session.client.post("/v1/runs", body, request.idempotency_key);
    if (!run) {
        return report(session.around, run.error());
    }
    if (request.dry_run) {
        return tell_foreseen(session, *run);
    }
    const Json* id = member(*run, "id");
    if (id == nullptr || !id->is_int64()) {
        return report(
            session.around, internal("", "the daemon accepted the run but did not name it")
        );
    }
    if (!request.wait) {
        if (!printed_as_json(session, *run)) {
            // To a person the sentence, to a program the number alone.
            const bool person = session.around.terminal.is_tty;
            (person ? session.around.out : session.around.err)
                << "Run " << to_text(*id) << " of " << request.workflow
                << " accepted. Follow it with 'kontor runs show " << to_text(*id) << "'.\n";
            session.around.out << (person ? "" : to_text(*id) + "\n");
        }
        return ExitOk;
    }
    if (session.output == Output::Table) {
        session.around.out << "Run " << to_text(*id) << " of " << request.workflow
                           << " accepted. Ctrl-C stops watching, not the run.\n";
    }
    return watch_run(session, id->get_int64());
}

int list_runs(Session& session, const RunFilter& filter) {
    const std::string path = with_query(
        "/v1/runs",
        {{"workflow", filter.workflow},
         {"state", filter.state},
         {"correlation", filter.correlation},
         {"limit", std::to_string(filter.limit)}}
    );
    return print_list(
        session,
        path,
        {{"ID", "/id", Kind::Number},
         {"WORKFLOW", "/workflow"},
         {"STATE", "/state", Kind::State},
         {"CREATED", "/created_at", Kind::Time},
         {"FINISHED", "/finished_at", Kind::Time},
         {"CORRELATION", "/correlation"},
         {"REASON", "/reason"}},
        "No runs. Start one with 'kontor run WORKFLOW'."
    );
}

int show_run(Session& session, std::int64_t run) {
    const Result<Json> reply = session.client.get(run_path(run));
    if (!reply) {
        return report(session.around, reply.error());
    }
    const int code = print_item(
        session,
        *reply,
        {{"run", "/id"},
         {"workflow", "/workflow"},
         {"definition", "/hash"},
         {"state", "/state", Kind::State},
         {"reason", "/reason"},
         {"parameters", "/params"},
         {"correlation", "/correlation"},
         {"cause", "/cause"},
         {"created", "/created_at", Kind::Time},
         {"started", "/started_at", Kind::Time},
         {"finished", "/finished_at", Kind::Time}}
    );
    if (session.output == Output::Table) {
        const std::string table = progress_table(*reply, session.around.terminal);
        session.around.out << '\n' << table.substr(table.find('\n') + 1);
    }
    return code;
}

int list_tasks(Session& session, const TaskFilter& filter) {
    const std::string path = with_query(
        run_path(filter.run) + "/tasks",
        {{"task", filter.task},
         {"country", filter.country},
         {"state", filter.state},
         {"limit", std::to_string(filter.limit)}}
    );
    return print_list(
        session,
        path,
        {{"ID", "/id", Kind::Number},
         {"TASK", "/task"},
         {"COUNTRY", "/country"},
         {"ITEM", "/item"},
         {"STATE", "/state", Kind::State},
         {"ATTEMPT", "/attempt", Kind::Number},
         {"STARTED", "/started_at", Kind::Time},
         {"FINISHED", "/finished_at", Kind::Time},
         {"REASON", "/reason"}},
        "No tasks match."
    );
}

int cancel_run(Session& session, const CancelOrder& order) {
    JsonObject body;
    for (const auto& [name, value] :
         {std::pair{"country", order.country}, {"task", order.task}, {"reason", order.reason}}) {
        if (!value.empty()) {
            body[name] = value;
        }
    }
    if (order.dry_run) {
        body["dry_run"] = true;
    }
    const Result<Json> reply = session.client.post(run_path(order.run) + "/cancel", body);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (!printed_as_json(session, *reply)) {
        const Json* cancelled = member(*reply, "cancelled");
        const bool known = cancelled != nullptr && cancelled->is_int64();
        const auto count = static_cast<std::size_t>(known ? cancelled->get_int64() : 0);
        session.around.out << (order.dry_run ? "Nothing was changed. Would cancel " : "Cancelled ")
                           << counted(count, "task") << " of run " << order.run << ".\n";
    }
    return ExitOk;
}

}  // namespace kontor::cli
