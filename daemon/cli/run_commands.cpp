// Runs, their tasks and logs.
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/params.hpp"
#include "cli/text_file.hpp"
#include "cli/watch.hpp"

#include <ostream>

namespace kontor::cli {
namespace {

constexpr std::chrono::milliseconds follow_every{500};

std::string run_path(std::int64_t run) { return "/v1/runs/" + std::to_string(run); }

bool is_final(std::string_view state) {
    return state == "succeeded" || state == "failed" || state == "skipped" ||
           state == "cancelled" || state == "dead";
}

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

// Prints the lines behind `after`; the last line's number.
Result<std::int64_t> print_log_page(
    Session& session, const LogRequest& request, std::int64_t after, bool& more
) {
    const std::string path = "/v1/tasks/" + std::to_string(request.task) + "/logs";
    const Result<Json> page = session.client.get(with_query(
        path,
        {{"attempt", request.attempt > 0 ? std::to_string(request.attempt) : ""},
         {"after", after > 0 ? std::to_string(after) : ""},
         {"limit", "1000"}}
    ));
    if (!page) {
        return page.error();
    }
    more = false;
    const Json* items = member(*page, "items");
    if (items == nullptr || !items->is_array()) {
        return after;
    }
    for (const Json& line : items->get_array()) {
        if (const Json* number = member(line, "line"); number != nullptr && number->is_number()) {
            after = std::max(after, number->to_number<std::int64_t>());
        }
        if (session.output != Output::Table) {
            session.around.out << as_data(session.output == Output::Json ? Output::Ndjson : session.output, line).value_or("");
            continue;
        }
        const std::string level = text_member(line, "level");
        const Style style = level == "error"  ? Style::Bad
                            : level == "warn" ? Style::Busy
                                              : Style::Plain;
        session.around.out
            << styled(session.around.terminal, Style::Faint, short_time(text_member(line, "at")))
            << ' ' << styled(session.around.terminal, style, level) << ' '
            << printable(text_member(line, "text")) << '\n';
    }
    session.around.out << std::flush;
    more = items->get_array().size() >= 1000;
    return after;
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
    const Result<Json> run = session.client.post("/v1/runs", body, request.idempotency_key);
    if (!run) {
        return report(session.around, run.error());
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

int show_logs(Session& session, const LogRequest& request) {
    std::int64_t after = 0;
    for (;;) {
        // The state first: what is logged before a task's end is then surely printed.
        bool ended = true;
        if (request.follow) {
            const Result<Json> task =
                session.client.get("/v1/tasks/" + std::to_string(request.task));
            if (!task) {
                return report(session.around, task.error());
            }
            ended = is_final(text_member(*task, "state"));
        }
        for (bool more = true; more;) {
            const Result<std::int64_t> last = print_log_page(session, request, after, more);
            if (!last) {
                return report(session.around, last.error());
            }
            after = *last;
        }
        if (ended) {
            return ExitOk;
        }
        session.around.pause(follow_every);
    }
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
