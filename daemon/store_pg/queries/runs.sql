-- name: runs_page
-- Parameters: workflow, state, correlation, parent, limit, cursor, scope.
-- Index: run_pkey backwards; run_workflow, run_correlation or run_parent when filtered by them.
-- Documents are built last, of the runs that are shown.
with page as materialized (
    select r.id, r as run from run r
    where ($1::text is null or r.workflow = $1)
      and ($2::text is null or r.state = $2)
      and ($3::text is null or r.correlation = $3)
      and ($4::bigint is null or r.parent_task in (
            select id from task_live where run = $4 union all select id from task_done where run = $4))
      and ($6::bigint is null or r.id < $6)
      and run_in_scope(r, $7::text)
    order by r.id desc limit page_limit($5::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($5::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(run_json(s.run, $7::text) order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($5::text) then (select min(id)::text from shown) end);

-- name: run_one
-- Parameters: id, scope.
-- Index: run_pkey, definition_pkey, task_done_run; task_live and task_block are small and read whole.
with counted as (
    select task, jsonb_object_agg(state, n) as counts from (
        select task, state, count(*) as n from task_instance where run = $1::bigint and in_scope(country, $2::text) group by task, state
    ) each_state group by task
), expected as (
    -- Of a fan-out that has begun also what has no row yet; of a run that has ended there is no more to come.
    select e.task, sum(case when r.finished_at is null then greatest(e.n, e.siblings) else e.n end) as total from (
        select task, country, count(*) as n, max(siblings) as siblings from task_instance
         where run = $1::bigint and in_scope(country, $2::text) group by task, country
    ) e cross join run r where r.id = $1::bigint group by e.task
)
select run_json(r, $2::text) || jsonb_build_object('hold', (
    select jsonb_build_object('by', h.by, 'reason', h.reason, 'at', iso(h.at)) from hold h where h.run = r.id), 'tasks', coalesce((
    select jsonb_agg(t.task || jsonb_build_object('counts', coalesce(c.counts, '{}'), 'total', coalesce(x.total, 0)) order by t.n)
      from definition d
      cross join jsonb_array_elements(coalesce(d.summary -> 'tasks', '[]')) with ordinality as t(task, n)
      left join counted c on c.task = t.task ->> 'name'
      left join expected x on x.task = t.task ->> 'name'
     where d.hash = r.hash), '[]'))
from run r where r.id = $1::bigint and run_in_scope(r, $2::text);

-- name: run_tasks_page
-- Parameters: run, task, country, state, limit, cursor, scope.
-- Index: task_done_run, or task_done_not_succeeded when filtered by such a state; task_live and task_block are small and read whole.
-- Those that have ended are found in the order of the index, no further than the page; documents are built last.
with ended as materialized (
    select d.id from task_done d
     where d.run = $1::bigint
       and ($2::text is null or d.task = $2)
       and ($3::text is null or d.country = $3)
       and ($4::text is null or d.state = $4)
       and ($6::bigint is null or d.id > $6)
       and in_scope(d.country, $7::text)
     order by d.id limit page_limit($5::text) + 1
), page as materialized (
    select id, instance from (
        select e.id, (select t from task_instance t where t.id = e.id and t.finished_at is not null) as instance from ended e
        union all
        (select t.id, t from task_instance t
          where t.run = $1::bigint and t.state in ('running', 'retrying', 'awaiting')
            and ($2::text is null or t.task = $2)
            and ($3::text is null or t.country = $3)
            and ($4::text is null or t.state = $4)
            and ($6::bigint is null or t.id > $6)
            and in_scope(t.country, $7::text)
          order by t.id limit page_limit($5::text) + 1)
    ) each order by id limit page_limit($5::text) + 1
), shown as (
    select * from page order by id limit page_limit($5::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(task_json(s.instance, r.workflow) order by s.id) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($5::text) then (select max(id)::text from shown) end)
from run r where r.id = $1::bigint and run_in_scope(r, $7::text);

-- name: run_timeline
-- Parameters: run, limit (1 to 20,000), after (an id), scope. Task instances as short rows: what a table or a bar chart of 100,000
-- needs and no documents. Times are milliseconds since 1970.
-- Index: task_done_run; task_live is small and read whole.
with page as materialized (
    select id, task, country, item, state, attempt, started_at, finished_at, progress, reason from task_instance
     where run = $1::bigint and id > coalesce($3::bigint, 0) and in_scope(country, $4::text)
     order by id limit least(greatest(coalesce($2::int, 20000), 1), 20000)
)
select json_build_object(
    'seq', (select seq from conductor),
    'fields', json_build_array('id', 'task', 'country', 'item', 'state', 'attempt', 'started_ms', 'finished_ms', 'progress', 'reason'),
    'rows', coalesce((
        select json_agg(json_build_array(
                   id, task, country, item, state, attempt, (extract(epoch from started_at) * 1000)::bigint,
                   (extract(epoch from finished_at) * 1000)::bigint, round(progress::numeric, 3), left(reason, 300)) order by id)
          from page), '[]'),
    'next', case when (select count(*) from page) = least(greatest(coalesce($2::int, 20000), 1), 20000)
                 then (select max(id) from page) end)
from run r where r.id = $1::bigint and run_in_scope(r, $4::text);
