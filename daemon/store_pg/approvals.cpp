#include "store_pg/approvals.hpp"

#include "store_pg/row_set.hpp"

namespace kontor::store_pg {

using ports::ApprovalRow;
using ports::VoteRow;

void append_approvals(const ports::Batch& batch, std::vector<Step>& steps) {
    using enum ColumnType;
    RowSet approvals(
        "approvals",
        "insert into approval (id, run, task_id, workflow, correlation, task, country, item, title, text, evidence, role, needed,"
        " submitter, otherwise, reject_fails, asked_at, deadline_at, escalate_at, state, decision, reason, escalated_at, closed_at)"
        " {rows}"
        " on conflict (id) do update set state = excluded.state, decision = excluded.decision, reason = excluded.reason,"
        " escalated_at = excluded.escalated_at, closed_at = excluded.closed_at",
        {Int8, Int8, Int8, Text, Text, Text, Text, Text, Text, Text, Jsonb, Text, Int4, Text, Text, Bool, Timestamptz, Timestamptz,
         Timestamptz, Text, Text, Text, Timestamptz, Timestamptz}
    );
    for (const ApprovalRow* row : last_by_key(batch.approvals, [](const ApprovalRow& each) { return each.id; })) {
        approvals.row(
            row->id, row->run, row->task_id, row->workflow, row->correlation, row->task, row->country, row->item, row->title, row->text,
            row->evidence, row->role, row->needed, row->submitter, row->otherwise, row->reject_fails, row->asked_at, row->deadline_at,
            row->escalate_at, row->state, row->decision, row->reason, row->escalated_at, row->closed_at
        );
    }
    approvals.append_to(steps);

    RowSet votes("votes", "insert into approval_vote (approval, by, decision, comment, at) {rows}", {Int8, Text, Text, Text, Timestamptz});
    for (const VoteRow& row : batch.votes) {
        votes.row(row.approval, row.by, row.decision, row.comment, row.at);
    }
    votes.append_to(steps);
}

Result<void> fill_approvals(Connection& connection, ports::Snapshot& snapshot) {
    const Result<Rows> open = connection.query(
        {"load approvals",
         "select id, run, task_id, workflow, correlation, task, country, item, title, text, evidence, role, needed, submitter, otherwise,"
         " reject_fails, asked_at, deadline_at, escalate_at, state, decision, reason, escalated_at, closed_at"
         " from approval where state = 'open' order by id",
         {}}
    );
    if (!open) {
        return open.error();
    }
    for (int at = 0; at < open->count(); ++at) {
        snapshot.approvals.push_back(
            {open->int8(at, 0), open->int8(at, 1), open->int8(at, 2), open->text(at, 3), open->text(at, 4), open->text(at, 5),
             open->text(at, 6), open->text(at, 7), open->text(at, 8), open->text(at, 9), open->json(at, 10), open->text(at, 11),
             open->int4(at, 12), open->text(at, 13), open->text(at, 14), open->boolean(at, 15), open->time(at, 16),
             open->maybe_time(at, 17), open->maybe_time(at, 18), open->text(at, 19), open->text(at, 20), open->text(at, 21),
             open->maybe_time(at, 22), open->maybe_time(at, 23)}
        );
    }
    const Result<Rows> votes = connection.query(
        {"load votes",
         "select v.approval, v.by, v.decision, v.comment, v.at from approval_vote v join approval a on a.id = v.approval"
         " where a.state = 'open' order by v.at, v.by",
         {}}
    );
    if (!votes) {
        return votes.error();
    }
    for (int at = 0; at < votes->count(); ++at) {
        snapshot.votes.push_back({votes->int8(at, 0), votes->text(at, 1), votes->text(at, 2), votes->text(at, 3), votes->time(at, 4)});
    }
    return {};
}

}  // namespace kontor::store_pg
