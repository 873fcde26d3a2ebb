-- name: system_facts
-- What the database holds and how large it is. Counts are PostgreSQL's own estimates: nothing is read to count it.
-- Index: none; statistics and catalogue only, and dead_letter_open.
select jsonb_build_object(
    'bytes', pg_database_size(current_database()),
    'server', current_setting('server_version'),
    'connections', (select count(*) from pg_stat_activity where datname = current_database()),
    'commits', (select seq from conductor),
    'open_dead_letters', (select count(*) from dead_letter where state = 'open'),
    'tables', coalesce((
        select jsonb_agg(jsonb_build_object('name', relname, 'rows', n_live_tup, 'bytes', pg_total_relation_size(relid))
               order by pg_total_relation_size(relid) desc, relname)
          from pg_stat_user_tables where schemaname = current_schema()), '[]'));
