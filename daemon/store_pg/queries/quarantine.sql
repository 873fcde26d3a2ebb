-- name: run_quarantine
-- Parameters: run, country, limit, cursor, scope. The tasks of a run that put rows aside, by id.
-- Index: task_done_run.
with page as materialized (
    select d.id, d.task, d.country, d.item, d.finished_at, d.outputs -> 'quarantine' as put_aside from task_done d
    where d.run = $1::bigint
      and ($2::text is null or d.country = $2)
      and ($4::bigint is null or d.id > $4)
      and in_scope(d.country, $5::text)
      and json_number(d.outputs -> 'quarantine', 'rows') > 0
    order by d.id limit page_limit($3::text) + 1
), shown as (
    select * from page order by id limit page_limit($3::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'task', id, 'name', task, 'country', country, 'item', item, 'at', iso(finished_at),
                   'rows', put_aside -> 'rows', 'reasons', coalesce(put_aside -> 'reasons', '{}'),
                   'object', put_aside -> 'object' -> 'key') order by id)
          from shown), '[]'),
    'next', case when (select count(*) from page) > page_limit($3::text) then (select max(id)::text from shown) end)
from run r where r.id = $1::bigint and run_in_scope(r, $5::text);

-- name: task_quarantine
-- Parameters: task, scope. Where the rows lie that it put aside; null when there is no such task, or it put none aside.
-- Index: task_live_pkey, task_done_pkey.
select jsonb_build_object('task', t.id, 'run', t.run, 'country', t.country, 'object', t.outputs -> 'quarantine' -> 'object')
from task_instance t
where t.id = $1::bigint and jsonb_typeof(t.outputs -> 'quarantine' -> 'object') = 'object' and in_scope(t.country, $2::text);
