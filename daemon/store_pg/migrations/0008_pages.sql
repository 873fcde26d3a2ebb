-- breaking: no
-- What somebody looks for in a long run is what did not succeed.
create index task_done_not_succeeded on task_done (run, id) where state <> 'succeeded';
