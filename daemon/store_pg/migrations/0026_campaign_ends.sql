-- breaking: no
-- A campaign has not ended while an event of its runs waits to be routed: what is asked right behind the end of one run must not take it for
-- the end of all. Routing goes by id, so the newest event tells of all before it; one that nobody routed within a week is given up
-- (undelivered_age_max). One that was routed and is gathered with others may wait for hours, and holds nothing up.
create or replace function campaign_state(of_correlation text) returns text language sql stable as $$
    select case when bool_or(state in ('running', 'paused')) then 'running'
                when bool_or(state = 'queued') then 'queued'
                when (select n.time > now() - interval '7 days' and not exists (select from delivery d where d.event = n.id)
                        from (select e.id, e.time from event e where e.correlation = of_correlation order by e.id desc limit 1) n)
                then 'queued'
                when bool_or(state = 'failed') then 'failed'
                when bool_or(state = 'cancelled') then 'cancelled'
                else 'succeeded' end
      from run where correlation = of_correlation
$$;
