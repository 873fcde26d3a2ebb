-- name: models_page
-- Parameters: country, limit, cursor, scope. The cursor is the number of a registration, which is not shown.
-- Index: model_id backwards; model_country when filtered by it; winner_in_force.
with page as materialized (
    select m.id, model_json(m) as item from model m
    where ($1::text is null or m.country = $1)
      and ($3::bigint is null or m.id < $3)
      and in_scope(m.country, $4::text)
    order by m.id desc limit page_limit($2::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($2::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($2::text) then (select min(id)::text from shown) end);

-- name: model_one
-- Parameters: model, scope.
-- The same model may be registered for several countries: the newest registration.
-- Index: model_pkey, winner_in_force.
select model_json(m) from model m where m.model = $1::text and in_scope(m.country, $2::text) order by m.id desc limit 1;

-- name: winner_candidate
-- Parameters: country, model. What `winner` gives once the model is chosen: as it was when it was in force last, else as its last score has it; null
-- when it was never scored there.
-- Index: winner_country, score_country, task_done_pkey.
select coalesce(
    (select details - 'pinned' from winner where country = $1::text and model = $2::text and details -> 'model' ->> 'id' = model
      order by known_from desc, id desc limit 1),
    (select jsonb_build_object('model', d.outputs -> 'model', 'metrics', s.metrics, 'run', s.run)
       from score s join task_done d on d.id = s.task
      where s.country = $1::text and s.model = $2::text and d.outputs -> 'model' ->> 'id' = $2::text
      order by s.id desc limit 1),
    'null'::jsonb);

-- name: winners_at
-- Parameters: country, at, known, scope. In force at the one time, as known at the other; both now when not given. No run: a person chose it.
-- Index: winner_country, model_pkey, score_country.
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'country', w.country, 'model', w.model, 'family', coalesce(m.family, ''),
        'metrics', coalesce(s.metrics, m.metrics, '{}'), 'reason', coalesce(w.reason ->> 'reason', ''), 'run', nullif(w.run, 0),
        'valid_from', iso(w.valid_from), 'pinned', w.details -> 'pinned') order by w.country), '[]'),
    'next', null)
from winner w
left join model m on m.model = w.model and m.country = w.country
left join lateral (
    select metrics from score where country = w.country and model = w.model order by id desc limit 1) s on true
where ($1::text is null or w.country = $1)
  and in_scope(w.country, $4::text)
  and w.known_from <= coalesce($3::timestamptz, 'infinity')
  and (w.known_to > $3::timestamptz or ($3::timestamptz is null and w.known_to = 'infinity'))
  and w.valid_from <= coalesce($2::timestamptz, 'infinity')
  and (w.valid_to > $2::timestamptz or ($2::timestamptz is null and w.valid_to = 'infinity'));

-- name: live_setups
-- Parameters: scope. Per country the model in force as `winner` gives it, and the code list, its rules and the threshold of the newest batch of a
-- month's items (before the first one: of the newest at all, an evaluation's).
-- Index: winner_in_force, dataset_country, run_pkey.
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'country', w.country, 'model', w.details -> 'model',
        'codes', coalesce(m.details, e.details) -> 'codes',
        'rules', coalesce(m.details, e.details) -> 'code_rules',
        'threshold', coalesce(json_number(coalesce(m.details, e.details), 'threshold'), 0.5)) order by w.country), '[]'),
    'next', null)
from winner w
left join lateral (
    select d.details from dataset d join run r on r.id = d.run
     where d.country = w.country and d.kind = 'predictions' and coalesce(r.params ->> 'purpose', 'month') = 'month'
     order by d.id desc limit 1) m on true
left join lateral (
    select d.details from dataset d
     where d.country = w.country and d.kind = 'predictions' order by d.id desc limit 1) e on true
where w.valid_to = 'infinity' and w.known_to = 'infinity' and in_scope(w.country, $1::text);

-- name: leaderboard
-- Parameters: country, by (quality, cost, speed, size; null: quality). Each model by its last score. Scores compare only on the same rows:
-- models scored on the country's newest holdout stand before those that were judged on another one. `seconds` is what the trials of its search
-- computed, `per_second` the items that the task of its largest classification got through, `bytes` its file; null, and last, is what is not known.
-- Index: score_country, model_pkey, winner_in_force, dataset_model, task_done_pkey.
with last as (
    select distinct on (model) model, id, dataset_sha256, rows, metrics, at, run
      from score where country = $1::text order by model, id desc
), newest as (
    select dataset_sha256 from score where country = $1::text order by id desc limit 1
), weighed as (
    select l.*, coalesce(m.family, '') as family, json_number(m.metrics -> 'search', 'seconds') as seconds, json_number(m.object, 'bytes') as bytes,
           (select round((u.rows / extract(epoch from t.finished_at - t.started_at))::numeric, 1)
              from (select d.rows, d.task from dataset d
                     where d.kind = 'predictions' and d.details ->> 'model' = l.model and d.country = $1::text order by d.rows desc, d.id desc limit 1) u
              join task_done t on t.id = u.task and t.finished_at > t.started_at) as per_second
      from last l left join model m on m.model = l.model and m.country = $1::text
), ranked as (
    select w.*, row_number() over (
               order by case $2::text when 'cost' then w.seconds when 'speed' then -w.per_second when 'size' then w.bytes end nulls last,
                        (w.dataset_sha256 = (select dataset_sha256 from newest)) desc,
                        json_number(w.metrics, 'macro_f1') desc nulls last, w.id desc) as rank
      from weighed w
)
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'rank', r.rank, 'model', r.model, 'family', r.family, 'metrics', r.metrics, 'rows', r.rows,
        'seconds', r.seconds, 'per_second', r.per_second, 'bytes', r.bytes, 'scored_at', iso(r.at),
        'winner', exists (select from winner w where w.country = $1::text and w.model = r.model
                             and w.valid_to = 'infinity' and w.known_to = 'infinity'),
        'run', r.run) order by r.rank), '[]'),
    'next', null)
from ranked r;

-- name: champions
-- Parameters: country. Every model that was in force, as known today, the newest first.
-- Index: winner_country, model_pkey, score_country.
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'model', w.model, 'family', coalesce(m.family, ''), 'valid_from', iso(w.valid_from),
        'valid_to', case when w.valid_to < 'infinity' then iso(w.valid_to) end, 'run', nullif(w.run, 0),
        'reason', coalesce(w.reason ->> 'reason', ''), 'gain', json_number(w.reason, 'difference'),
        'metrics', coalesce(w.details -> 'metrics', m.metrics, '{}')) order by w.valid_from desc, w.id desc), '[]'),
    'next', null)
from winner w left join model m on m.model = w.model and m.country = w.country
where w.country = $1::text and w.known_to = 'infinity';

-- name: model_trials
-- Parameters: model, country (null: of its newest registration), scope. The trials of the run and country that made the model.
-- Index: model_pkey, run_pkey, definition_pkey, task_done_run.
with made as (
    select * from model where model = $1::text and ($2::text is null or country = $2) and in_scope(country, $3::text)
     order by id desc limit 1
), trying as (
    select t.task ->> 'name' as task
      from made m join run r on r.id = m.run join definition d on d.hash = r.hash
      cross join jsonb_array_elements(coalesce(d.summary -> 'tasks', '[]')) as t(task)
     where t.task ->> 'uses' = 'model.trial'
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'task', d.id, 'trial', d.outputs -> 'trial', 'item', d.item, 'state', d.state, 'family', d.outputs ->> 'family',
                   'params', d.outputs -> 'params', 'metrics', d.outputs -> 'metrics', 'seconds', d.outputs -> 'seconds',
                   'chosen', coalesce(d.outputs -> 'params' = m.params and d.outputs ->> 'family' = m.family, false),
                   'reason', d.reason)
               order by json_number(d.outputs, 'trial') nulls last, d.id)
          from task_done d where d.run = m.run and d.country = m.country and d.task in (select task from trying)), '[]'),
    'next', null)
from made m;

-- name: model_confusion
-- Parameters: model, country (null: any), scope. Of its last score that counted it: {model, country, run, at, rows, codes, counts, calibration};
-- the last is null for a score of before it was counted.
-- Index: score_country (with a country), task_done_pkey.
select jsonb_build_object(
    'model', s.model, 'country', s.country, 'run', s.run, 'at', iso(s.at), 'rows', s.rows,
    'codes', d.outputs -> 'confusion' -> 'codes', 'counts', d.outputs -> 'confusion' -> 'counts', 'calibration', d.outputs -> 'calibration')
from score s join task_done d on d.id = s.task
where s.model = $1::text and ($2::text is null or s.country = $2) and in_scope(s.country, $3::text) and d.outputs -> 'confusion' ? 'counts'
order by s.id desc limit 1;

-- name: model_card
-- Parameters: model, country (null: of its newest registration), scope. What the model is, what it learned from, how it was judged last and when it
-- was in force; parts that are not known (any more) are null or empty.
-- Index: model_pkey, run_pkey, definition_pkey, task_done_run, score_country, task_done_pkey, winner_country.
with made as (
    select * from model where model = $1::text and ($2::text is null or country = $2) and in_scope(country, $3::text)
     order by id desc limit 1
), run_of as (
    select r.id, r.workflow, r.hash, r.params, f.summary from made m join run r on r.id = m.run join definition f on f.hash = r.hash
), prepared as (
    select d.outputs
      from made m join run_of r on r.id = m.run
      cross join jsonb_array_elements(coalesce(r.summary -> 'tasks', '[]')) as t(task)
      join task_done d on d.run = r.id and d.country = m.country and d.task = t.task ->> 'name'
     where t.task ->> 'uses' = 'dataset.prepare' and d.state = 'succeeded' order by d.id desc limit 1
), judged as (
    select s.at, s.run, s.rows, s.metrics, s.dataset_sha256, d.outputs -> 'confusion' as confusion, d.outputs -> 'calibration' as calibration
      from made m join score s on s.country = m.country and s.model = m.model left join task_done d on d.id = s.task
     order by s.id desc limit 1
), in_force as (
    select w.id, w.valid_from, w.valid_to, w.run, w.reason
      from made m join winner w on w.country = m.country and w.model = m.model where w.known_to = 'infinity'
     order by w.valid_from desc, w.id desc limit 20
)
select jsonb_build_object(
    'model', model_json(m),
    'made_by', (select jsonb_build_object('run', r.id, 'workflow', r.workflow, 'hash', r.hash, 'schema', r.params -> 'schema', 'seed', r.params -> 'seed')
                  from run_of r),
    -- What was prepared for a model from elsewhere judges it alone.
    'data', (select case when m.metrics ? 'imported' then jsonb_build_object(
                 'holdout', p.outputs -> 'holdout' -> 'rows', 'holdout_sha256', p.outputs -> 'holdout' -> 'object' -> 'sha256')
             else jsonb_build_object(
                 'rows', p.outputs -> 'rows', 'classes', p.outputs -> 'classes',
                 'train', p.outputs -> 'train' -> 'rows', 'train_sha256', p.outputs -> 'train' -> 'object' -> 'sha256',
                 'holdout', p.outputs -> 'holdout' -> 'rows', 'holdout_sha256', p.outputs -> 'holdout' -> 'object' -> 'sha256',
                 'quarantined', p.outputs -> 'quarantine' -> 'rows', 'reasons', coalesce(p.outputs -> 'quarantine' -> 'reasons', '{}'),
                 'reviewed', p.outputs -> 'reviewed', 'sampled', p.outputs -> 'sampled', 'twins', p.outputs -> 'twins', 'moved', p.outputs -> 'moved') end
               from prepared p),
    'judged', (select jsonb_build_object(
                   'at', iso(j.at), 'run', j.run, 'rows', j.rows, 'metrics', j.metrics, 'dataset_sha256', j.dataset_sha256,
                   'codes', j.confusion -> 'codes', 'counts', j.confusion -> 'counts', 'calibration', j.calibration)
                 from judged j),
    'in_force', coalesce((select jsonb_agg(jsonb_build_object(
                   'from', iso(f.valid_from), 'to', case when f.valid_to < 'infinity' then iso(f.valid_to) end, 'run', nullif(f.run, 0),
                   'reason', coalesce(f.reason ->> 'reason', ''), 'gain', json_number(f.reason, 'difference'), 'p_value', json_number(f.reason, 'p_value'))
                   order by f.valid_from desc, f.id desc) from in_force f), '[]'))
from made m;
