-- name: approvals_page
-- Parameters: state, country, run, limit, cursor, scope. Without the evidence, which may be large.
-- Index: approval_open, approval_run, or approval_pkey backwards.
with page as materialized (
    select a.id, approval_json(a) - 'evidence' as item from approval a
    where ($1::text is null or a.state = $1)
      and ($2::text is null or a.country = $2)
      and ($3::bigint is null or a.run = $3)
      and ($5::bigint is null or a.id < $5)
      and in_scope(a.country, $6::text)
    order by a.id desc limit page_limit($4::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($4::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($4::text) then (select min(id)::text from shown) end);

-- name: approval_one
-- Parameters: id, scope.
-- Index: approval_pkey.
select approval_json(a) from approval a where a.id = $1::bigint and in_scope(a.country, $2::text);
