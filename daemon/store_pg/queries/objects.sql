-- name: objects_page
-- Parameters: prefix, country, run, limit, cursor, scope. The cursor is the number of a registration, which is not shown.
-- Index: object_id backwards; object_pkey (prefix) or object_run when filtered by them.
with page as materialized (
    select o.* from object o
    where ($1::text is null or starts_with(o.key, $1))
      and ($2::text is null or o.country = $2)
      and ($3::bigint is null or o.run = $3)
      and ($5::bigint is null or o.id < $5)
      and in_scope(o.country, $6::text)
    order by o.id desc limit page_limit($4::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($4::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'key', key, 'scope', scope, 'country', country, 'sha256', sha256, 'bytes', bytes,
                   'stored_bytes', stored_bytes, 'key_id', key_id, 'run', nullif(run, 0), 'task', nullif(task, 0),
                   'created_at', iso(created_at)) order by id desc)
          from shown), '[]'),
    'next', case when (select count(*) from page) > page_limit($4::text) then (select min(id)::text from shown) end);
