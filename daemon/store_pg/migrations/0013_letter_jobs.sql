-- breaking: no
-- Inputs that were edited by hand at a redrive: [{"country", "task", "item", "with", "by", "at"}, ...]; null: none.
alter table run add column edits jsonb;

create or replace function run_json(r run) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', r.id, 'workflow', r.workflow, 'hash', r.hash, 'state', r.state, 'params', r.params,
        'correlation', r.correlation, 'cause', r.cause, 'depth', r.depth, 'priority', r.priority,
        'created_at', iso(r.created_at), 'started_at', iso(r.started_at), 'finished_at', iso(r.finished_at),
        'reason', r.reason, 'totals', r.totals, 'countries', r.countries, 'pauses', r.pauses, 'edits', r.edits)
$$;
create or replace function run_json(r run, scope text) returns jsonb language sql stable parallel safe as $$
    select case
        when scope is null or coalesce(r.countries, r.cause -> 'countries') <@ to_jsonb(string_to_array(scope, ',')) then run_json(r)
        else run_json(r) || jsonb_build_object(
            'reason', '', 'params', coalesce(r.params, '{}') - 'countries', 'cause', coalesce(r.cause, '{}') - 'countries',
            'countries', (
                select jsonb_agg(c) from jsonb_array_elements_text(coalesce(r.countries, '[]')) c where in_scope(c, scope)),
            'pauses', (
                select jsonb_agg(p - 'reason') from jsonb_array_elements(coalesce(r.pauses, '[]')) p
                 where p ->> 'country' = '' or in_scope(p ->> 'country', scope)),
            'edits', (select jsonb_agg(e) from jsonb_array_elements(coalesce(r.edits, '[]')) e where in_scope(e ->> 'country', scope)),
            'totals', case when r.finished_at is not null then (
                select jsonb_object_agg(state, n) from (
                    select state, count(*) as n from task_done where run = r.id and in_scope(country, scope) group by state) each_state)
                end)
    end
$$;

-- A command over many dead letters. `letters` is fixed when it is made; `position` says how many of them were handled, and is
-- written in the transaction that handles one. A handful of rows go on at a time.
create table letter_job (
    id          bigint primary key,
    action      text not null check (action in ('redrive', 'discard')),
    country     text not null,
    by          text not null,
    reach       jsonb,
    selection   jsonb not null,
    letters     jsonb not null check (jsonb_typeof(letters) = 'array'),
    reason      text not null,
    canary      boolean not null,
    per_minute  int not null check (per_minute >= 0),
    newest      boolean not null,
    edits       jsonb,
    created_at  timestamptz not null,
    state       text not null check (state in ('running', 'canary', 'done', 'stopped')),
    position    int not null check (position between 0 and jsonb_array_length(letters)),
    carried_out int not null,
    refused     int not null,
    refusals    jsonb not null,
    watched     jsonb,
    next_at     timestamptz,
    finished_at timestamptz,
    said        text not null,
    check (position = carried_out + refused),
    check ((finished_at is not null) = (state in ('done', 'stopped')))
) with (fillfactor = 70);
create index letter_job_open on letter_job (id) where state in ('running', 'canary');

create function letter_job_json(j letter_job) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', j.id, 'action', j.action, 'state', j.state, 'country', j.country, 'by', j.by, 'selection', j.selection,
        'reason', j.reason, 'canary', j.canary, 'per_minute', nullif(j.per_minute, 0),
        'definition', case when j.newest then 'newest' else 'pinned' end, 'with', j.edits,
        'letters', jsonb_array_length(j.letters), 'handled', j.position, 'carried_out', j.carried_out, 'refused', j.refused,
        'refusals', j.refusals, 'watched', j.watched, 'created_at', iso(j.created_at), 'next_at', iso(j.next_at),
        'finished_at', iso(j.finished_at), 'said', j.said)
$$;
