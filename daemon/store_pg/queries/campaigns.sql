-- name: campaigns_page
-- Parameters: limit, cursor, scope. A campaign is all runs of one correlation; its place in the list is its first run's.
-- Index: run_pkey backwards, run_correlation.
with page as materialized (
    select r.id, r.correlation, r.workflow from run r
    where ($2::bigint is null or r.id < $2)
      and not exists (select from run e where e.correlation = r.correlation and e.id < r.id)
      and ($3::text is null or exists (select from run v where v.correlation = r.correlation and run_in_scope(v, $3)))
    order by r.id desc limit page_limit($1::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($1::text)
), summed as (
    select s.id, s.correlation, s.workflow, min(coalesce(r.started_at, r.created_at)) as started_at,
           case when bool_and(r.finished_at is not null) then max(r.finished_at) end as finished_at,
           count(*) as runs,
           (select count(distinct c) from unnest(array_agg(r.countries) filter (where coalesce(r.cause ->> 'kind', '') <> 'child')) of_run
             cross join jsonb_array_elements_text(coalesce(of_run, '[]')) c where in_scope(c, $3)) as countries
      from shown s join run r on r.correlation = s.correlation and run_in_scope(r, $3)
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
-- Parameters: correlation, scope.
-- One row per country, one column per task that works per country, in the order in which workflows and tasks come.
-- What a run starts as its child shows in the cell of the task that waits for it, not in columns of its own.
-- An instance has no row before it starts, so a cell's total is what its rows say of their siblings. Of a run that has
-- ended only rows count: what never came to be will not come.
-- `periods` are the campaigns before this one that began with the same workflow, the oldest first; a row's `strip` has the
-- worst state of its country in each.
-- Index: run_correlation, run_workflow, definition_pkey, task_done_run, winner_in_force, score_country, dead_letter_open;
-- task_live and task_block are small and read whole.
with runs as materialized (
    select id, workflow, hash, finished_at is not null as over from run
     where correlation = $1::text and coalesce(cause ->> 'kind', '') <> 'child' and run_in_scope(run, $2::text)
), head as materialized (
    select workflow, id from runs order by id limit 1
), workflows as (
    select distinct on (workflow) workflow, hash, min(id) over (partition by workflow) as first_run
      from runs order by workflow, id desc
), columns as materialized (
    select row_number() over (order by w.first_run, t.n) as position, w.workflow, t.task ->> 'name' as task,
           coalesce(t.task ->> 'title', '') as title, t.task ->> 'uses' as uses, coalesce(t.task -> 'after', '[]') as after
      from workflows w
      join definition d on d.hash = w.hash
      cross join jsonb_array_elements(coalesce(d.summary -> 'tasks', '[]')) with ordinality as t(task, n)
     where jsonb_typeof(t.task -> 'per') = 'array' and jsonb_array_length(t.task -> 'per') > 0
), instances as materialized (
    -- One look into the index per run, whatever the planner believes of the number of rows.
    select r.workflow, r.over, t.task, t.country, t.id, t.run, t.siblings, t.state, t.attempts as attempt, t.started_at, t.finished_at,
           t.reason, state_rank(t.state) as rank
      from runs r cross join lateral (select * from task_done d where d.run = r.id offset 0) t
     where t.country <> '' and in_scope(t.country, $2::text)
    union all
    select r.workflow, r.over, t.task, t.country, t.id, t.run, t.siblings, t.state, t.attempt, t.started_at, null, t.reason, state_rank(t.state)
      from task_in_flight t join runs r on r.id = t.run
     where t.country <> '' and in_scope(t.country, $2::text)
), took as (
    select workflow, task,
           percentile_disc(0.5) within group (order by ms) as median, percentile_disc(0.95) within group (order by ms) as p95
      from (select workflow, task, (extract(epoch from finished_at - started_at) * 1000)::bigint as ms
              from instances where state = 'succeeded' and started_at is not null) timed
     group by workflow, task
), totals as (
    select workflow, task, country, sum(total) as total from (
        select workflow, task, country, case when over then count(*) else max(siblings) end as total
          from instances group by workflow, task, country, run, over
    ) each_run group by workflow, task, country
), cells as materialized (
    select workflow, task, country,
           count(*) filter (where finished_at is not null) as done,
           count(*) filter (where state = 'retrying') as retrying,
           count(*) filter (where state in ('dead', 'failed')) as bad,
           count(*) filter (where state = 'succeeded' and attempt = 0 and reason like 'taken from the cache%') as cached,
           min(started_at) as started_at,
           max(finished_at) as finished_at,
           (array_agg(id order by rank, id desc))[1] as instance,
           (array_agg(run order by rank, id desc))[1] as run,
           (array_agg(state order by rank, id desc))[1] as state,
           (array_agg(attempt order by rank, id desc))[1] as attempt,
           (array_agg(reason order by rank, id desc))[1] as reason
      from instances group by workflow, task, country
), earlier as materialized (
    select correlation, min(id) as id from (
        select r.correlation, r.id from run r, head h
         where r.workflow = h.workflow and r.id < h.id and r.correlation <> $1::text and coalesce(r.cause ->> 'kind', '') <> 'child'
           and run_in_scope(r, $2::text)
         order by r.id desc limit 60) near
     group by correlation order by min(id) desc limit 6
), earlier_runs as materialized (
    select e.id as campaign, r.id from earlier e join run r on r.correlation = e.correlation
     where coalesce(r.cause ->> 'kind', '') <> 'child'
), past as materialized (
    select campaign as id, country, (array_agg(state order by state_rank(state)))[1] as state from (
        select r.campaign, t.country, t.state
          from earlier_runs r cross join lateral (select * from task_done d where d.run = r.id offset 0) t where t.country <> ''
        union all
        select r.campaign, t.country, t.state from task_in_flight t join earlier_runs r on r.id = t.run where t.country <> '') every
     group by campaign, country
), letters as (
    select d.country, count(*) as open from dead_letter d join run r on r.id = d.run
     where d.state = 'open' and r.correlation = $1::text group by d.country
), countries as materialized (
    select distinct country from instances
), winners as (
    select n.country, jsonb_build_object(
               'model', w.model, 'family', coalesce(m.family, ''), 'since', iso(w.valid_from), 'run', nullif(w.run, 0),
               'macro_f1', json_number(coalesce(s.metrics, m.metrics), 'macro_f1'),
               'gain', json_number(w.reason, 'difference')) as winner
      from countries n
      join winner w on w.country = n.country and w.valid_to = 'infinity' and w.known_to = 'infinity'
      left join model m on m.model = w.model and m.country = w.country
      left join lateral (
          select metrics from score where country = w.country and model = w.model order by id desc limit 1) s on true
), cells_of as (
    select n.country, jsonb_agg(
               case when l.instance is null then 'null'::jsonb else jsonb_build_object(
                   'state', case when l.done < s.total and state_rank(l.state) > state_rank('awaiting') then 'waiting' else l.state end,
                   'done', l.done, 'total', s.total, 'retrying', l.retrying, 'bad', l.bad, 'cached', l.cached, 'task', l.instance, 'run', l.run,
                   'attempt', l.attempt, 'started_at', iso(l.started_at),
                   'finished_at', case when l.done = s.total then iso(l.finished_at) end, 'reason', l.reason) end
               order by c.position) as cells
      from countries n
      cross join columns c
      left join cells l on l.country = n.country and l.workflow = c.workflow and l.task = c.task
      left join totals s on s.country = n.country and s.workflow = c.workflow and s.task = c.task
     group by n.country
)
select jsonb_build_object(
    'correlation', $1::text,
    'state', campaign_state($1::text),
    'seq', (select seq from conductor),
    'periods', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'correlation', e.correlation, 'period', coalesce(r.params ->> 'period', ''), 'started_at', iso(r.created_at)) order by e.id)
          from earlier e join run r on r.id = e.id), '[]'),
    'columns', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'workflow', c.workflow, 'task', c.task, 'title', c.title, 'uses', c.uses, 'after', c.after,
                   'median_ms', t.median, 'p95_ms', t.p95) order by c.position)
          from columns c left join took t on t.workflow = c.workflow and t.task = c.task), '[]'),
    'rows', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'country', n.country, 'cells', coalesce(c.cells, '[]'), 'winner', w.winner, 'dead_letters', coalesce(l.open, 0),
                   'strip', coalesce((
                       select jsonb_agg(p.state order by e.id)
                         from earlier e left join past p on p.id = e.id and p.country = n.country), '[]'))
               order by n.country)
          from countries n
          left join cells_of c on c.country = n.country
          left join winners w on w.country = n.country
          left join letters l on l.country = n.country), '[]'))
where exists (select from runs);
