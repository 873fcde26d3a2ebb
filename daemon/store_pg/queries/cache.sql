-- name: cache_all
-- Parameters: workflow, country, countries of the asker. Results that are kept, counted by task and country. At most 20,000 rows
-- (ports/cache_rows.hpp), read whole.
select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
           'workflow', c.workflow, 'task', c.task, 'country', c.country, 'results', c.results, 'bytes', c.bytes,
           'newest_at', iso(c.newest_at), 'newest_run', c.newest_run) order by c.workflow, c.task, c.country), '[]'), 'next', null)
from (
    select r.workflow, r.task, r.country, count(*) as results, sum(pg_column_size(r.outputs) + pg_column_size(r.input)) as bytes,
           max(r.at) as newest_at, max(r.run) as newest_run
    from cached_result r
    where ($1::text is null or r.workflow = $1::text) and ($2::text is null or r.country = $2::text) and in_scope(r.country, $3::text)
    group by r.workflow, r.task, r.country) c;
