// Dead letters: what there is.
#include "cli/cli.hpp"
#include "cli/letter_orders.hpp"

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
         {"fingerprint", filter.fingerprint},
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
         {"input", "/input"},
         {"definition", "/definition"},
         {"attempts so far", "/tries"},
         {"log", "/logs"}}
    );
}

int list_dead_letter_causes(Session& session) {
    return print_list(
        session,
        "/v1/dead-letter-causes?state=open",
        {{"FINGERPRINT", "/fingerprint"},
         {"LETTERS", "/letters", Kind::Number},
         {"TASKS", "/tasks"},
         {"COUNTRIES", "/countries"},
         {"CLASS", "/failure_class"},
         {"LAST", "/last_at", Kind::Time},
         {"REASON", "/reason"}},
        "No open dead letters."
    );
}

}  // namespace kontor::cli
