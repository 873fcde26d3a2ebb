// What tasks said: of one instance, or of a run, searched and followed.
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

void print_line(Session& session, const Json& line, bool of_run) {
    if (session.output != Output::Table) {
        session.around.out << as_data(session.output == Output::Json ? Output::Ndjson : session.output, line).value_or("");
        return;
    }
    const std::string level = text_member(line, "level");
    const Style style = level == "error" ? Style::Bad : level == "warn" ? Style::Busy : Style::Plain;
    std::ostream& out = session.around.out;
    out << styled(session.around.terminal, Style::Faint, short_time(text_member(line, "at"))) << ' ' << styled(session.around.terminal, style, level) << ' ';
    if (of_run) {
        for (const char* part : {"country", "task", "item"}) {
            if (const std::string text = text_member(line, part); !text.empty()) {
                out << printable(text) << ' ';
            }
        }
    }
    out << printable(text_member(line, "text")) << '\n';
}

Result<Place> print_page(Session& session, const LogRequest& request, const Place& place) {
    const bool of_run = request.run > 0;
    const std::string path = of_run ? "/v1/runs/" + std::to_string(request.run) + "/logs" : "/v1/tasks/" + std::to_string(request.task) + "/logs";
    const Result<Json> page = session.client.get(with_query(
        path,
        {{"task", request.name},
         {"country", request.country},
         {"attempt", request.attempt > 0 ? std::to_string(request.attempt) : ""},
         {"level", request.level},
         {"contains", request.contains},
         {"after", place.after},
         {"limit", "1000"}}
    ));
    if (!page) {
        return page.error();
    }
    Place reached = place;
    reached.printed = 0;
    if (const Json* items = member(*page, "items"); items != nullptr && items->is_array()) {
        reached.printed = static_cast<int>(items->get_array().size());
        for (const Json& line : items->get_array()) {
            print_line(session, line, of_run);
            if (const Json* number = member(line, "line"); !of_run && number != nullptr) {
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

int show_logs(Session& session, const LogRequest& request) {
    if (request.task == 0 && request.run == 0) {
        report(session.around, invalid("logs", "say whose log: a task instance ('kontor logs 4711') or a run ('kontor logs --run 12')"));
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
