-- name: backfills_page
-- Parameters: workflow, state, limit, cursor, scope. Without their periods.
-- Index: backfill_pkey backwards, or backfill_open.
with page as materialized (
    select b.id, backfill_json(b) as item from backfill b
    where ($1::text is null or b.workflow = $1)
      and ($2::text is null or b.state = $2)
      and ($4::bigint is null or b.id < $4)
      and backfill_in_scope(b, $5::text)
    order by b.id desc limit page_limit($3::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($3::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($3::text) then (select min(id)::text from shown) end);

-- name: backfill_one
-- Parameters: id, scope. Beside what its period came to, a run's state as it is now: it may have been redriven since.
-- Index: backfill_pkey, backfill_period_pkey, run_pkey.
select backfill_json(b) || jsonb_build_object('periods', coalesce((
    select jsonb_agg(jsonb_build_object(
               'period', p.period, 'state', p.state, 'countries', p.countries, 'run', p.run, 'run_state', r.state, 'reason', p.reason,
               'started_at', iso(p.started_at), 'finished_at', iso(p.finished_at)) order by p.period)
      from backfill_period p left join run r on r.id = p.run where p.backfill = b.id), '[]'))
from backfill b where b.id = $1::bigint and backfill_in_scope(b, $2::text);
