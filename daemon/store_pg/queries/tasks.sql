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
-- Parameters: task, attempt, after, limit, level, contains, scope.
-- Index: task_log_pkey, task_live_pkey, task_done_pkey. Null when there is no such task.
with page as materialized (
    select l.line, l.attempt, l.at, l.level, l.text from task_log l
    where l.task = $1::bigint
      and ($2::bigint is null or l.attempt = $2)
      and ($3::bigint is null or l.line > $3)
      and log_level(l.level) >= log_level(coalesce($5::text, 'debug'))
      and ($6::text is null or strpos(lower(l.text), lower($6)) > 0)
    order by l.line limit page_limit($4::text)
)
select case when exists (select from task_instance where id = $1::bigint and in_scope(country, $7::text)) then jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
                 'line', line, 'attempt', attempt, 'at', iso(at), 'level', level, 'text', text) order by line), '[]'),
    'next', case when count(*) = page_limit($4::text) then max(line)::text end) end
from page;

-- name: run_logs
-- Parameters: run, task, country, level, contains, limit, after (`task.line`, as `next` gave it), scope.
-- Index: run_pkey, task_done_run, task_done_pkey, task_log_pkey; task_live and task_block are small and read whole. One page looks
-- through the lines of 100 instances at most, so that what is rare costs no more at a time than what is common: a page may hold
-- nothing, and `next` tells whether there is more to look through.
with wanted as materialized (
    select id, task, country, item from (
        (select d.id, d.task, d.country, d.item from task_done d
          where d.run = $1::bigint
            and ($2::text is null or d.task = $2)
            and ($3::text is null or d.country = $3)
            and d.id >= split_part(coalesce($7::text, '0'), '.', 1)::bigint
            and in_scope(d.country, $8::text)
          order by d.id limit 100)
        union all
        (select t.id, t.task, t.country, t.item from task_instance t
          where t.run = $1::bigint and t.state in ('running', 'retrying', 'awaiting')
            and ($2::text is null or t.task = $2)
            and ($3::text is null or t.country = $3)
            and t.id >= split_part(coalesce($7::text, '0'), '.', 1)::bigint
            and in_scope(t.country, $8::text)
          order by t.id limit 100)
    ) each order by id limit 100
), found as materialized (
    select w.id, w.task, w.country, w.item, l.line, l.attempt, l.at, l.level, l.text
      from wanted w cross join lateral (
        select * from task_log l
         where l.task = w.id
           and (w.id > split_part(coalesce($7::text, '0'), '.', 1)::bigint or l.line > coalesce(nullif(split_part($7::text, '.', 2), ''), '0')::bigint)
           and log_level(l.level) >= log_level(coalesce($4::text, 'debug'))
           and ($5::text is null or strpos(lower(l.text), lower($5)) > 0)
         order by l.line limit page_limit($6::text)) l
     order by w.id, l.line limit page_limit($6::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(jsonb_build_object(
                 'id', id, 'task', task, 'country', country, 'item', item, 'line', line, 'attempt', attempt, 'at', iso(at),
                 'level', level, 'text', text) order by id, line) from found), '[]'),
    'next', case
        when (select count(*) from found) = page_limit($6::text) then (select id || '.' || line from found order by id desc, line desc limit 1)
        when (select count(*) from wanted) = 100 then (select max(id) + 1 || '.0' from wanted) end)
from run r where r.id = $1::bigint and run_in_scope(r, $8::text);

-- name: log_search
-- Parameters: workflow, country, task, since, until (ISO times), level, contains, limit, cursor (run.task.line, as `next` gave it), scope.
-- Index: run_pkey, run_workflow, task_done_run, task_log_pkey; task_live and task_block are read whole for a run that has not ended.
-- What one page costs is bounded in the function: a page may hold nothing and have a `next`.
select log_search($1::text, $2::text, $3::text, $4::timestamptz, $5::timestamptz, $6::text, $7::text, page_limit($8::text), $9::text, $10::text);
