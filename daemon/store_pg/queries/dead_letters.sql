-- name: dead_letters_page
-- Parameters: state, workflow, country, fingerprint, limit, cursor.
-- Index: dead_letter_open, dead_letter_fingerprint, or dead_letter_pkey backwards.
with page as materialized (
    select d.id, dead_letter_json(d) as item from dead_letter d
    where ($1::text is null or d.state = $1)
      and ($2::text is null or d.workflow = $2)
      and ($3::text is null or d.country = $3)
      and ($4::text is null or d.fingerprint = $4)
      and ($6::bigint is null or d.id < $6)
    order by d.id desc limit page_limit($5::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($5::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($5::text) then (select min(id)::text from shown) end);

-- name: dead_letter_one
-- Index: dead_letter_pkey.
select dead_letter_json(d) from dead_letter d where d.id = $1::bigint;
