-- name: alarms_all
-- Parameters: country, state (raised, calm), scope. Raised ones first, the newest first among these. A few hundred rows at most: one per
-- country and rule.
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'country', a.country, 'alarm', a.name, 'state', case when a.raised then 'raised' else 'calm' end,
        'metric', a.rule ->> 'metric', 'feature', a.state ->> 'feature', 'value', a.state -> 'value', 'rows', a.state -> 'rows',
        'above', a.rule -> 'above', 'below', a.rule -> 'below', 'clear', a.rule -> 'clear', 'consecutive', a.rule -> 'consecutive',
        'min_rows', a.rule -> 'min_rows', 'against', a.rule -> 'against', 'retrain', a.rule -> 'retrain',
        'period', a.state ->> 'period', 'sentence', a.sentence, 'model', a.model, 'workflow', a.workflow, 'run', nullif(a.run, 0),
        'raised_at', iso(a.raised_at), 'cleared_at', iso(a.cleared_at), 'at', iso(a.at))
        order by a.raised desc, case when a.raised then a.raised_at end desc, a.country, a.name), '[]'),
    'next', null)
from alarm a
where ($1::text is null or a.country = $1) and ($2::text is null or a.raised = ($2::text = 'raised')) and in_scope(a.country, $3::text);

-- name: readings_page
-- Parameters: country, metric, since, until (periods, both included), limit, cursor (period/metric/feature of the last row), scope. The newest
-- period first. Index: reading_newest, reading_pkey when one metric is asked for.
with page as materialized (
    select r.* from reading r
     where r.country = $1::text
       and ($2::text is null or r.metric = $2)
       and ($3::text is null or r.period >= $3)
       and ($4::text is null or r.period <= $4)
       and ($6::text is null or r.period <= split_part($6::text, '/', 1))
       and ($6::text is null or r.period < split_part($6::text, '/', 1)
            or (r.metric, r.feature) > (split_part($6::text, '/', 2) collate "C",
                substr($6::text, length(split_part($6::text, '/', 1)) + length(split_part($6::text, '/', 2)) + 3) collate "C"))
       and in_scope(r.country, $7::text)
     order by r.period desc, r.metric, r.feature limit page_limit($5::text) + 1
), shown as (
    select * from page order by period desc, metric, feature limit page_limit($5::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object(
            'country', s.country, 'period', s.period, 'metric', s.metric, 'feature', s.feature, 'value', s.value, 'rows', s.rows,
            'model', s.model, 'run', s.run, 'at', iso(s.at)) order by s.period desc, s.metric, s.feature) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($5::text)
        then (select s.period || '/' || s.metric || '/' || s.feature from shown s order by s.period, s.metric desc, s.feature desc limit 1) end);
