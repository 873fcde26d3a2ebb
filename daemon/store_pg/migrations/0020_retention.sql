-- breaking: no
-- History ends: what an ended run left is dropped once it is older than the policy says. Written by ports/retention in transactions of their own.

-- Runs whose history goes. A run is marked first and swept later, in steps: whoever took it up again in between takes the mark away.
create table run_expired (
    run      bigint primary key,
    at       timestamptz not null,
    sweeping boolean not null default false  -- some of it is gone: nobody takes it up any more
);

-- Whatever the policy says, the history of these runs stays.
create table hold (
    run    bigint primary key,
    by     text not null,
    reason text not null,
    at     timestamptz not null
);

-- How far the log lines and events of ended runs are swept: ids up to this one.
create table retention_progress (
    kind  text primary key check (kind in ('logs', 'events')),
    up_to bigint not null
);
insert into retention_progress values ('logs', 0), ('events', 0);

-- Runs that stay because something that is kept for ever came from them.
create index model_run on model (run);
create index report_run on report (run);
