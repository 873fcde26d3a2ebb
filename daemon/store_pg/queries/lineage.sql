-- name: report_lineage
-- Parameters: country, period, version (null: what is filed, else the newest), code, scope. The number with everything that it was made
-- of; null when there is no such version, or it has no such code.
-- Index: report_country_period_version_key, report_line_pkey, dataset_run, model_pkey, run_pkey, code_list_pkey.
with asked as materialized (
    select r.* from report_asked($1::text, $2::text, $3::text, $5::text) r
), line as (
    select l.* from asked r join report_line l on l.report = r.id where l.code = $4::text
), made as materialized (
    select d.* from asked r join dataset d on d.run = r.run and d.country = r.country
), predicted as (
    select d.* from made d where d.kind = 'predictions' order by d.id desc limit 1
), counted as (
    select d.* from asked r join dataset d on d.id = r.batch
)
select jsonb_build_object(
    'report', report_json(r, 'infinity'),
    'code', $4::text,
    'number', case when $4::text is null then null else (
        select amount_json(l.items, l.units_milli, l.grams)
            || jsonb_build_object('reviewed', amount_json(l.reviewed_items, l.reviewed_units, l.reviewed_grams)) from line l) end,
    'run', (select run_json(u, $5::text) from run u where u.id = r.run),
    'workflow', (
        select jsonb_build_object('name', d.workflow, 'version', d.version, 'hash', d.hash)
          from run u join definition d on d.hash = u.hash where u.id = r.run),
    'tasks', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'id', t.id, 'task', t.task, 'state', t.state, 'started_at', iso(t.started_at), 'finished_at', iso(t.finished_at)) order by t.id)
          from (select distinct task from made) m join task_done t on t.id = m.task), '[]'),
    'datasets', coalesce((select jsonb_agg(dataset_json(d) order by d.id) from made d), '[]'),
    'items', (select dataset_json(d) from made d where d.kind = 'items' order by d.id desc limit 1),
    'predictions', (select dataset_json(d) from predicted d),
    'counted', (select dataset_json(d) from counted d),
    'code_list', (
        select jsonb_build_object(
            'object', case when jsonb_typeof(p.details -> 'codes') = 'object' then p.details -> 'codes' end,
            'list', case when jsonb_typeof(p.details #> '{code_rules,list}') = 'object' then p.details #> '{code_rules,list}' end,
            'imported', (
                select code_list_json(l) from code_list l
                 where l.country = r.country and l.version::text = p.details #>> '{code_rules,list,version}'))
          from predicted p),
    'model', (select model_origin(m) from model m where m.model = r.model and m.country = r.country))
  from asked r
 where $4::text is null or exists (select from line);

-- name: lineage_predictions
-- Parameters: country, period, version, scope. Where the predictions lie that the version rests on; null when there is no such version.
-- Index: report_country_period_version_key, dataset_run.
select jsonb_build_object(
    'report', r.id, 'country', r.country, 'version', r.version, 'run', r.run, 'task', d.task, 'model', r.model,
    'object', case when d.id is not null then jsonb_build_object('key', d.key, 'sha256', d.sha256, 'bytes', d.bytes) end)
  from report_asked($1::text, $2::text, $3::text, $4::text) r
  left join lateral (
    select * from dataset d where d.run = r.run and d.country = r.country and d.kind = 'predictions' order by d.id desc limit 1) d on true;

-- name: lineage_asked
-- Parameters: report, items (a JSON list of at most 1,000), scope. Those of the items about which people were asked: they stand under what was
-- decided, not under what the model said. Index: report_pkey, review_run_country_item_key.
select coalesce((
    select jsonb_agg(v.item) from report r
      cross join jsonb_array_elements_text(case when $2::text ~ '^\[' then $2::jsonb else '[]' end) as i(item)
      join review v on v.run = r.run and v.country = r.country and v.item = i.item
     where r.id = $1::bigint and in_scope(r.country, $3::text)), '[]');

-- name: lineage_decided
-- Parameters: report, code (null: all), item (null: all), limit, cursor (a review), scope. The items that stand in the version because people
-- decided them, as they had decided when it was made; null when there is no such report.
-- Index: report_pkey, review_items, review_past_items, review_past_pkey; review_run_country_item_key with an item.
with asked as materialized (
    select * from report r where r.id = $1::bigint and in_scope(r.country, $6::text)
), standing as (
    select v.id, v.item, v.decided_code as code, v.decided_by as by, v.decided_at as at, v.code as said, v.probability, v.carried_from
      from asked r join review v on v.batch = r.batch
     where v.verdict = 'code' and ($2::text is null or v.decided_code = $2) and ($3::text is null or (v.run = r.run and v.country = r.country and v.item = $3))
       and v.id > coalesce($5::bigint, 0)
       and not exists (select from review_past p where p.review = v.id and p.change > r.seen)
     order by v.id limit page_limit($4::text) + 1
), past as (
    select v.id, v.item, p.code, p.by, p.at, v.code as said, v.probability, null::bigint as carried_from
      from asked r join review_past p on p.batch = r.batch join review v on v.id = p.review
     where p.verdict = 'code' and ($2::text is null or p.code = $2) and ($3::text is null or v.item = $3)
       and p.review > coalesce($5::bigint, 0) and p.change > r.seen
       and not exists (select from review_past q where q.review = p.review and q.change > r.seen and q.change < p.change)
     order by p.review limit page_limit($4::text) + 1
), page as materialized (
    select * from (select * from standing union all select * from past) both_kinds order by id limit page_limit($4::text) + 1
), shown as (
    select * from page order by id limit page_limit($4::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'item', s.item, 'code', s.code, 'probability', s.probability, 'by', 'review', 'said', s.said, 'review', s.id,
                   'reviewer', s.by, 'at', iso(s.at), 'carried_from', s.carried_from) order by s.id)
          from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($4::text) then (select max(id)::text from shown) end)
  from asked r;

-- name: model_lineage
-- Parameters: model, country (null: of its newest registration), limit, cursor, scope. The model with what it was trained on, and every
-- batch prediction made with it, the newest first, with the versions of reports that rest on it; null when there is no such model.
-- Index: model_pkey, dataset_model, dataset_run, report_run.
with asked as materialized (
    select * from model m where m.model = $1::text and ($2::text is null or m.country = $2) and in_scope(m.country, $5::text)
     order by m.id desc limit 1
), page as materialized (
    select d.id from dataset d
     where d.kind = 'predictions' and d.details ->> 'model' = $1::text and ($2::text is null or d.country = $2)
       and in_scope(d.country, $5::text) and ($4::bigint is null or d.id < $4::bigint)
     order by d.id desc limit page_limit($3::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($3::text)
)
select jsonb_build_object(
    'model', model_origin(m),
    'items', coalesce((select jsonb_agg(prediction_use(d) order by d.id desc) from shown s join dataset d on d.id = s.id), '[]'),
    'next', case when (select count(*) from page) > page_limit($3::text) then (select min(id)::text from shown) end)
  from asked m;

-- name: dataset_lineage
-- Parameters: sha256, limit, cursor, scope. Where the data set came from, the models that learned from it, and every batch prediction that was
-- made of it or with one of these models, the newest first, with the versions of reports; null when there is no such data set. Of sources and
-- models at most 100 are shown, the newest; all of them count.
-- Index: dataset_sha256, model_training, model_run, dataset_model, dataset_run, report_run.
with sources as materialized (
    select d.* from dataset d where d.sha256 = $1::text and in_scope(d.country, $4::text)
), trained as materialized (
    select m.* from model m where m.metrics ? 'training' and m.metrics #>> '{training,sha256}' = $1::text and in_scope(m.country, $4::text)
    union
    select m.* from (select distinct run, country from sources where kind not in ('holdout', 'items', 'predictions', 'report')) s
      join model m on m.run = s.run and m.country = s.country and not coalesce(m.metrics ? 'imported', false)
), used as (
    select d.id from (select distinct run, country from sources) s join dataset d on d.run = s.run and d.country = s.country and d.kind = 'predictions'
    union
    select d.id from (select distinct model, country from trained) m
      join dataset d on d.kind = 'predictions' and d.details ->> 'model' = m.model and d.country = m.country
), page as materialized (
    select id from used where $3::bigint is null or id < $3::bigint order by id desc limit page_limit($2::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($2::text)
)
select jsonb_build_object(
    'sha256', $1::text,
    'sources', (select jsonb_agg(dataset_json(d) order by d.id desc) from (select * from sources order by id desc limit 100) d),
    'models', coalesce((
        select jsonb_agg(model_origin(m) - 'datasets' order by m.id desc)
          from (select * from trained order by id desc limit 100) m), '[]'),
    'items', coalesce((select jsonb_agg(prediction_use(d) order by d.id desc) from shown s join dataset d on d.id = s.id), '[]'),
    'next', case when (select count(*) from page) > page_limit($2::text) then (select min(id)::text from shown) end)
 where exists (select from sources);

-- name: code_list_lineage
-- Parameters: country, version, limit, cursor, scope. Every batch prediction that went by the imported list, the newest first, with the versions
-- of reports; null when there is no such list. Index: code_list_pkey, dataset_list, report_run.
with page as materialized (
    select d.id from dataset d
     where d.kind = 'predictions' and d.country = $1::text and d.details #>> '{code_rules,list,version}' = $2::text
       and ($4::bigint is null or d.id < $4::bigint)
     order by d.id desc limit page_limit($3::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($3::text)
)
select jsonb_build_object(
    'code_list', code_list_json(l),
    'items', coalesce((select jsonb_agg(prediction_use(d) order by d.id desc) from shown s join dataset d on d.id = s.id), '[]'),
    'next', case when (select count(*) from page) > page_limit($3::text) then (select min(id)::text from shown) end)
  from code_list l where l.country = $1::text and l.version = $2::bigint and in_scope(l.country, $5::text);
