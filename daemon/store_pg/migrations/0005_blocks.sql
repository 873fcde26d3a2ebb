-- breaking: no
-- The first attempts of a fan-out's instances that begin together: one row for all of them, and their ids are consecutive.
-- A member is in flight unless task_live or task_done has a row of it.
create table task_block (
    first      bigint primary key,    -- id of the first member
    run        bigint not null,
    started_at timestamptz not null,
    siblings   int not null,
    task       text not null,
    country    text not null,
    items      text[] not null,       -- one each
    inputs     jsonb[] not null,      -- one each, or none:
    input      jsonb                  -- then this is everyone's
) with (autovacuum_vacuum_cost_delay = 0);

-- OFFSET 0 has each member looked up by its key: as a join, with the statistics of a table that was just empty, the planner
-- would go through the whole table once per member.
create view task_block_member as
    select b.first + m.n - 1 as id, b.run, b.started_at, b.siblings, b.task, b.country, m.item, coalesce(m.input, b.input) as input
      from task_block b cross join lateral unnest(b.items, b.inputs) with ordinality as m(item, input, n)
     where not exists (select from task_live l where l.id = b.first + m.n - 1 offset 0)
       and not exists (select from task_done d where d.id = b.first + m.n - 1 offset 0);

-- Task instances that have begun and not ended.
create view task_in_flight as
    select id, run, task, country, item, state, attempt, started_at, reason, siblings from task_live
    union all
    select id, run, task, country, item, 'running', 1, started_at, '', siblings from task_block_member;

create or replace view task_instance as
    select id, run, task, country, item, state, attempt, started_at, null::timestamptz as finished_at, next_at,
           progress::float8 as progress, progress_text, input, null::jsonb as outputs, reason, child_run, siblings
      from task_live
    union all
    select id, run, task, country, item, 'running', 1, started_at, null, null, 0, '', input, null, '', null, siblings
      from task_block_member
    union all
    select id, run, task, country, item, state, attempts, started_at, finished_at, null, case when state = 'succeeded' then 1 else 0 end,
           '', input, outputs, reason, child_run, siblings
      from task_done;
