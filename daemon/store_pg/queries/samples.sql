-- name: samples_page
-- Parameters: country, item (goes with a country), limit, cursor, scope. Newest first; of one item its highest version first.
-- Index: sample_place and sample_batch, country by country sample_batch_country; of an item sample_pkey.
with cursor as (
    select $4::bigint / 1000000000 as batch, $4::bigint % 1000000000 as place
), page as materialized (
    select one.* from (
        (select s.*, b.sent_by, b.at from sample_batch b
         cross join lateral (
             select s.* from sample s
              where s.batch = b.id and ($4::bigint is null or b.id < (select batch from cursor) or s.place < (select place from cursor))
              order by s.place desc limit page_limit($3::text) + 1) s
          where $2::text is null and ($1::text is null or b.country = $1) and in_scope(b.country, $5::text)
            and ($4::bigint is null or b.id <= (select batch from cursor))
          order by b.id desc, s.place desc limit page_limit($3::text) + 1)
        union all
        (select s.*, b.sent_by, b.at from sample s join sample_batch b on b.id = s.batch
          where s.country = $1 and s.item = $2 and in_scope(s.country, $5::text)
            and ($4::bigint is null or (s.batch, s.place) < (select batch, place from cursor))
          order by s.batch desc, s.place desc limit page_limit($3::text) + 1)
    ) one order by batch desc, place desc limit page_limit($3::text) + 1
), shown as (
    select * from page order by batch desc, place desc limit page_limit($3::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'country', s.country, 'item', s.item, 'version', s.version, 'code', s.code, 'batch', s.batch, 'sent_by', s.sent_by,
                   'at', iso(s.at), 'current', not exists (
                       select from sample newer where newer.country = s.country and newer.item = s.item and newer.version > s.version))
                   order by s.batch desc, s.place desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($3::text) then (
        select (batch * 1000000000 + place)::text from shown order by batch, place limit 1) end);
