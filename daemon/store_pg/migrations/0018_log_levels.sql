-- breaking: no
-- How grave a log line is: whoever looks for warnings wants errors too.
create function log_level(level text) returns int language sql immutable parallel safe as $$
    select case level when 'debug' then 0 when 'info' then 1 when 'warn' then 2 else 3 end
$$;
