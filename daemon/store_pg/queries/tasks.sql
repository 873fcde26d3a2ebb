-- name: task_one
-- Parameters: id, scope.
-- Index: task_live_pkey, task_done_pkey, run_pkey.
select task_json(t, r.workflow)
from task_instance t left join run r on r.id = t.run
where t.id = $1::bigint and in_scope(t.country, $2::text);

-- name: task_attempts
-- Parameters: task, scope.
-- Index: attempt_task, task_done_pkey.
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'attempt', a.attempt, 'started_at', iso(a.started_at), 'finished_at', iso(a.finished_at),
                   'outcome', a.outcome, 'failure_class', a.failure_class, 'reason', a.reason)
               order by a.started_at, a.attempt)
          from attempt_history a where a.task = t.id), '[]'),
    'next', null)
from task_instance t where t.id = $1::bigint and in_scope(t.country, $2::text);

-- name: task_logs
-- Parameters: task, attempt, after, limit, scope.
-- Index: task_log_pkey, task_live_pkey, task_done_pkey. Null when there is no such task.
with page as materialized (
    select l.line, l.attempt, l.at, l.level, l.text from task_log l
    where l.task = $1::bigint
      and ($2::int is null or l.attempt = $2)
      and ($3::bigint is null or l.line > $3)
    order by l.line limit page_limit($4::text)
)
select case when exists (select from task_instance where id = $1::bigint and in_scope(country, $5::text)) then jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
                 'line', line, 'attempt', attempt, 'at', iso(at), 'level', level, 'text', text) order by line), '[]'),
    'next', case when count(*) = page_limit($4::text) then max(line)::text end) end
from page;
