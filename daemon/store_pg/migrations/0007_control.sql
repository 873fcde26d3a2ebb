-- breaking: no
-- What of a run is paused: [{"country", "task", "by", "reason", "at"}, ...]; null: nothing.
alter table run add column pauses jsonb;

create or replace function run_json(r run) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', r.id, 'workflow', r.workflow, 'hash', r.hash, 'state', r.state, 'params', r.params,
        'correlation', r.correlation, 'cause', r.cause, 'depth', r.depth, 'priority', r.priority,
        'created_at', iso(r.created_at), 'started_at', iso(r.started_at), 'finished_at', iso(r.finished_at),
        'reason', r.reason, 'totals', r.totals, 'countries', r.countries, 'pauses', r.pauses)
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
            'totals', case when r.finished_at is not null then (
                select jsonb_object_agg(state, n) from (
                    select state, count(*) as n from task_done where run = r.id and in_scope(country, scope) group by state) each_state)
                end)
    end
$$;

-- A member whose item is null was forgotten: a redrive or a rerun took its row away.
create or replace view task_block_member as
    select b.first + m.n - 1 as id, b.run, b.started_at, b.siblings, b.task, b.country, m.item, coalesce(m.input, b.input) as input
      from task_block b cross join lateral unnest(b.items, b.inputs) with ordinality as m(item, input, n)
     where m.item is not null
       and not exists (select from task_live l where l.id = b.first + m.n - 1 offset 0)
       and not exists (select from task_done d where d.id = b.first + m.n - 1 offset 0);

-- Succeeded with a reason: marked done by hand, which is no attempt.
create or replace view attempt_history as
    select task, run, attempt, started_at, finished_at, outcome, failure_class, reason
      from attempt where outcome <> 'succeeded'
    union all
    select id, run, attempts, coalesce(started_at, finished_at), finished_at, 'succeeded', '', ''
      from task_done where state = 'succeeded' and attempts > 0 and reason = '';
