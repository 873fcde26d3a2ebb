-- name: events_page
-- Parameters: type, correlation, limit, cursor, scope.
-- Index: event_pkey backwards; event_type or event_correlation when filtered by them; delivery_pkey.
with page as materialized (
    select e.id, event_json(e) as item from event e
    where ($1::text is null or e.type = $1)
      and ($2::text is null or e.correlation = $2)
      and ($4::bigint is null or e.id < $4)
      and event_in_scope(e, $5::text)
    order by e.id desc limit page_limit($3::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($3::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($3::text) then (select min(id)::text from shown) end);

-- name: event_one
-- Parameters: id, scope.
-- Index: event_pkey, delivery_pkey.
select event_json(e) from event e where e.id = $1::bigint and event_in_scope(e, $2::text);

-- name: event_by_source
-- Index: event_source_ce_id_key.
select event_json(e) from event e where e.source = $1::text and e.ce_id = $2::text;

-- name: events_to_replay
-- Parameters: type, since, until, limit. A plain list, oldest first; replays themselves are left out.
-- Index: event_time; event_type when the type is rare.
select coalesce(jsonb_agg(f.item order by f.time, f.id), '[]') from (
    select e.time, e.id, event_json(e) as item from event e
    where ($1::text is null or e.type = $1)
      and ($2::timestamptz is null or e.time >= $2::timestamptz)
      and ($3::timestamptz is null or e.time < $3::timestamptz)
      and e.replay_of is null
    order by e.time, e.id limit $4::int
) f;
