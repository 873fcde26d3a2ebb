-- breaking: no
-- An attempt that succeeded ends its instance, whose row in task_done tells all there is to say of it: it has no row of its own.
-- Those that older versions wrote stand in both places and are read from task_done only.
create view attempt_history as
    select task, run, attempt, started_at, finished_at, outcome, failure_class, reason
      from attempt where outcome <> 'succeeded'
    union all
    select id, run, attempts, coalesce(started_at, finished_at), finished_at, 'succeeded', '', ''
      from task_done where state = 'succeeded' and attempts > 0;
