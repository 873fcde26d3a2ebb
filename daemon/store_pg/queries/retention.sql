-- name: holds_page
-- Parameters: limit, cursor (a run). Runs that are held, the newest first. Index: hold_pkey.
with page as materialized (
    select h.* from hold h where $2::bigint is null or h.run < $2::bigint order by h.run desc limit page_limit($1::text) + 1
), shown as (
    select * from page order by run desc limit page_limit($1::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object(
            'run', s.run, 'workflow', r.workflow, 'state', r.state, 'finished_at', iso(r.finished_at), 'by', s.by, 'reason', s.reason, 'at', iso(s.at))
            order by s.run desc) from shown s join run r on r.id = s.run), '[]'),
    'next', case when (select count(*) from page) > page_limit($1::text) then (select min(run)::text from shown) end);
