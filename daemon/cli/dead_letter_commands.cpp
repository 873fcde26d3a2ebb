// Dead letters: look, redrive, discard.
#include "cli/cli.hpp"
#include "cli/commands.hpp"

#include <ostream>

namespace kontor::cli {
namespace {

std::string letter_path(std::int64_t id) { return "/v1/dead-letters/" + std::to_string(id); }

}  // namespace

int list_dead_letters(Session& session, const DeadLetterFilter& filter) {
    const std::string path = with_query(
        "/v1/dead-letters",
        {{"state", filter.state},
         {"workflow", filter.workflow},
         {"country", filter.country},
         {"limit", std::to_string(filter.limit)}}
    );
    return print_list(
        session,
        path,
        {{"ID", "/id", Kind::Number},
         {"STATE", "/state", Kind::State},
         {"RUN", "/run", Kind::Number},
         {"WORKFLOW", "/workflow"},
         {"TASK", "/task"},
         {"COUNTRY", "/country"},
         {"ITEM", "/item"},
         {"CLASS", "/failure_class"},
         {"CREATED", "/created_at", Kind::Time},
         {"REASON", "/reason"}},
        filter.state == "open" ? "No open dead letters." : "No dead letters match."
    );
}

int show_dead_letter(Session& session, std::int64_t id) {
    const Result<Json> letter = session.client.get(letter_path(id));
    if (!letter) {
        return report(session.around, letter.error());
    }
    return print_item(
        session,
        *letter,
        {{"dead letter", "/id"},
         {"state", "/state", Kind::State},
         {"kind", "/kind"},
         {"run", "/run"},
         {"task instance", "/task_id"},
         {"event", "/event_id"},
         {"workflow", "/workflow"},
         {"task", "/task"},
         {"country", "/country"},
         {"item", "/item"},
         {"class", "/failure_class"},
         {"reason", "/reason"},
         {"fingerprint", "/fingerprint"},
         {"attempts", "/attempts"},
         {"created", "/created_at", Kind::Time},
         {"closed", "/closed_at", Kind::Time},
         {"closed because", "/closed_reason"},
         {"input", "/input"}}
    );
}

int redrive_dead_letters(
    Session& session, const std::vector<std::int64_t>& ids, bool newest_definition
) {
    int code = ExitOk;
    for (const std::int64_t id : ids) {
        const Result<Json> reply = session.client.post(
            letter_path(id) + "/redrive",
            JsonObject{{"definition", newest_definition ? "newest" : "pinned"}}
        );
        if (!reply) {
            // The others may still be redriven: go on, and say so in the exit code.
            code = report(session.around, reply.error());
            continue;
        }
        if (!printed_as_json(session, *reply)) {
            const Json* run = member(*reply, "run");
            session.around.out << "Dead letter " << id << " is on its way again"
                               << (run != nullptr ? " in run " + to_text(*run) : std::string())
                               << ".\n";
        }
    }
    return code;
}

int discard_dead_letters(
    Session& session, const std::vector<std::int64_t>& ids, const std::string& reason
) {
    int code = ExitOk;
    for (const std::int64_t id : ids) {
        const Result<Json> reply =
            session.client.post(letter_path(id) + "/discard", JsonObject{{"reason", reason}});
        if (!reply) {
            code = report(session.around, reply.error());
            continue;
        }
        if (!printed_as_json(session, *reply)) {
            session.around.out << "Dead letter " << id << " discarded.\n";
        }
    }
    return code;
}

}  // namespace kontor::cli
