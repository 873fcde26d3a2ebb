-- breaking: no
-- Kontor's tables. States are text with CHECK, in the words of core/run; times are timestamptz; documents are jsonb.
-- There are no foreign keys: one writer, fenced by `conductor`, keeps the references, and a key check per row costs more than the row.

-- The one row that every commit must move on: a deposed conductor's commit finds another epoch here and fails.
create table conductor (
    only_row    boolean primary key default true check (only_row),
    epoch       bigint not null default 0,
    seq         bigint not null default 0,
    last_id     bigint not null default 0,
    holder      text not null default '',
    lease_until timestamptz not null default '-infinity'
) with (fillfactor = 10);
insert into conductor default values;

create function fence(leads bigint, next_seq bigint, taken bigint, lease interval) returns void
language plpgsql as $$
declare
    now_is record;
begin
    update conductor
       set seq = next_seq, last_id = greatest(last_id, taken), lease_until = clock_timestamp() + lease
     where epoch = leads and seq = next_seq - 1 and holder <> '';
    if not found then
        select * into now_is from conductor;
        raise exception 'epoch % may not commit % (epoch is %, last commit is %, holder is "%")',
            leads, next_seq, now_is.epoch, now_is.seq, now_is.holder using errcode = 'KO001';
    end if;
end $$;

create table definition (
    hash       text primary key,
    workflow   text not null,
    version    int not null,
    title      text not null,
    source     text not null,
    summary    jsonb,
    created_at timestamptz not null,
    unique (workflow, version)
);
create table workflow (
    name     text primary key,
    hash     text not null,
    deployed boolean not null default true
);

create function deploy(
    new_hash text, of_workflow text, new_title text, new_source text, new_summary jsonb, at timestamptz
) returns void language plpgsql as $$
begin
    insert into definition (hash, workflow, version, title, source, summary, created_at)
    select new_hash, of_workflow, 1 + coalesce(max(d.version), 0), new_title, new_source, new_summary, at
      from definition d where d.workflow = of_workflow
    on conflict (hash) do nothing;
    insert into workflow (name, hash) values (of_workflow, new_hash)
    on conflict (name) do update set hash = excluded.hash, deployed = true;
end $$;

create table run (
    id          bigint primary key,
    workflow    text not null,
    hash        text not null,
    state       text not null check (state in ('queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
    params      jsonb,
    correlation text not null,
    cause       jsonb,
    parent_task bigint,
    depth       int not null,
    priority    int not null,
    created_at  timestamptz not null,
    started_at  timestamptz,
    finished_at timestamptz,
    reason      text not null,
    totals      jsonb,
    check ((finished_at is not null) = (state in ('succeeded', 'failed', 'cancelled')))
) with (fillfactor = 70);
create index run_workflow on run (workflow, id);
create index run_correlation on run (correlation, id);
create index run_open on run (id) where state in ('queued', 'running', 'paused');
create index run_parent on run (parent_task) where parent_task is not null;

-- Task instances in flight: small, and every row changes several times. No index but the key, so that updates stay in
-- their page (HOT); half of each page is left free for them.
create table task_live (
    id            bigint primary key,
    run           bigint not null,
    child_run     bigint,
    started_at    timestamptz,
    next_at       timestamptz,
    attempt       int not null,
    siblings      int not null default 1,  -- instances of its cell, those without a row included
    progress      real not null default 0,
    state         text not null check (state in ('running', 'retrying', 'awaiting')),
    task          text not null,
    country       text not null,
    item          text not null,
    reason        text not null,
    progress_text text not null default '',
    input         jsonb
) with (
    fillfactor = 50, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_threshold = 5000, autovacuum_analyze_scale_factor = 0.2
);

-- Task instances that have ended. Rows come in about the order of their ids and leave only when a redrive reopens them.
create table task_done (
    id          bigint primary key,
    run         bigint not null,
    child_run   bigint,
    started_at  timestamptz,
    finished_at timestamptz not null,
    attempts    int not null,
    siblings    int not null default 1,
    state       text not null check (state in ('succeeded', 'failed', 'skipped', 'cancelled', 'dead')),
    task        text not null,
    country     text not null,
    item        text not null,
    reason      text not null,
    input       jsonb,
    outputs     jsonb
);
create index task_done_run on task_done (run, id);

-- An interrupted attempt is not counted, so its number comes again: (task, attempt) is not unique.
create table attempt (
    task          bigint not null,
    run           bigint not null,
    started_at    timestamptz not null,
    finished_at   timestamptz not null,
    attempt       int not null,
    outcome       text not null check (outcome in ('succeeded', 'failed', 'interrupted', 'lost', 'cancelled', 'timeout')),
    failure_class text not null check (failure_class in ('', 'transient', 'resource', 'data', 'config', 'bug')),
    reason        text not null
);
create index attempt_task on attempt (task);

create table event (
    id          bigint primary key,
    ce_id       text not null,
    source      text not null,
    type        text not null,
    subject     text not null,
    time        timestamptz not null,
    data        jsonb,
    correlation text not null,
    depth       int not null,
    run         bigint,
    unique (source, ce_id)
);
create index event_type on event (type, id);
create index event_correlation on event (correlation, id);

-- A mark with empty workflow and trigger: routed, and nobody listens.
create table delivery (
    event    bigint not null,
    workflow text not null,
    trigger  text not null,
    state    text not null check (state in ('started', 'filtered', 'dead')),
    run      bigint,
    reason   text not null,
    at       timestamptz not null,
    primary key (event, workflow, trigger)
);

create table dead_letter (
    id            bigint primary key,
    kind          text not null check (kind in ('task', 'delivery')),
    state         text not null default 'open' check (state in ('open', 'redriven', 'discarded')),
    run           bigint,
    task_id       bigint,
    event_id      bigint,
    workflow      text not null,
    task          text not null,
    country       text not null,
    item          text not null,
    failure_class text not null,
    reason        text not null,
    fingerprint   text not null,
    input         jsonb,
    attempts      int not null,
    created_at    timestamptz not null,
    closed_at     timestamptz,
    closed_reason text not null default '',
    check ((closed_at is null) = (state = 'open'))
);
create index dead_letter_open on dead_letter (id) where state = 'open';
create index dead_letter_fingerprint on dead_letter (fingerprint, id);

create table schedule (
    workflow  text not null,
    trigger   text not null,
    cron      text not null,
    zone      text not null,
    paused    boolean not null,
    last_tick timestamptz,
    next_tick timestamptz,
    primary key (workflow, trigger)
);

create table idempotency (
    key         text primary key,
    fingerprint text not null,
    status      int not null,
    reply       text not null,
    created_at  timestamptz not null
);
create index idempotency_age on idempotency (created_at);

-- What tasks did, as their effects tell. `id` is the effect's.
create table object (
    key          text collate "C" primary key,
    id           bigint not null,
    run          bigint not null,
    task         bigint not null,
    country      text not null,
    scope        text not null,
    sha256       text not null,
    bytes        bigint not null,
    stored_bytes bigint not null,
    key_id       text not null,
    created_at   timestamptz not null
);
create index object_id on object (id);
create index object_run on object (run, id);

create table object_audit (
    id     bigint primary key,
    run    bigint not null,
    task   bigint not null,
    key    text not null,
    role   text not null,
    key_id text not null,
    at     timestamptz not null
);

create table dataset (
    id          bigint primary key,
    run         bigint not null,
    task        bigint not null,
    country     text not null,
    kind        text not null,
    key         text not null,
    sha256      text not null,
    bytes       bigint not null,
    rows        bigint not null,
    quarantined bigint not null,
    details     jsonb,
    created_at  timestamptz not null
);
create index dataset_country on dataset (country, kind, id);

-- The same rows and seed give the same model again: then the newest registration stands.
create table model (
    model      text not null,
    country    text not null,
    id         bigint not null,
    run        bigint not null,
    task       bigint not null,
    family     text not null,
    object     jsonb not null,
    params     jsonb,
    metrics    jsonb,
    created_at timestamptz not null,
    primary key (model, country)
);
create unique index model_id on model (id);
create index model_country on model (country, id);

create table score (
    id             bigint primary key,
    run            bigint not null,
    task           bigint not null,
    model          text not null,
    country        text not null,
    dataset_sha256 text not null,
    rows           bigint not null,
    metrics        jsonb,
    at             timestamptz not null
);
create index score_country on score (country, id);

-- Bitemporal: valid_* says when a model was in force, known_* when Kontor thought so. Rows are only ever closed.
create table winner (
    id         bigint not null,
    run        bigint not null,
    task       bigint not null,
    country    text not null,
    model      text not null,
    reason     jsonb,
    details    jsonb,
    valid_from timestamptz not null,
    valid_to   timestamptz not null default 'infinity',
    known_from timestamptz not null,
    known_to   timestamptz not null default 'infinity',
    check (valid_from <= valid_to and known_from <= known_to)
);
create unique index winner_in_force on winner (country) where valid_to = 'infinity' and known_to = 'infinity';
create index winner_country on winner (country, valid_from);

create function choose_winner(
    new_id bigint, of_run bigint, of_task bigint, at timestamptz, of_country text, new_model text, why jsonb, new_details jsonb
) returns void language plpgsql as $$
declare
    old winner;
    since timestamptz := at;
begin
    update winner set known_to = greatest(at, known_from)
     where country = of_country and valid_to = 'infinity' and known_to = 'infinity'
    returning * into old;
    if found then
        since := greatest(at, old.valid_from);  -- a clock that went back must not make a period of negative length
        insert into winner (id, run, task, country, model, reason, details, valid_from, valid_to, known_from)
        values (old.id, old.run, old.task, old.country, old.model, old.reason, old.details, old.valid_from, since, old.known_to);
    end if;
    insert into winner (id, run, task, country, model, reason, details, valid_from, known_from)
    values (new_id, of_run, of_task, of_country, new_model, why, new_details, since, since);
end $$;

create table task_log (
    line    bigint generated always as identity,
    task    bigint not null,
    attempt int not null,
    at      timestamptz not null,
    level   text not null check (level in ('debug', 'info', 'warn', 'error')),
    text    text not null,
    primary key (task, line)
);

-- 2026-11-22T14:05:00.123456Z, the one form of times in answers.
create function iso(at timestamptz) returns text language sql stable parallel safe as $$
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
