-- name: campaigns_page
-- Parameters: limit, cursor. A campaign is all runs of one correlation; its place in the list is its first run's.
-- Index: run_pkey backwards, run_correlation, task_done_run.
with page as materialized (
    select r.id, r.correlation, r.workflow from run r
    where ($2::bigint is null or r.id < $2)
      and not exists (select from run e where e.correlation = r.correlation and e.id < r.id)
    order by r.id desc limit page_limit($1::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($1::text)
), summed as (
    select s.id, s.correlation, s.workflow, min(coalesce(r.started_at, r.created_at)) as started_at,
           case when bool_and(r.finished_at is not null) then max(r.finished_at) end as finished_at,
           count(*) as runs,
           (select count(distinct t.country) from task_instance t
             where t.run = any(array_agg(r.id) filter (where coalesce(r.cause ->> 'kind', '') <> 'child'))
               and t.country <> '') as countries
      from shown s join run r on r.correlation = s.correlation
     group by s.id, s.correlation, s.workflow
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'correlation', correlation, 'workflow', workflow, 'started_at', iso(started_at),
                   'finished_at', iso(finished_at), 'state', campaign_state(correlation), 'runs', runs,
                   'countries', countries) order by id desc)
          from summed), '[]'),
    'next', case when (select count(*) from page) > page_limit($1::text) then (select min(id)::text from shown) end);

-- name: campaign_grid
-- One row per country, one column per task that works per country, in the order in which workflows and tasks come.
-- What a run starts as its child shows in the cell of the task that waits for it, not in columns of its own.
-- An instance has no row before it starts, so a cell's total is what its rows say of their siblings. Of a run that has
-- ended only rows count: what never came to be will not come.
-- Index: run_correlation, definition_pkey, task_done_run; task_live is small and read whole.
with runs as materialized (
    select id, workflow, hash, finished_at is not null as over from run
     where correlation = $1::text and coalesce(cause ->> 'kind', '') <> 'child'
), workflows as (
    select distinct on (workflow) workflow, hash, min(id) over (partition by workflow) as first_run
      from runs order by workflow, id desc
), columns as materialized (
    select row_number() over (order by w.first_run, t.n) as position, w.workflow, t.task ->> 'name' as task,
           coalesce(t.task ->> 'title', '') as title, t.task ->> 'uses' as uses
      from workflows w
      join definition d on d.hash = w.hash
      cross join jsonb_array_elements(coalesce(d.summary -> 'tasks', '[]')) with ordinality as t(task, n)
     where jsonb_typeof(t.task -> 'per') = 'array' and jsonb_array_length(t.task -> 'per') > 0
), instances as materialized (
    select r.workflow, r.over, t.task, t.country, t.id, t.run, t.siblings, t.state, t.attempt, t.started_at, t.finished_at, t.reason,
           state_rank(t.state) as rank
      from runs r join task_instance t on t.run = r.id
     where t.country <> ''
), totals as (
    select workflow, task, country, sum(total) as total from (
        select workflow, task, country, case when over then count(*) else max(siblings) end as total
          from instances group by workflow, task, country, run, over
    ) each_run group by workflow, task, country
), cells as materialized (
    select workflow, task, country,
           count(*) filter (where finished_at is not null) as done,
           min(started_at) as started_at,
           max(finished_at) as finished_at,
           (array_agg(id order by rank, id desc))[1] as instance,
           (array_agg(run order by rank, id desc))[1] as run,
           (array_agg(state order by rank, id desc))[1] as state,
           (array_agg(attempt order by rank, id desc))[1] as attempt,
           (array_agg(reason order by rank, id desc))[1] as reason
      from instances group by workflow, task, country
), rows as (
    select n.country, jsonb_agg(
               case when l.instance is null then 'null'::jsonb else jsonb_build_object(
                   'state', case when l.done < s.total and state_rank(l.state) > state_rank('awaiting') then 'waiting' else l.state end,
                   'done', l.done, 'total', s.total, 'task', l.instance, 'run', l.run,
                   'attempt', l.attempt, 'started_at', iso(l.started_at),
                   'finished_at', case when l.done = s.total then iso(l.finished_at) end, 'reason', l.reason) end
               order by c.position) as cells
      from (select distinct country from instances) n
      cross join columns c
      left join cells l on l.country = n.country and l.workflow = c.workflow and l.task = c.task
      left join totals s on s.country = n.country and s.workflow = c.workflow and s.task = c.task
     group by n.country
)
select jsonb_build_object(
    'correlation', $1::text,
    'state', campaign_state($1::text),
    'seq', (select seq from conductor),
    'columns', coalesce((
        select jsonb_agg(jsonb_build_object('workflow', workflow, 'task', task, 'title', title, 'uses', uses) order by position)
          from columns), '[]'),
    'rows', coalesce((
        select jsonb_agg(jsonb_build_object('country', country, 'cells', cells) order by country) from rows), '[]'))
where exists (select from runs);
