-- name: dead_letters_page
-- Parameters: state, workflow, country, fingerprint, limit, cursor, scope.
-- Index: dead_letter_open, dead_letter_fingerprint, or dead_letter_pkey backwards.
with page as materialized (
    select d.id, dead_letter_json(d) as item from dead_letter d
    where ($1::text is null or d.state = $1)
      and ($2::text is null or d.workflow = $2)
      and ($3::text is null or d.country = $3)
      and ($4::text is null or d.fingerprint = $4)
      and ($6::bigint is null or d.id < $6)
      and in_scope(d.country, $7::text)
    order by d.id desc limit page_limit($5::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($5::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($5::text) then (select min(id)::text from shown) end);

-- name: dead_letter_one
-- Parameters: id, scope.
-- Index: dead_letter_pkey.
select dead_letter_json(d) from dead_letter d where d.id = $1::bigint and in_scope(d.country, $2::text);

-- name: dead_letter_causes
-- Parameters: state, workflow, country, scope. Letters of one fingerprint are one cause; the 500 with the most letters.
-- Index: dead_letter_open, or dead_letter read whole for the closed ones.
with causes as (
    select fingerprint, count(*) as letters, count(*) filter (where state = 'open') as open,
           array_agg(distinct workflow) as workflows, array_agg(distinct task) as tasks,
           array_agg(distinct country) filter (where country <> '') as countries,
           min(created_at) as first_at, max(created_at) as last_at, max(id) as newest
      from dead_letter
     where ($1::text is null or state = $1) and ($2::text is null or workflow = $2) and ($3::text is null or country = $3)
       and in_scope(country, $4::text)
     group by fingerprint order by count(*) desc, max(id) desc limit 500
)
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'fingerprint', c.fingerprint, 'letters', c.letters, 'open', c.open, 'workflows', c.workflows, 'tasks', c.tasks,
        'countries', coalesce(c.countries, '{}'), 'failure_class', d.failure_class, 'reason', d.reason,
        'first_at', iso(c.first_at), 'last_at', iso(c.last_at), 'newest', c.newest) order by c.letters desc, c.newest desc), '[]'),
    'next', null)
from causes c join dead_letter d on d.id = c.newest;
