-- name: schedules_all
-- Few rows, read whole (schedule_pkey).
select jsonb_build_object('items', coalesce(jsonb_agg(schedule_json(s) order by s.workflow, s.trigger), '[]'), 'next', null)
from schedule s;

-- name: schedule_one
-- Index: schedule_pkey.
select schedule_json(s) from schedule s where s.workflow = $1::text and s.trigger = $2::text;
