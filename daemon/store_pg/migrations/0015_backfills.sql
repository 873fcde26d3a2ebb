-- breaking: no
-- A workflow's runs for many periods, a few at a time.

create table backfill (
    id           bigint primary key,
    workflow     text not null,
    params       jsonb not null,
    countries    jsonb,           -- null: all
    allowed      jsonb,           -- that its starter may work for; null: all
    missing_only boolean not null,
    max_parallel int not null check (max_parallel > 0),
    priority     int not null,
    by           text not null,
    reason       text not null,
    created_at   timestamptz not null,
    state        text not null check (state in ('running', 'paused', 'cancelling', 'succeeded', 'failed', 'cancelled')),
    note         text not null,
    finished_at  timestamptz,
    check ((finished_at is not null) = (state in ('succeeded', 'failed', 'cancelled')))
);
create index backfill_open on backfill (id) where state in ('running', 'paused', 'cancelling');

create table backfill_period (
    backfill    bigint not null references backfill (id),
    period      text collate "C" not null,
    countries   jsonb,            -- of its run; null: as the workflow finds them
    state       text not null check (state in ('waiting', 'running', 'succeeded', 'failed', 'cancelled', 'skipped')),
    run         bigint unique,
    reason      text not null,
    started_at  timestamptz,
    finished_at timestamptz,
    primary key (backfill, period),
    check (state <> 'running' or run is not null)
);

-- A period has one run and never another.
create function keep_period_run() returns trigger language plpgsql as $$
begin
    if old.run is not null and new.run is distinct from old.run then
        raise exception 'period % of backfill % has run % already', old.period, old.backfill, old.run using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger period_keeps_its_run before update on backfill_period for each row execute function keep_period_run();

create function backfill_in_scope(b backfill, scope text) returns boolean language sql stable parallel safe as $$
    select scope is null or b.countries ?| string_to_array(scope, ',')
$$;

create function backfill_json(b backfill) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', b.id, 'workflow', b.workflow, 'state', b.state, 'note', b.note, 'params', b.params, 'countries', b.countries,
        'missing_only', b.missing_only, 'max_parallel', b.max_parallel, 'priority', b.priority, 'by', b.by, 'reason', b.reason,
        'created_at', iso(b.created_at), 'finished_at', iso(b.finished_at),
        'summary', coalesce((
            select string_agg(c.n || ' ' || c.state, ', ' order by c.place)
              from (select p.state, count(*) as n,
                           array_position(array['succeeded', 'failed', 'cancelled', 'skipped', 'running', 'waiting'], p.state) as place
                      from backfill_period p where p.backfill = b.id group by p.state) c), 'no periods'))
$$;
