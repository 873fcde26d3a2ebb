-- name: partitions_page
-- Parameters: workflow, country, period, state, limit, cursor, scope. The newest period first within each workflow; the cursor is the
-- last row's workflow/period/country. Asked for one period of one workflow, it also tells of the countries that the workflow ever
-- worked for and that nothing is known of in that period: they are missing.
-- Index: workflow_pkey; per workflow partition_newest, partition_country when filtered by it, partition_bad or partition_running.
with recursive behind as materialized (
    select split_part($6::text, '/', 1) collate "C" as workflow, split_part($6::text, '/', 2) collate "C" as period,
           split_part($6::text, '/', 3) collate "C" as country
), known as (
    select (select p.country from partition p where p.workflow = $1::text and $3::text is not null order by p.country limit 1) as country
    union all
    select (select p.country from partition p where p.workflow = $1::text and p.country > k.country order by p.country limit 1)
      from known k where k.country is not null
), gaps as (
    select $1::text collate "C" as workflow, $3::text collate "C" as period, k.country
      from known k
     where k.country is not null
       and ($2::text is null or k.country = $2)
       and coalesce($4::text, 'missing') = 'missing'
       and ($6::text is null or k.country > (select country from behind))
       and not exists (select from partition p where p.workflow = $1::text and p.period = $3::text and p.country = k.country)
       and in_scope(k.country, $7::text)
), stored as (
    select x.workflow, x.period, x.country, x.it
      from workflow w
      cross join lateral (
          select p.workflow, p.period, p.country, p as it from partition p
           where p.workflow = w.name
             and ($2::text is null or p.country = $2)
             and ($3::text is null or p.period = $3)
             and ($4::text is null or p.state = $4)
             and ($6::text is null or p.period <= case when w.name = (select workflow from behind) then (select period from behind) else '~' end)
             and ($6::text is null or w.name <> (select workflow from behind) or p.period < (select period from behind)
                  or p.country > (select country from behind))
             and in_scope(p.country, $7::text)
           order by p.period desc, p.country limit page_limit($5::text) + 1) x
     where ($1::text is null or w.name = $1)
       and ($6::text is null or w.name collate "C" >= (select workflow from behind))
), page as materialized (
    select workflow, period, country, it from stored
    union all
    select workflow, period, country, null::partition from gaps
    order by workflow, period desc, country limit page_limit($5::text) + 1
), shown as (
    select *, row_number() over (order by workflow, period desc, country) as n
      from page order by workflow, period desc, country limit page_limit($5::text)
)
select jsonb_build_object(
    'items', coalesce((
        select jsonb_agg(case when (s.it).workflow is not null then partition_json(s.it) else jsonb_build_object(
                   'workflow', s.workflow, 'country', s.country, 'period', s.period, 'state', 'missing', 'run', null, 'outcome', null,
                   'reason', 'no run has come to it', 'at', null, 'last_success', null, 'last_failure', null) end order by s.n)
          from shown s), '[]'),
    'next', case when (select count(*) from page) > page_limit($5::text) then (
        select s.workflow || '/' || s.period || '/' || s.country from shown s order by s.n desc limit 1) end);

-- name: partitions_known
-- Parameters: workflow, periods with commas between, scope. What a backfill goes by.
-- Index: partition_country, partition_pkey.
with recursive known as (
    select (select p.country from partition p where p.workflow = $1::text order by p.country limit 1) as country
    union all
    select (select p.country from partition p where p.workflow = $1::text and p.country > k.country order by p.country limit 1)
      from known k where k.country is not null
)
select jsonb_build_object(
    'countries', coalesce((
        select jsonb_agg(k.country order by k.country) from known k where k.country is not null and in_scope(k.country, $3::text)), '[]'),
    'items', coalesce((
        select jsonb_agg(jsonb_build_object('country', p.country, 'period', p.period, 'state', p.state, 'run', coalesce(p.running, p.run))
                         order by p.period, p.country)
          from partition p
         where p.workflow = $1::text and p.period = any (string_to_array($2::text, ',')) and in_scope(p.country, $3::text)), '[]'));
