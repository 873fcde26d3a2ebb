// Approvals: look, approve, reject.
#include "cli/approval_commands.hpp"

#include "cli/cli.hpp"

#include <ostream>

namespace kontor::cli {
namespace {

std::string approval_path(std::int64_t id) { return "/v1/approvals/" + std::to_string(id); }

}  // namespace

int list_approvals(Session& session, const ApprovalFilter& filter) {
    const std::string path = with_query(
        "/v1/approvals",
        {{"state", filter.state},
         {"country", filter.country},
         {"run", filter.run > 0 ? std::to_string(filter.run) : ""},
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
         {"ROLE", "/role"},
         {"ASKED", "/asked_at", Kind::Time},
         {"UNTIL", "/deadline_at", Kind::Time},
         {"TITLE", "/title"}},
        filter.state == "open" ? "Nothing waits for a decision." : "No approvals match."
    );
}

int show_approval(Session& session, std::int64_t id) {
    const Result<Json> approval = session.client.get(approval_path(id));
    if (!approval) {
        return report(session.around, approval.error());
    }
    const int code = print_item(
        session,
        *approval,
        {{"approval", "/id"},
         {"state", "/state", Kind::State},
         {"title", "/title"},
         {"text", "/text"},
         {"run", "/run"},
         {"workflow", "/workflow"},
         {"task", "/task"},
         {"country", "/country"},
         {"item", "/item"},
         {"started by", "/submitter"},
         {"decided by", "/role"},
         {"approvals needed", "/approvals"},
         {"asked", "/asked_at", Kind::Time},
         {"until", "/deadline_at", Kind::Time},
         {"after that", "/default"},
         {"escalated", "/escalated_at", Kind::Time},
         {"closed", "/closed_at", Kind::Time},
         {"closed because", "/reason"},
         {"evidence", "/evidence"}}
    );
    const Json* votes = session.output == Output::Table ? member(*approval, "votes") : nullptr;
    for (const Json& vote : votes != nullptr && votes->is_array() ? votes->get_array() : JsonArray{}) {
        const std::string comment = text_member(vote, "comment");
        session.around.out << printable(text_member(vote, "by")) << " answered " << text_member(vote, "decision") << " at "
                           << short_time(text_member(vote, "at")) << (comment.empty() ? "" : ": " + printable(comment)) << "\n";
    }
    return code;
}

int decide_approvals(Session& session, const DecideOrder& order) {
    int code = ExitOk;
    for (const std::int64_t id : order.ids) {
        JsonObject body{{"decision", order.decision}, {"dry_run", order.dry_run}};
        if (!order.comment.empty()) {
            body["comment"] = order.comment;
        }
        const Result<Json> reply = session.client.post(approval_path(id) + "/decide", std::move(body));
        if (!reply) {
            // The others may still be decided: go on, and say so in the exit code.
            code = report(session.around, reply.error());
            continue;
        }
        if (printed_as_json(session, *reply)) {
            continue;
        }
        const std::string state = text_member(*reply, "state");
        session.around.out << "Approval " << id << (order.dry_run ? " would be " : " is ")
                           << (state == "open" ? "open still: another person must approve, too" : printable(state)) << ".\n";
    }
    return code;
}

}  // namespace kontor::cli
