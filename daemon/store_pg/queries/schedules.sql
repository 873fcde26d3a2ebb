-- name: schedules_all
-- Few rows, read whole (schedule_pkey).
select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'workflow', workflow, 'trigger', trigger, 'cron', cron, 'timezone', zone, 'paused', paused,
        'last_tick', iso(last_tick), 'next_tick', iso(next_tick)
    ) order by workflow, trigger), '[]'),
    'next', null)
from schedule;

-- name: schedule_one
-- Index: schedule_pkey.
select jsonb_build_object(
    'workflow', workflow, 'trigger', trigger, 'cron', cron, 'timezone', zone, 'paused', paused,
    'last_tick', iso(last_tick), 'next_tick', iso(next_tick))
from schedule where workflow = $1::text and trigger = $2::text;
