// What tasks said: of one instance, of a run, or of all runs, searched and followed.
#include "cli/cli.hpp"
#include "cli/commands.hpp"

#include <ostream>

namespace kontor::cli {
namespace {

constexpr std::chrono::milliseconds follow_every{500};

bool is_final(std::string_view state) {
    return state == "succeeded" || state == "failed" || state == "skipped" || state == "cancelled" || state == "dead";
}

// How far the lines are printed.
struct Place {
    std::string after;  // as the daemon takes it; empty: nothing is printed yet
    bool more = false;  // there may be more to ask for at once
    int printed = 0;    // lines of the last page
};

bool of_all_runs(const LogRequest& request) { return request.task == 0 && request.run == 0; }

void print_line(Session& session, const Json& line, const LogRequest& request) {
    if (session.output != Output::Table) {
        session.around.out << as_data(session.output == Output::Json ? Output::Ndjson : session.output, line).value_or("");
        return;
    }
    const std::string level = text_member(line, "level");
    const Style style = level == "error" ? Style::Bad : level == "warn" ? Style::Busy : Style::Plain;
    std::ostream& out = session.around.out;
    out << styled(session.around.terminal, Style::Faint, short_time(text_member(line, "at"))) << ' ' << styled(session.around.terminal, style, level) << ' ';
    if (of_all_runs(request)) {
        out << printable(text_member(line, "workflow")) << ' ' << to_text(*member(line, "run")) << ' ';
    }
    if (request.task == 0) {
        for (const char* part : {"country", "task", "item"}) {
            if (const std::string text = text_member(line, part); !text.empty()) {
                out << printable(text) << ' ';
            }
        }
    }
    out << printable(text_member(line, "text")) << '\n';
}

std::string page_path(const LogRequest& request, const Place& place) {
    if (of_all_runs(request)) {
        return with_query(
            "/v1/logs",
            {{"workflow", request.workflow},
             {"country", request.country},
             {"task", request.name},
             {"since", request.since},
             {"until", request.until},
             {"level", request.level},
             {"grep", request.contains},
             {"cursor", place.after},
             {"limit", "1000"}}
        );
    }
    const std::string path =
        request.run > 0 ? "/v1/runs/" + std::to_string(request.run) + "/logs" : "/v1/tasks/" + std::to_string(request.task) + "/logs";
    return with_query(
        path,
        {{"task", request.name},
         {"country", request.country},
         {"attempt", request.attempt > 0 ? std::to_string(request.attempt) : ""},
         {"level", request.level},
         {"contains", request.contains},
         {"after", place.after},
         {"limit", "1000"}}
    );
}

// "2h" is so long ago; everything else is a time, which the daemon judges.
std::string time_of(const std::string& text) {
    const Result<Duration> ago = duration_from_text(text);
    return ago ? to_iso(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) - *ago) : text;
}

Result<Place> print_page(Session& session, const LogRequest& request, const Place& place) {
    const Result<Json> page = session.client.get(page_path(request, place));
    if (!page) {
        return page.error();
    }
    Place reached = place;
    reached.printed = 0;
    if (const Json* items = member(*page, "items"); items != nullptr && items->is_array()) {
        reached.printed = static_cast<int>(items->get_array().size());
        for (const Json& line : items->get_array()) {
            print_line(session, line, request);
            if (const Json* number = member(line, "line"); request.task > 0 && number != nullptr) {
                reached.after = to_text(*number);
            }
        }
    }
    session.around.out << std::flush;
    const std::string next = text_member(*page, "next");
    reached.more = !next.empty();
    reached.after = reached.more ? next : reached.after;
    return reached;
}

}  // namespace

int show_logs(Session& session, const LogRequest& asked) {
    LogRequest request = asked;
    request.since = time_of(asked.since);
    request.until = time_of(asked.until);
    const std::string filters = request.workflow + request.name + request.country + request.since + request.until + request.level + request.contains;
    if (of_all_runs(request) && filters.empty()) {
        report(session.around, invalid("logs", "say whose log: a task instance ('kontor logs 4711'), a run ('kontor logs --run 12'), or what to look for in all "
                                               "runs ('kontor logs --workflow train --since 2h')"));
        return ExitUsage;
    }
    bool ended = !request.follow;
    for (Place place;;) {
        const bool had_ended = ended;
        if (!ended) {
            const Result<Json> whose = session.client.get("/v1/tasks/" + std::to_string(request.task));
            if (!whose) {
                return report(session.around, whose.error());
            }
            ended = is_final(text_member(*whose, "state"));
        }
        int printed = 0;
        for (place.more = true; place.more;) {
            Result<Place> reached = print_page(session, request, place);
            if (!reached) {
                return report(session.around, reached.error());
            }
            place = std::move(*reached);
            printed += place.printed;
        }
        // Lines are written apart from the state, a moment later: the end is told when a look after it finds no more.
        if (had_ended && (!request.follow || printed == 0)) {
            return ExitOk;
        }
        session.around.pause(follow_every);
    }
}

}  // namespace kontor::cli
