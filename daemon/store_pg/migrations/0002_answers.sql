-- breaking: no
-- Rows as the API's JSON: one function per resource, so that a list and a single one cannot differ.

-- Pages hold 1 to 1000 items, 50 unless told.
create function page_limit(wanted text) returns int language sql immutable parallel safe as $$
    select least(greatest(coalesce(wanted::int, 50), 1), 1000)
$$;

-- A number out of a document that a task wrote; NULL when it is absent or something else.
create function json_number(document jsonb, name text) returns float8 language sql immutable parallel safe as $$
    select case when jsonb_typeof(document -> name) = 'number' then (document -> name)::float8 end
$$;

create function run_json(r run) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', r.id, 'workflow', r.workflow, 'hash', r.hash, 'state', r.state, 'params', r.params,
        'correlation', r.correlation, 'cause', r.cause, 'depth', r.depth, 'priority', r.priority,
        'created_at', iso(r.created_at), 'started_at', iso(r.started_at), 'finished_at', iso(r.finished_at),
        'reason', r.reason, 'totals', r.totals)
$$;

-- Task instances, in flight or ended, in one shape.
create view task_instance as
    select id, run, task, country, item, state, attempt, started_at, null::timestamptz as finished_at, next_at,
           progress::float8 as progress, progress_text, input, null::jsonb as outputs, reason, child_run, siblings
      from task_live
    union all
    select id, run, task, country, item, state, attempts, started_at, finished_at, null, case when state = 'succeeded' then 1 else 0 end,
           '', input, outputs, reason, child_run, siblings
      from task_done;

create function task_json(t task_instance, of_workflow text) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', t.id, 'run', t.run, 'workflow', of_workflow, 'task', t.task, 'country', t.country, 'item', t.item,
        'siblings', t.siblings, 'state', t.state, 'attempt', t.attempt, 'started_at', iso(t.started_at), 'finished_at', iso(t.finished_at),
        'next_at', iso(t.next_at), 'progress', round(t.progress::numeric, 4), 'progress_text', t.progress_text,
        'input', t.input, 'outputs', t.outputs, 'reason', t.reason, 'child_run', t.child_run)
$$;

-- The state of many instances in one word: the lower rank is the worse.
create function state_rank(state text) returns int language sql immutable parallel safe as $$
    select array_position(
        array['dead', 'failed', 'retrying', 'running', 'awaiting', 'cancelled', 'succeeded', 'skipped'], state)
$$;

create function campaign_state(of_correlation text) returns text language sql stable as $$
    select case when bool_or(state in ('running', 'paused')) then 'running'
                when bool_or(state = 'queued') then 'queued'
                when bool_or(state = 'failed') then 'failed'
                when bool_or(state = 'cancelled') then 'cancelled'
                else 'succeeded' end
      from run where correlation = of_correlation
$$;

create function dead_letter_json(d dead_letter) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', d.id, 'kind', d.kind, 'state', d.state, 'run', d.run, 'task_id', d.task_id, 'event_id', d.event_id,
        'workflow', d.workflow, 'task', d.task, 'country', d.country, 'item', d.item,
        'failure_class', d.failure_class, 'reason', d.reason, 'fingerprint', d.fingerprint, 'input', d.input,
        'attempts', d.attempts, 'created_at', iso(d.created_at), 'closed_at', iso(d.closed_at),
        'closed_reason', d.closed_reason)
$$;

create function event_json(e event) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', e.id, 'ce_id', e.ce_id, 'source', e.source, 'type', e.type, 'subject', e.subject, 'time', iso(e.time),
        'data', e.data, 'correlation', e.correlation, 'run', e.run,
        'deliveries', coalesce((
            select jsonb_agg(jsonb_build_object(
                       'workflow', d.workflow, 'trigger', d.trigger, 'state', d.state, 'run', d.run, 'reason', d.reason)
                   order by d.workflow, d.trigger)
              from delivery d where d.event = e.id and d.workflow <> ''), '[]'))
$$;

create function model_json(m model) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', m.model, 'country', m.country, 'family', m.family, 'run', m.run, 'task', m.task, 'object', m.object,
        'params', m.params, 'metrics', m.metrics, 'created_at', iso(m.created_at),
        'winner', exists (
            select from winner w where w.country = m.country and w.model = m.model
               and w.valid_to = 'infinity' and w.known_to = 'infinity'))
$$;

create function workflow_json(d definition) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'name', d.workflow, 'title', d.title, 'hash', d.hash, 'version', d.version, 'created_at', iso(d.created_at),
        'params', coalesce(d.summary -> 'params', '{}'), 'partition', coalesce(d.summary -> 'partition', 'null'),
        'tasks', coalesce(d.summary -> 'tasks', '[]'), 'triggers', coalesce(d.summary -> 'triggers', '[]'))
$$;
