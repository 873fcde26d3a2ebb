-- name: reviews_page
-- Parameters: country, period, state (null: what waits; `all`), order (`cost` or `id`), limit, cursor, scope.
-- Index: review_waiting, review_by_cost, review_month.
with page as materialized (
    select r.* from review r
    where ($1::text is null or r.country = $1)
      and ($2::text is null or r.period = $2)
      and case when $3::text is null then r.state in ('open', 'second', 'disputed') else $3 = 'all' or r.state = $3 end
      and in_scope(r.country, $7::text)
      and ($6::bigint is null or case
            when $4::text = 'id' then r.id > $6::bigint
            else (-r.cost, r.id) > (select -c.cost, c.id from review c where c.id = $6::bigint) end)
    order by case when $4::text = 'id' then 0 else -r.cost end, r.id limit page_limit($5::text) + 1
), shown as (
    select * from page order by case when $4::text = 'id' then 0 else -cost end, id limit page_limit($5::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(review_json(r) order by case when $4::text = 'id' then 0 else -s.cost end, s.id)
          from shown s join review r on r.id = s.id), '[]'),
    'next', case when (select count(*) from page) > page_limit($5::text) then (
        select id::text from shown order by case when $4::text = 'id' then 0 else -cost end desc, id desc limit 1) end);

-- name: review_one
-- Parameters: id, scope. Index: review_pkey.
select review_json(r) from review r where r.id = $1::bigint and in_scope(r.country, $2::text);

-- name: review_counts
-- Parameters: period, scope. Per country and month how much waits and how much is done. Index: review_month.
select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
           'country', c.country, 'period', c.period, 'open', c.open, 'second', c.second, 'disputed', c.disputed,
           'decided', c.decided, 'cost', c.cost, 'claimed', c.claimed) order by c.cost desc, c.country, c.period), '[]'), 'next', null)
from (
    select country, period,
           count(*) filter (where state = 'open') as open, count(*) filter (where state = 'second') as second,
           count(*) filter (where state = 'disputed') as disputed, count(*) filter (where state = 'decided') as decided,
           count(*) filter (where state in ('open', 'second', 'disputed') and claimed_until > now()) as claimed,
           coalesce(sum(cost) filter (where state in ('open', 'second', 'disputed')), 0) as cost
      from review
     where state <> 'superseded' and ($1::text is null or period = $1) and in_scope(country, $2::text)
     group by country, period) c;

-- name: review_codes
-- Parameters: country, period, text (in code or title), limit, scope. Index: review_code_pkey.
select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object('code', c.code, 'title', c.title) order by c.code), '[]'), 'next', null)
from (
    select code, title from review_code
     where country = $1 and period = $2 and in_scope(country, $5::text)
       and ($3::text is null or strpos(lower(code || ' ' || title), lower($3)) > 0)
     order by code limit page_limit($4::text)) c;
