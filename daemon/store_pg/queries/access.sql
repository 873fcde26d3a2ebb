-- name: tokens_page
-- Parameters: limit, cursor. Revoked ones too.
-- Index: token_pkey backwards.
with page as materialized (
    select t.id, token_json(t) as item from token t
    where ($2::bigint is null or t.id < $2)
    order by t.id desc limit page_limit($1::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($1::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($1::text) then (select min(id)::text from shown) end);

-- name: tokens_in_force
-- For the door alone, never for an answer: with their hashes. Few rows, read whole.
select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
    'id', id, 'name', name, 'hash', hash, 'role', role, 'countries', countries, 'expires_at', iso(expires_at)) order by id), '[]'))
from token where revoked_at is null and (expires_at is null or expires_at > clock_timestamp());

-- name: audit_page
-- Parameters: who, route, correlation, since, until, limit, cursor.
-- Index: audit_pkey backwards; audit_who or audit_correlation when filtered by them.
with page as materialized (
    select a.id, audit_json(a) as item from audit a
    where ($1::text is null or a.who = $1)
      and ($2::text is null or a.route = $2)
      and ($3::text is null or a.correlation = $3)
      and ($4::timestamptz is null or a.at >= $4)
      and ($5::timestamptz is null or a.at < $5)
      and ($7::bigint is null or a.id < $7)
    order by a.id desc limit page_limit($6::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($6::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($6::text) then (select min(id)::text from shown) end);

-- name: run_scope
-- Parameters: run, scope. The countries that a run works for, [] while they are unknown; null when it is out of scope.
-- Index: run_pkey.
select coalesce(r.countries, r.cause -> 'countries', '[]') from run r where r.id = $1::bigint and run_in_scope(r, $2::text);
