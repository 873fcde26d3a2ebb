-- name: models_page
-- Parameters: country, limit, cursor. The cursor is the number of a registration, which is not shown.
-- Index: model_id backwards; model_country when filtered by it; winner_in_force.
with page as materialized (
    select m.id, model_json(m) as item from model m
    where ($1::text is null or m.country = $1)
      and ($3::bigint is null or m.id < $3)
    order by m.id desc limit page_limit($2::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($2::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($2::text) then (select min(id)::text from shown) end);

-- name: model_one
-- The same model may be registered for several countries: the newest registration.
-- Index: model_pkey, winner_in_force.
select model_json(m) from model m where m.model = $1::text order by m.id desc limit 1;

-- name: winners_at
-- Parameters: country, at. In force at that time, as known today.
-- Index: winner_country, model_pkey, score_country.
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'country', w.country, 'model', w.model, 'family', coalesce(m.family, ''),
        'metrics', coalesce(s.metrics, m.metrics, '{}'), 'reason', coalesce(w.reason ->> 'reason', ''), 'run', w.run,
        'valid_from', iso(w.valid_from)) order by w.country), '[]'),
    'next', null)
from winner w
left join model m on m.model = w.model and m.country = w.country
left join lateral (
    select metrics from score where country = w.country and model = w.model order by id desc limit 1) s on true
where ($1::text is null or w.country = $1)
  and w.known_to = 'infinity'
  and w.valid_from <= coalesce($2::timestamptz, 'infinity')
  and (w.valid_to > $2::timestamptz or ($2::timestamptz is null and w.valid_to = 'infinity'));

-- name: leaderboard
-- Parameters: country. Each model by its last score. Scores compare only on the same rows: models scored on the country's
-- newest holdout stand before those that were judged on another one.
-- Index: score_country, model_pkey, winner_in_force.
with last as (
    select distinct on (model) model, id, dataset_sha256, rows, metrics, at, run
      from score where country = $1::text order by model, id desc
), newest as (
    select dataset_sha256 from score where country = $1::text order by id desc limit 1
), ranked as (
    select l.*, row_number() over (
               order by (l.dataset_sha256 = (select dataset_sha256 from newest)) desc,
                        json_number(l.metrics, 'macro_f1') desc nulls last, l.id desc) as rank
      from last l
)
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'rank', r.rank, 'model', r.model, 'family', coalesce(m.family, ''), 'metrics', r.metrics, 'rows', r.rows,
        'scored_at', iso(r.at),
        'winner', exists (select from winner w where w.country = $1::text and w.model = r.model
                             and w.valid_to = 'infinity' and w.known_to = 'infinity'),
        'run', r.run) order by r.rank), '[]'),
    'next', null)
from ranked r left join model m on m.model = r.model and m.country = $1::text;
