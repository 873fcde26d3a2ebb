-- breaking: no
-- What people are asked by tasks that use `approval`, and what they answered.

create table approval (
    id           bigint primary key,
    run          bigint not null,
    task_id      bigint not null unique,
    workflow     text not null,
    correlation  text not null,
    task         text not null,
    country      text not null,
    item         text not null,
    title        text not null,
    text         text not null,
    evidence     jsonb,
    role         text not null check (role in ('operator', 'reviewer', 'admin')),
    needed       int not null check (needed between 1 and 2),
    submitter    text not null,
    otherwise    text not null check (otherwise in ('approve', 'reject', 'fail')),
    reject_fails boolean not null,
    asked_at     timestamptz not null,
    deadline_at  timestamptz,
    escalate_at  timestamptz,
    state        text not null check (state in ('open', 'approved', 'rejected', 'expired', 'withdrawn')),
    decision     text not null check (decision in ('', 'approved', 'rejected', 'failed')),
    reason       text not null,
    escalated_at timestamptz,
    closed_at    timestamptz,
    check ((closed_at is null) = (state = 'open')),
    check ((decision = '') = (state in ('open', 'withdrawn')))
);
create index approval_open on approval (id) where state = 'open';
create index approval_run on approval (run, id);

create table approval_vote (
    approval bigint not null references approval (id),
    by       text not null,
    decision text not null check (decision in ('approve', 'reject')),
    comment  text not null,
    at       timestamptz not null,
    primary key (approval, by)
);

-- What was shown to whoever decided stays what it was, and what was decided stays decided.
create function keep_approval() returns trigger language plpgsql as $$
begin
    if old.state <> 'open' then
        raise exception 'approval % is % already', old.id, old.state using errcode = 'check_violation';
    end if;
    if (old.id, old.run, old.task_id, old.title, old.text, old.evidence, old.role, old.needed, old.submitter, old.otherwise,
        old.reject_fails, old.deadline_at) is distinct from
       (new.id, new.run, new.task_id, new.title, new.text, new.evidence, new.role, new.needed, new.submitter, new.otherwise,
        new.reject_fails, new.deadline_at) then
        raise exception 'what approval % asks cannot change', old.id using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger approval_is_frozen before update on approval for each row execute function keep_approval();
create function keep_vote() returns trigger language plpgsql as $$
begin
    raise exception 'an answer that was given stays what it is' using errcode = 'check_violation';
end $$;
create trigger vote_is_frozen before update on approval_vote for each statement execute function keep_vote();

create function approval_json(a approval) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', a.id, 'run', a.run, 'task_id', a.task_id, 'workflow', a.workflow, 'correlation', a.correlation, 'task', a.task,
        'country', a.country, 'item', a.item, 'title', a.title, 'text', a.text, 'evidence', a.evidence, 'role', a.role,
        'approvals', a.needed, 'submitter', a.submitter, 'default', a.otherwise,
        'on_reject', case when a.reject_fails then 'fail' else 'continue' end,
        'asked_at', iso(a.asked_at), 'deadline_at', iso(a.deadline_at), 'escalate_at', iso(a.escalate_at),
        'state', a.state, 'decision', a.decision, 'reason', a.reason, 'escalated_at', iso(a.escalated_at),
        'closed_at', iso(a.closed_at),
        'votes', coalesce((
            select jsonb_agg(jsonb_build_object('by', v.by, 'decision', v.decision, 'comment', v.comment, 'at', iso(v.at)) order by v.at, v.by)
              from approval_vote v where v.approval = a.id), '[]'))
$$;
