-- name: doctor
-- Parameters: how many seconds a transaction may be open (null: 900), how many dead rows a table may have besides half of its live ones
-- (null: 100,000). What is wrong in the database: each check finds at most 100, over tables that are small or by an index.
-- Index: task_live, task_block and schedule are small; run_pkey, run_open, task_done_pkey, dead_letter_open, winner_in_force,
-- model_pkey, object_pkey, delivery_pending, token_pkey, run_expired_pkey.
with found(name, grave, what, remedy, ids) as materialized (
    select 'tasks_of_ended_runs', true, 'task instances are in flight although their run has ended or is gone',
           'Stop and start the daemon: it loads what has not ended. If they stay, delete their rows from task_live and task_block.',
           array(select t.id::text from task_in_flight t left join run r on r.id = t.run
                  where r.id is null or r.finished_at is not null limit 100)
    union all
    select 'runs_without_work', false, 'runs go on and nothing of them has begun for an hour',
           'kontor explain RUN says what they wait for.',
           array(select r.id::text from run r
                  where r.state = 'running' and coalesce(r.started_at, r.created_at) < now() - interval '1 hour'
                    and not exists (select from task_live t where t.run = r.id) and not exists (select from task_block b where b.run = r.id)
                    and not exists (select from task_done d where d.run = r.id and d.finished_at > now() - interval '1 hour') limit 100)
    union all
    select 'retries_overdue', true, 'task instances should have been tried again ten minutes ago',
           'kontor explain RUN says what they wait for; kontor status says whether the daemon leads.',
           array(select t.id::text from task_live t where t.state = 'retrying' and t.next_at < now() - interval '10 minutes' limit 100)
    union all
    select 'tasks_running_long', false, 'task instances have run for more than a week',
           'Look at kontor logs TASK; kontor cancel RUN --country C --task T ends one.',
           array(select t.id::text from task_in_flight t where t.state = 'running' and t.started_at < now() - interval '7 days' limit 100)
    union all
    select 'letters_without_task', true, 'open dead letters belong to no dead task instance',
           'kontor dlq discard ID --reason ...: there is nothing left to be tried again.',
           array(select l.id::text from dead_letter l where l.state = 'open' and l.kind = 'task'
                    and not exists (select from task_done d where d.id = l.task_id and d.state = 'dead') limit 100)
    union all
    select 'winners_without_model', true, 'countries have a winner whose model, or its object, is not known',
           'kontor winners set COUNTRY MODEL puts another one in force; kontor run train trains one.',
           array(select w.country from winner w left join model m on m.model = w.model and m.country = w.country
                  where w.valid_to = 'infinity' and w.known_to = 'infinity'
                    and (m.model is null or not exists (select from object o where o.key = m.object ->> 'key')) limit 100)
    union all
    select 'deliveries_waiting', false, 'events wait for more than a day to be gathered into a run',
           'kontor events explain ID says what for.',
           array(select d.event::text from delivery d where d.state = 'pending' and d.at < now() - interval '1 day' limit 100)
    union all
    select 'schedules_overdue', true, 'schedules should have fired five minutes ago',
           'kontor status says whether the daemon leads and the database takes commits.',
           array(select s.workflow || '/' || s.trigger from schedule s where not s.paused and s.next_tick < now() - interval '5 minutes' limit 100)
    union all
    select 'nobody_leads', true, 'the lease of the conductor is over: nobody changes runs',
           'Start a daemon; kontor status says why the running one does not lead.',
           array(select holder from conductor where epoch > 0 and lease_until < now())
    union all
    select 'transactions_open', false, 'transactions are open for so long that nothing they might see can be cleaned up',
           'Look at pg_stat_activity and end them: select pg_terminate_backend(PID).',
           array(select pid::text from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid() and xact_start < now() - make_interval(secs => coalesce($1::int, 900)) limit 100)
    union all
    select 'tables_not_vacuumed', false, 'tables have many rows that nobody can see any more',
           'See whether autovacuum is on, and whether an old transaction is open; VACUUM (ANALYZE) of that table helps at once.',
           array(select relname::text from pg_stat_user_tables
                  where schemaname = current_schema() and n_dead_tup > greatest(coalesce($2::int, 100000), n_live_tup / 2) limit 100)
    union all
    select 'history_not_dropped', false, 'runs are past the policy since more than a day and still there',
           'The daemon logs why old history is not dropped; kontor retention shows what waits.',
           array(select e.run::text from run_expired e where e.at < now() - interval '1 day' limit 100)
    union all
    select 'tokens_expired', false, 'tokens have expired and were not revoked',
           'kontor tokens revoke ID, and kontor tokens create NAME for who still needs one.',
           array(select t.name from token t where t.revoked_at is null and t.expires_at < now() limit 100)
)
select jsonb_build_object(
    'checks', (select jsonb_agg(jsonb_build_object(
        'name', name, 'state', case when cardinality(ids) = 0 then 'ok' when grave then 'fail' else 'warn' end,
        'count', cardinality(ids), 'found', ids[1:10], 'sentence', what, 'remedy', remedy)) from found),
    'sizes', jsonb_build_object(
        'database_bytes', pg_database_size(current_database()),
        'tables', (select jsonb_agg(jsonb_build_object('name', relname, 'bytes', pg_table_size(relid), 'index_bytes', pg_indexes_size(relid),
                       'rows', n_live_tup, 'dead_rows', n_dead_tup, 'vacuumed_at', iso(greatest(last_vacuum, last_autovacuum)))
                       order by pg_total_relation_size(relid) desc)
                     from (select * from pg_stat_user_tables where schemaname = current_schema()
                            order by pg_total_relation_size(relid) desc limit 10) s)),
    'oldest_transaction', (select iso(min(xact_start)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()),
    'longest_waiting', (select jsonb_build_object('task', id, 'run', run, 'state', state, 'since', iso(started_at))
                          from task_live where state <> 'running' order by started_at limit 1));
