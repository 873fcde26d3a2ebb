-- breaking: no
-- Who may do what, and the record of what was done.

-- The secret is nowhere: a token is known by the SHA-256 of it. `countries` null: all. last_used_at is brought up to date
-- about once a minute.
create table token (
    id           bigint primary key,
    name         text not null,
    hash         text not null unique check (hash ~ '^[0-9a-f]{64}$'),
    role         text not null check (role in ('viewer', 'operator', 'reviewer', 'admin')),
    countries    jsonb,
    created_at   timestamptz not null,
    created_by   text not null,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    check (countries is null or jsonb_typeof(countries) = 'array')
) with (fillfactor = 80);
create unique index token_name on token (name) where revoked_at is null;

-- Every mutation, carried out or refused. Rows come and stay: the trigger refuses what would change the record.
create table audit (
    id          bigint generated always as identity primary key,
    at          timestamptz not null,
    who         text not null,
    role        text not null,
    route       text not null,
    resource    text not null,
    country     text not null,
    dry_run     boolean not null,
    reason      text not null,
    status      int not null,
    correlation text not null
);
create index audit_who on audit (who, id);
create index audit_correlation on audit (correlation, id) where correlation <> '';

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the record of mutations is only ever added to' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_is_append_only before update or delete or truncate on audit for each statement execute function refuse_change();

-- The countries a run works for, once they are known. Of runs that ended before this column was there: those of their tasks.
alter table run add column countries jsonb;
update run set countries = (
    select jsonb_agg(distinct t.country) from task_done t where t.run = run.id and t.country <> '')
 where finished_at is not null;

-- Who posted an event, and the countries that a run which it starts may reach (null: all).
alter table event add column by text not null default '';
alter table event add column countries jsonb;

-- Scopes come to the queries as 'DE,FR'; null is everything. What belongs to no country is in no scope but that one.
create function in_scope(country text, scope text) returns boolean language sql immutable parallel safe as $$
    select scope is null or country = any (string_to_array(scope, ','))
$$;
create function run_in_scope(r run, scope text) returns boolean language sql stable parallel safe as $$
    select scope is null or coalesce(r.countries, r.cause -> 'countries') ?| string_to_array(scope, ',')
$$;
create function event_in_scope(e event, scope text) returns boolean language sql stable parallel safe as $$
    select scope is null or e.data ->> 'country' = any (string_to_array(scope, ','))
$$;

create or replace function run_json(r run) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', r.id, 'workflow', r.workflow, 'hash', r.hash, 'state', r.state, 'params', r.params,
        'correlation', r.correlation, 'cause', r.cause, 'depth', r.depth, 'priority', r.priority,
        'created_at', iso(r.created_at), 'started_at', iso(r.started_at), 'finished_at', iso(r.finished_at),
        'reason', r.reason, 'totals', r.totals, 'countries', r.countries)
$$;
-- As seen by somebody who may see only some of its countries: counts of those alone, and no reason, which may name others.
create function run_json(r run, scope text) returns jsonb language sql stable parallel safe as $$
    select case
        when scope is null or coalesce(r.countries, r.cause -> 'countries') <@ to_jsonb(string_to_array(scope, ',')) then run_json(r)
        else run_json(r) || jsonb_build_object(
            'reason', '', 'params', coalesce(r.params, '{}') - 'countries',
            'countries', (
                select jsonb_agg(c) from jsonb_array_elements_text(coalesce(r.countries, '[]')) c where in_scope(c, scope)),
            'totals', case when r.finished_at is not null then (
                select jsonb_object_agg(state, n) from (
                    select state, count(*) as n from task_done where run = r.id and in_scope(country, scope) group by state) each_state)
                end)
    end
$$;

create function token_json(t token) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', t.id, 'name', t.name, 'role', t.role, 'countries', t.countries, 'fingerprint', left(t.hash, 8),
        'created_at', iso(t.created_at), 'created_by', t.created_by, 'expires_at', iso(t.expires_at),
        'last_used_at', iso(t.last_used_at), 'revoked_at', iso(t.revoked_at))
$$;
create function audit_json(a audit) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', a.id, 'at', iso(a.at), 'who', a.who, 'role', a.role, 'route', a.route, 'resource', a.resource,
        'country', a.country, 'dry_run', a.dry_run, 'reason', a.reason, 'status', a.status, 'correlation', a.correlation)
$$;
