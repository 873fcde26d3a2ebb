-- name: predictions_of
-- Parameters: correlation (null: all), scope. Per country the last batch prediction of a month's items. Runs whose parameter
-- `purpose` says something else, as an evaluation's on held-out rows, do not count.
-- Index: run_correlation, definition_pkey, task_done_run, score_country.
with predicting as materialized (
    select d.hash, t.task ->> 'name' as task, t.task ->> 'uses' as uses
      from definition d cross join jsonb_array_elements(coalesce(d.summary -> 'tasks', '[]')) as t(task)
     where t.task ->> 'uses' in ('model.predict', 'dataset.prepare')
       and d.summary -> 'tasks' @> '[{"uses": "model.predict"}]'
), instances as materialized (
    select p.uses, r.id as run, t.id, t.country, t.outputs, t.finished_at
      from run r
      join predicting p on p.hash = r.hash
      cross join lateral (select * from task_done d where d.run = r.id offset 0) t
     where t.task = p.task and ($1::text is null or r.correlation = $1) and coalesce(r.params ->> 'purpose', 'month') = 'month'
       and t.state = 'succeeded' and t.country <> '' and in_scope(t.country, $2::text)
), last as (
    select distinct on (country) country, run, outputs, finished_at,
           coalesce(outputs -> 'model' ->> 'id', outputs ->> 'model') as model
      from instances where uses = 'model.predict'
     order by country, id desc
)
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'country', l.country, 'rows', l.outputs -> 'rows', 'classified', l.outputs -> 'classified',
        'review', l.outputs -> 'review',
        'quarantined', coalesce((
            select json_number(i.outputs -> 'quarantine', 'rows') from instances i
             where i.uses = 'dataset.prepare' and i.run = l.run and i.country = l.country order by i.id desc limit 1), 0),
        'model', l.model,
        'macro_f1', (
            select json_number(s.metrics, 'macro_f1') from score s
             where s.country = l.country and s.model = l.model order by s.id desc limit 1),
        'run', l.run, 'finished_at', iso(l.finished_at)) order by l.country), '[]'),
    'next', null)
from last l;

-- name: predictions_reported
-- Parameters: country, period, scope. What the country's newest report of the period was made of: {predictions: {object, rows}, model}; null
-- when there is none. Index: dataset_country.
with told as (
    select d.run, d.details ->> 'model' as model from dataset d
     where d.country = $1::text and d.kind = 'report' and d.details ->> 'period' = $2::text and in_scope(d.country, $3::text)
     order by d.id desc limit 1
)
select jsonb_build_object(
    'predictions', jsonb_build_object('object', jsonb_build_object('key', p.key, 'sha256', p.sha256, 'bytes', p.bytes), 'rows', p.rows),
    'model', coalesce(t.model, ''))
from told t
cross join lateral (
    select d.* from dataset d where d.country = $1::text and d.kind = 'predictions' and d.run = t.run order by d.id desc limit 1) p;
