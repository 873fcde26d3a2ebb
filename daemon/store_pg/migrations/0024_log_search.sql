-- breaking: no
-- The lines of many runs, searched: the newest run first, in it the newest instance first, its lines in their order.
-- One call looks at 1,000 runs and reads about 10,000 rows at most (instances and lines; a log that is opened counts as five),
-- whatever is found (25 ms and 10,000 visits of blocks over a million instances): `next` is where it stopped, `run.task.line`, and null when nothing is left to look through.
create function log_search(
    of_workflow text, of_country text, of_task text, from_time timestamptz, to_time timestamptz, level_min text, needle text, page int,
    after text, scope text
) returns jsonb language plpgsql stable as $$
declare
    rows_max   constant int := 10000;
    runs_max   constant int := 1000;
    open_cost  constant int := 4;
    last_id    constant bigint := 9223372036854775807;
    late       constant interval := interval '5 minutes';  -- lines may be written a while after the end that made them
    at_run     bigint := coalesce(nullif(split_part(after, '.', 1), '')::bigint, last_id);
    at_task    bigint := coalesce(nullif(split_part(after, '.', 2), '')::bigint, last_id);
    at_line    bigint := coalesce(nullif(split_part(after, '.', 3), '')::bigint, 0);
    gravest    constant int := log_level(coalesce(level_min, 'debug'));
    looked_for constant text := lower(needle);
    of_runs    constant text := case when of_workflow is null then '' else ' and workflow = $2' end;
    runs       int := 0;
    cost       int := 0;
    shown      int := 0;
    found      jsonb[] := '{}';
    each_run   record;
    instance   record;
    entry      record;
begin
    -- Put together, so that each form has the index that fits it.
    for each_run in execute 'select id, workflow, created_at, finished_at from run where id <= $1' || of_runs || ' order by id desc limit $3'
                    using at_run, of_workflow, runs_max + 1 loop
        if each_run.id < at_run then
            at_task := last_id;
            at_line := 0;
        end if;
        runs := runs + 1;
        if runs > runs_max then
            return jsonb_build_object('items', to_jsonb(found), 'next', each_run.id || '.' || last_id || '.0');
        end if;
        continue when each_run.created_at >= to_time or each_run.finished_at < from_time - late;
        for instance in
            select * from (
                (select d.id, d.task, d.country, d.item, d.finished_at from task_done d
                  where d.run = each_run.id and d.id <= at_task order by d.id desc limit rows_max + 1)
                union all
                (select t.id, t.task, t.country, t.item, null from task_instance t
                  where each_run.finished_at is null and t.run = each_run.id and t.id <= at_task
                    and t.state in ('running', 'retrying', 'awaiting') order by t.id desc limit rows_max + 1)
            ) every order by id desc
        loop
            if instance.id < at_task then
                at_line := 0;
            end if;
            cost := cost + 1;
            if cost > rows_max then
                return jsonb_build_object('items', to_jsonb(found), 'next', each_run.id || '.' || instance.id || '.' || at_line);
            end if;
            continue when instance.country <> of_country or instance.task <> of_task or instance.finished_at < from_time - late
                       or not in_scope(instance.country, scope);
            cost := cost + open_cost;
            for entry in select * from task_log l where l.task = instance.id and l.line > at_line order by l.line limit rows_max loop
                cost := cost + 1;
                if (from_time is null or entry.at >= from_time) and (to_time is null or entry.at < to_time)
                   and log_level(entry.level) >= gravest and (looked_for is null or strpos(lower(entry.text), looked_for) > 0) then
                    found := found || jsonb_build_object(
                        'run', each_run.id, 'workflow', each_run.workflow, 'id', instance.id, 'task', instance.task, 'country', instance.country,
                        'item', instance.item, 'line', entry.line, 'attempt', entry.attempt, 'at', iso(entry.at), 'level', entry.level,
                        'text', entry.text);
                    shown := shown + 1;
                end if;
                if shown = page or cost >= rows_max then
                    return jsonb_build_object('items', to_jsonb(found), 'next', each_run.id || '.' || instance.id || '.' || entry.line);
                end if;
            end loop;
        end loop;
    end loop;
    return jsonb_build_object('items', to_jsonb(found), 'next', null);
end $$;
