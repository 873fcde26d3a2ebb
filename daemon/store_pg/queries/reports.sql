-- name: reports_page
-- Parameters: country, period, state, limit, cursor, scope. Newest first.
-- Index: report_pkey, report_country, report_period, report_state.
with page as materialized (
    select r.* from report r
    where ($1::text is null or r.country = $1)
      and ($2::text is null or r.period = $2)
      and ($3::text is null or r.state = $3)
      and in_scope(r.country, $6::text)
      and ($5::bigint is null or r.id < $5::bigint)
    order by r.id desc limit page_limit($4::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($4::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(report_json(r, 'infinity') order by r.id desc) from shown s join report r on r.id = s.id), '[]'),
    'next', case when (select count(*) from page) > page_limit($4::text) then (select min(id)::text from shown) end);

-- name: report_one
-- Parameters: id, scope. Index: report_pkey.
select report_json(r, 'infinity') from report r where r.id = $1::bigint and in_scope(r.country, $2::text);

-- name: report_as_of
-- Parameters: country, period, at (null: as it is), scope. The newest version that was known, as it stood, and what was filed.
-- Index: report_country_period_version_key, report_step_report.
select report_json(r, t.at) || jsonb_build_object('as_of', case when t.at < 'infinity' then iso(t.at) end, 'filed', (
           select jsonb_build_object('id', f.id, 'version', f.version, 'sha256', f.object ->> 'sha256', 'receipt', s.receipt, 'at', iso(s.at))
             from report f join report_step s on s.report = f.id and s.state = 'filed' and s.at <= t.at
            where f.country = r.country and f.period = r.period order by s.id desc limit 1))
  from (select coalesce($3::timestamptz, 'infinity') as at) t, report r
 where r.country = $1 and r.period = $2 and r.known_at <= t.at and in_scope(r.country, $4::text)
 order by r.version desc limit 1;

-- name: report_lines
-- Parameters: report, limit, cursor (a line), scope; null when there is no such report. Index: report_line_pkey.
with page as materialized (
    select l.* from report_line l where l.report = $1::bigint and l.line > coalesce($3::bigint, 0)
    order by l.line limit page_limit($2::text) + 1
), shown as (
    select * from page order by line limit page_limit($2::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object('line', l.line, 'code', l.code) || amount_json(l.items, l.units_milli, l.grams)
                         || jsonb_build_object('reviewed', amount_json(l.reviewed_items, l.reviewed_units, l.reviewed_grams)) order by l.line)
          from shown l), '[]'),
    'next', case when (select count(*) from page) > page_limit($2::text) then (select max(line)::text from shown) end)
  from report r where r.id = $1::bigint and in_scope(r.country, $4::text);

-- name: report_changes
-- Parameters: report, limit, cursor (a line), scope. What an amendment changes; null when there is no such report.
-- Index: report_change_pkey.
with page as materialized (
    select c.* from report_change c where c.report = $1::bigint and c.line > coalesce($3::bigint, 0)
    order by c.line limit page_limit($2::text) + 1
), shown as (
    select * from page order by line limit page_limit($2::text)
)
select jsonb_build_object(
    'report', r.id, 'amends', r.amends, 'changed', r.changed,
    'items', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'line', c.line, 'code', c.code, 'before', amount_json(c.items_before, c.units_before, c.grams_before),
                   'after', amount_json(c.items_after, c.units_after, c.grams_after),
                   'difference', amount_json(
                       c.items_after - c.items_before, c.units_after - c.units_before, c.grams_after - c.grams_before)) order by c.line)
          from shown c), '[]'),
    'next', case when (select count(*) from page) > page_limit($2::text) then (select max(line)::text from shown) end)
  from report r where r.id = $1::bigint and in_scope(r.country, $4::text);

-- name: report_status
-- Parameters: period (null: the newest that was counted), scope. Every country that was ever counted, and where its month stands.
-- Index: report_month_pkey, report_country_period_version_key.
with wanted as (
    select coalesce($1::text, (select max(m.period) from report_month m where in_scope(m.country, $2::text))) as period
), countries as (
    select distinct m.country from report_month m where in_scope(m.country, $2::text)
)
select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
           'country', c.country, 'period', w.period, 'state', coalesce(r.state, 'missing'),
           'report', case when r.id is not null then report_json(r, 'infinity') end, 'fault', coalesce(m.fault, ''),
           'filed', (
               select jsonb_build_object('id', f.id, 'version', f.version, 'receipt', s.receipt, 'at', iso(s.at))
                 from report f join report_step s on s.report = f.id and s.state = 'filed'
                where f.country = c.country and f.period = w.period and f.state = 'filed')) order by c.country), '[]'), 'next', null)
  from wanted w
 cross join countries c
  left join report_month m on m.country = c.country and m.period = w.period
  left join lateral (
    select * from report v where v.country = c.country and v.period = w.period order by v.version desc limit 1) r on true;
