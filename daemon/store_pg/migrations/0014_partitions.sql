-- breaking: no
-- What has become of each partition (a country, and a period where the workflow has one) across all runs that worked for it.

-- A run that works for it now counts before all; then what happened last.
create function partition_state(running bigint, success_at timestamptz, failure_at timestamptz) returns text
language sql immutable parallel safe as $$
    select case when running is not null then 'running'
                when failure_at is not null and (success_at is null or failure_at > success_at) then 'failed'
                when success_at is not null then 'succeeded'
                else 'missing' end
$$;

create table partition (
    workflow       text collate "C" not null,
    period         text collate "C" not null,  -- '': the workflow has none
    country        text collate "C" not null,
    running        bigint,         -- the newest run that works for it
    run            bigint not null,  -- the last one that did
    outcome        text not null check (outcome in ('running', 'succeeded', 'failed', 'cancelled', 'skipped')),
    reason         text not null,
    at             timestamptz not null,
    success_run    bigint,
    success_at     timestamptz,
    failure_run    bigint,
    failure_at     timestamptz,
    failure_task   bigint,
    failure_reason text,
    state          text not null generated always as (partition_state(running, success_at, failure_at)) stored,
    primary key (workflow, period, country),
    check ((success_run is null) = (success_at is null)),
    check ((failure_run is null) = (failure_at is null))
) with (fillfactor = 80);
-- A list shows the newest period first.
create index partition_newest on partition (workflow, period desc, country);
create index partition_country on partition (workflow, country, period desc);
create index partition_bad on partition (workflow, period desc, country) where state in ('failed', 'missing');
create index partition_running on partition (workflow, period desc, country) where state = 'running';

-- Of which class a failure was stands with its dead letter.
create index dead_letter_task on dead_letter (task_id) where task_id is not null;

create function partition_json(p partition) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'workflow', p.workflow, 'country', p.country, 'period', p.period, 'state', p.state,
        'run', coalesce(p.running, p.run), 'outcome', p.outcome, 'reason', p.reason, 'at', iso(p.at),
        'last_success', case when p.success_run is not null then jsonb_build_object('run', p.success_run, 'at', iso(p.success_at)) end,
        'last_failure', case when p.failure_run is not null then jsonb_build_object(
            'run', p.failure_run, 'at', iso(p.failure_at), 'task_id', p.failure_task, 'reason', p.failure_reason,
            'class', coalesce((select d.failure_class from dead_letter d where d.task_id = p.failure_task order by d.id desc limit 1), ''))
            end)
$$;
