-- breaking: no
-- Results that tasks which say `cache` take from earlier runs. At most cached_max rows (ports/cache_rows.hpp): the conductor
-- holds them in memory, and deletes the oldest.
create table cached_result (
    key      text primary key,
    workflow text not null,
    task     text not null,
    country  text not null,
    item     text not null,
    run      bigint not null,
    at       timestamptz not null,
    uses     text not null,
    code     text not null,
    seed     text not null,
    input    jsonb,
    outputs  jsonb,
    effects  jsonb
);
