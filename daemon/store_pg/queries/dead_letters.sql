-- name: dead_letters_page
-- Parameters: state, workflow, country, fingerprint, limit, cursor, scope.
-- Index: dead_letter_open, dead_letter_fingerprint, or dead_letter_pkey backwards.
with page as materialized (
    select d.id, dead_letter_json(d) as item from dead_letter d
    where ($1::text is null or d.state = $1)
      and ($2::text is null or d.workflow = $2)
      and ($3::text is null or d.country = $3)
      and ($4::text is null or d.fingerprint = $4)
      and ($6::bigint is null or d.id < $6)
      and in_scope(d.country, $7::text)
    order by d.id desc limit page_limit($5::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($5::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($5::text) then (select min(id)::text from shown) end);

-- name: dead_letter_one
-- Parameters: id, scope.
-- Index: dead_letter_pkey, attempt_task, task_log_pkey. With what it takes to judge it: the definition of its run and the newest one,
-- its attempts, and the last 100 lines of their log.
select dead_letter_json(d) || jsonb_build_object(
    'definition', (
        select jsonb_build_object(
                   'hash', r.hash, 'version', (select version from definition where hash = r.hash), 'newest_hash', w.hash,
                   'newest_version', (select version from definition where hash = w.hash))
          from run r left join workflow w on w.name = r.workflow where r.id = d.run),
    'tries', coalesce((
        select jsonb_agg(jsonb_build_object(
                   'attempt', a.attempt, 'started_at', iso(a.started_at), 'finished_at', iso(a.finished_at),
                   'outcome', a.outcome, 'failure_class', a.failure_class, 'reason', a.reason) order by a.started_at, a.attempt)
          from attempt a where a.task = d.task_id), '[]'),
    'logs', coalesce((
        select jsonb_agg(jsonb_build_object('attempt', l.attempt, 'at', iso(l.at), 'level', l.level, 'text', l.text) order by l.line)
          from (select * from task_log where task = d.task_id order by line desc limit 100) l), '[]'))
from dead_letter d where d.id = $1::bigint and in_scope(d.country, $2::text);

-- name: dead_letters_selected
-- Parameters: workflow, task, country, failure_class, fingerprint, until, since (ISO times), limit, scope. The ids of open ones, oldest first.
-- Index: dead_letter_open, or dead_letter_fingerprint.
select coalesce(jsonb_agg(id order by id), '[]') from (
    select d.id from dead_letter d
     where d.state = 'open'
       and ($1::text is null or d.workflow = $1)
       and ($2::text is null or d.task = $2)
       and ($3::text is null or d.country = $3)
       and ($4::text is null or d.failure_class = $4)
       and ($5::text is null or d.fingerprint = $5)
       and ($6::timestamptz is null or d.created_at <= $6)
       and ($7::timestamptz is null or d.created_at >= $7)
       and in_scope(d.country, $9::text)
     order by d.id limit $8::int) selected;

-- name: letter_jobs_page
-- Parameters: state, limit, cursor, scope. A job that was not asked for one country is in no scope but all.
-- Index: letter_job_pkey backwards.
with page as materialized (
    select j.id, letter_job_json(j) as item from letter_job j
    where ($1::text is null or j.state = $1)
      and ($3::bigint is null or j.id < $3)
      and in_scope(j.country, $4::text)
    order by j.id desc limit page_limit($2::text) + 1
), shown as (
    select * from page order by id desc limit page_limit($2::text)
)
select jsonb_build_object(
    'items', coalesce((select jsonb_agg(s.item order by s.id desc) from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($2::text) then (select min(id)::text from shown) end);

-- name: letter_job_one
-- Parameters: id, scope.
-- Index: letter_job_pkey.
select letter_job_json(j) from letter_job j where j.id = $1::bigint and in_scope(j.country, $2::text);

-- name: dead_letter_causes
-- Parameters: state, workflow, country, scope. Letters of one fingerprint are one cause; the 500 with the most letters.
-- Index: dead_letter_open, or dead_letter read whole for the closed ones.
with causes as (
    select fingerprint, count(*) as letters, count(*) filter (where state = 'open') as open,
           array_agg(distinct workflow) as workflows, array_agg(distinct task) as tasks,
           array_agg(distinct country) filter (where country <> '') as countries,
           min(created_at) as first_at, max(created_at) as last_at, max(id) as newest
      from dead_letter
     where ($1::text is null or state = $1) and ($2::text is null or workflow = $2) and ($3::text is null or country = $3)
       and in_scope(country, $4::text)
     group by fingerprint order by count(*) desc, max(id) desc limit 500
)
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'fingerprint', c.fingerprint, 'letters', c.letters, 'open', c.open, 'workflows', c.workflows, 'tasks', c.tasks,
        'countries', coalesce(c.countries, '{}'), 'failure_class', d.failure_class, 'reason', d.reason,
        'first_at', iso(c.first_at), 'last_at', iso(c.last_at), 'newest', c.newest) order by c.letters desc, c.newest desc), '[]'),
    'next', null)
from causes c join dead_letter d on d.id = c.newest;
