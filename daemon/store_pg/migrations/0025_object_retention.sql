-- breaking: no
-- Objects end too: those of runs whose history is gone, when nothing that stays refers to them. A row is marked first, its file is removed,
-- then the row: whoever dies in between, the next one goes on.
alter table object add column dropping timestamptz;
create index object_dropping on object (id) where dropping is not null;

create index dataset_key on dataset (key);
create index model_object on model ((object ->> 'key'));
create index report_object on report ((object ->> 'key'));
create index review_batch_object on review_batch ((object ->> 'key'));
create index sample_batch_object on sample_batch ((object ->> 'key'));
create index event_object on event ((data #>> '{object,key}')) where type = 'kontor.file.arrived';

-- What stays and refers to an object; null: nothing does.
create function object_use(wanted text) returns text language sql stable parallel safe as $$
    select case
        when exists (select from model m where m.object ->> 'key' = wanted) then 'model'
        when exists (select from report p where p.object ->> 'key' = wanted) then 'report'
        when exists (select from review_batch b where b.object ->> 'key' = wanted) then 'reviews'
        when exists (select from sample_batch s where s.object ->> 'key' = wanted) then 'samples'
        when exists (select from event e where e.type = 'kontor.file.arrived' and e.data #>> '{object,key}' = wanted) then 'event'
        when exists (select from dataset d join run r on r.id = d.run where d.key = wanted) then 'data of a run'
        when exists (select from dataset d where d.key = wanted and not exists (
            select from dataset n where n.country = d.country and n.kind = d.kind and n.id > d.id)) then 'newest data'
        when exists (select from dataset d join model m on m.metrics ? 'training' and m.metrics #>> '{training,sha256}' = d.sha256
            join winner w on w.country = m.country and w.model = m.model where d.key = wanted) then 'data of a winner'
    end
$$;
