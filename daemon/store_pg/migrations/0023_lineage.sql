-- breaking: no
-- From a filed number back to what it was made of, and on from any of these to what was filed with it.

-- What an entry of the queue said until the month's counter became `change`. A version of a report knows the counter that it was made
-- at (report.seen): of an entry it used the oldest row here with a higher one, else the entry as it stands. Filled from now on.
create table review_past (
    review  bigint not null,
    change  bigint not null,
    batch   bigint not null,
    verdict text not null,
    code    text not null,
    by      text not null,
    at      timestamptz,
    primary key (review, change)
);
create index review_past_items on review_past (batch, code, review) where verdict = 'code';

create or replace function reviews_change_month() returns trigger language plpgsql as $$
begin
    with turned as (
        select o.*, (n.verdict, n.decided_code, n.decided_by) is distinct from (o.verdict, o.decided_code, o.decided_by) as spoken
          from new_rows n join old_rows o on o.id = n.id
         where (n.state, n.verdict, n.decided_code) is distinct from (o.state, o.verdict, o.decided_code)
           and n.period ~ '^\d{4}-\d{2}$'
    ), raised as (
        insert into report_month (country, period, changes)
        select t.country, t.period, 1 from turned t
         group by t.country, t.period order by t.country, t.period  -- one order for all: no deadlock
        on conflict (country, period) do update set changes = report_month.changes + 1, fault = ''
        returning country, period, changes
    )
    insert into review_past (review, change, batch, verdict, code, by, at)
    select t.id, r.changes, t.batch, t.verdict, t.decided_code, t.decided_by, t.decided_at
      from turned t join raised r on r.country = t.country and r.period = t.period where t.spoken;
    return null;
end $$;

create index dataset_run on dataset (run, country);
create index dataset_sha256 on dataset (sha256, id);
create index dataset_model on dataset ((details ->> 'model'), id) where kind = 'predictions';
create index dataset_list on dataset (country, (details #>> '{code_rules,list,version}'), id) where kind = 'predictions';
create index model_training on model ((metrics #>> '{training,sha256}')) where metrics ? 'training';
create index review_items on review (batch, decided_code, id) where verdict = 'code';

create function dataset_json(d dataset) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'country', d.country, 'kind', d.kind, 'key', d.key, 'sha256', d.sha256, 'bytes', d.bytes, 'rows', d.rows,
        'quarantined', d.quarantined, 'run', d.run, 'task', d.task, 'created_at', iso(d.created_at))
$$;

-- A model with what it was trained on; `training` null: not recorded, as of models that were registered before this was kept.
create function model_origin(m model) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', m.model, 'country', m.country, 'family', m.family, 'metrics', coalesce(m.metrics, '{}') - 'importances' - 'training',
        'object', m.object, 'run', m.run, 'task', m.task, 'created_at', iso(m.created_at), 'training', m.metrics -> 'training',
        'datasets', coalesce((
            select jsonb_agg(dataset_json(d) order by d.id)
              from dataset d where d.run = m.run and d.country = m.country and d.kind <> 'predictions'), '[]'))
$$;

-- A batch prediction, with the versions of reports that rest on it.
create function prediction_use(d dataset) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'run', d.run, 'task', d.task, 'country', d.country, 'model', d.details ->> 'model', 'rows', d.rows, 'sha256', d.sha256,
        'list', d.details #> '{code_rules,list}', 'at', iso(d.created_at),
        'reports', coalesce((
            select jsonb_agg(jsonb_build_object(
                       'id', r.id, 'period', r.period, 'version', r.version, 'state', r.state, 'sha256', r.object ->> 'sha256',
                       'filed_at', iso(s.at), 'receipt', coalesce(s.receipt, '')) order by r.id)
              from report r left join report_step s on s.report = r.id and s.state = 'filed'
             where r.run = d.run and r.country = d.country), '[]'))
$$;

-- The version that is asked for: without a number the one that is filed, else the newest.
create function report_asked(of_country text, of_period text, number text, scope text) returns setof report language sql stable as $$
    select r.* from report r
     where r.country = of_country and r.period = of_period and (number is null or r.version = number::int) and in_scope(r.country, scope)
     order by (r.state = 'filed') desc, r.version desc limit 1
$$;
