-- name: code_lists_page
-- Parameters: country, limit, cursor (a version), scope. Newest first. Index: code_list_pkey, code_list_day.
with page as materialized (
    select l.* from code_list l
     where l.country = $1::text and in_scope(l.country, $4::text) and ($3::bigint is null or l.version < $3::bigint)
     order by l.version desc limit page_limit($2::text) + 1
), shown as (
    select * from page order by version desc limit page_limit($2::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(code_list_json(l) order by l.version desc) from shown s join code_list l on l.country = s.country and l.version = s.version), '[]'),
    'next', case when (select count(*) from page) > page_limit($2::text) then (select min(version)::text from shown) end);

-- name: code_list_one
-- Parameters: country, version, scope. Index: code_list_pkey.
select code_list_json(l) from code_list l where l.country = $1::text and l.version = $2::bigint and in_scope(l.country, $3::text);

-- name: code_list_codes
-- Parameters: country, version, limit, cursor (a line), scope; null when there is no such list. Index: code_list_code_pkey.
with page as materialized (
    select c.* from code_list_code c where c.country = $1::text and c.version = $2::bigint and c.line > coalesce($4::bigint, 0)
    order by c.line limit page_limit($3::text) + 1
), shown as (
    select * from page order by line limit page_limit($3::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object('line', c.line, 'code', c.code, 'title', c.title, 'valid_from', c.valid_from::text, 'valid_to', c.valid_to::text)
                         order by c.line) from shown c), '[]'),
    'next', case when (select count(*) from page) > page_limit($3::text) then (select max(line)::text from shown) end)
  from code_list l where l.country = $1::text and l.version = $2::bigint and in_scope(l.country, $5::text);

-- name: code_list_moves
-- Parameters: country, version, limit, cursor (a line), scope; null when there is no such list. Index: code_list_move_pkey.
with page as materialized (
    select m.* from code_list_move m where m.country = $1::text and m.version = $2::bigint and m.line > coalesce($4::bigint, 0)
    order by m.line limit page_limit($3::text) + 1
), shown as (
    select * from page order by line limit page_limit($3::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object('line', m.line, 'from', m.code_from, 'to', nullif(m.code_to, ''), 'kind', m.kind, 'weight', m.weight)
                         order by m.line) from shown m), '[]'),
    'next', case when (select count(*) from page) > page_limit($3::text) then (select max(line)::text from shown) end)
  from code_list l where l.country = $1::text and l.version = $2::bigint and in_scope(l.country, $5::text);

-- name: code_lists_all
-- Parameters: scope. The newest 50 versions of each country's list, by country. Index: code_list_pkey.
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(code_list_json(l) order by l.country, l.version desc)
          from (select distinct country from code_list) c
          cross join lateral (select l.* from code_list l where l.country = c.country order by l.version desc limit 50) n
          join code_list l on l.country = n.country and l.version = n.version
         where in_scope(c.country, $1::text)), '[]'),
    'next', null);
