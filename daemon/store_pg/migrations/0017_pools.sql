-- breaking: no
-- Limits on what runs at once, as people set them. Who holds what follows from what runs, and stands nowhere.
create table pool (
    name   text collate "C" primary key,
    slots  integer check (slots >= 0),  -- null: no limit
    weight integer not null check (weight >= 1),
    by     text not null,
    reason text not null,
    at     timestamptz not null
);
