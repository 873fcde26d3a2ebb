-- breaking: no
-- Events that wait to be gathered, deduplication keys, replays, ticks that wait.

alter table event add column extensions jsonb, add column replay_of bigint;
create index event_time on event (time, id);

-- `key`: of the batch in which a pending delivery waits.
alter table delivery
    add column key text not null default '',
    drop constraint delivery_state_check,
    add constraint delivery_state_check check (state in ('started', 'pending', 'filtered', 'duplicate', 'dead'));
create index delivery_pending on delivery (at, event) where state = 'pending';

create table seen_key (
    workflow text not null,
    trigger  text not null,
    key      text not null,
    event    bigint not null,
    at       timestamptz not null,
    until    timestamptz not null,
    primary key (workflow, trigger, key)
);
create index seen_key_until on seen_key (until);

alter table schedule add column waiting_tick timestamptz, add column last_result text not null default '';

create function schedule_json(s schedule) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'workflow', s.workflow, 'trigger', s.trigger, 'cron', s.cron, 'timezone', s.zone, 'paused', s.paused,
        'last_tick', iso(s.last_tick), 'next_tick', iso(s.next_tick), 'waiting_tick', iso(s.waiting_tick),
        'last_result', s.last_result)
$$;

create or replace function event_json(e event) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', e.id, 'ce_id', e.ce_id, 'source', e.source, 'type', e.type, 'subject', e.subject, 'time', iso(e.time),
        'data', e.data, 'correlation', e.correlation, 'depth', e.depth, 'run', e.run, 'extensions', coalesce(e.extensions, '{}'),
        'replay_of', e.replay_of,
        'deliveries', coalesce((
            select jsonb_agg(jsonb_build_object(
                       'workflow', d.workflow, 'trigger', d.trigger, 'state', d.state, 'run', d.run, 'reason', d.reason)
                   order by d.workflow, d.trigger)
              from delivery d where d.event = e.id and d.workflow <> ''), '[]'))
$$;
