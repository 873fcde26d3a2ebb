-- breaking: no
-- What tasks read of a country's data and model, period by period, and the alarms that follow. Written by the conductor.

-- The newest reading of a period is what it says: a period that is classified again with a better model is read again.
create table reading (
    country text not null,
    metric  text collate "C" not null,
    feature text collate "C" not null,  -- empty: of no feature
    period  text collate "C" not null,
    value   float8 not null,
    rows    bigint not null,
    model   text not null,              -- empty: of no model
    run     bigint not null,
    at      timestamptz not null,
    primary key (country, metric, feature, period)
);
create index reading_newest on reading (country, period desc, metric, feature);

create table alarm (
    country    text not null,
    name       text collate "C" not null,
    raised     boolean not null,
    state      jsonb not null,          -- core::alarm::State
    rule       jsonb not null,          -- sdk::AlarmRule
    sentence   text not null,
    model      text not null,
    workflow   text not null,
    run        bigint not null,         -- 0: a person ended it
    raised_at  timestamptz,
    cleared_at timestamptz,
    at         timestamptz not null,
    primary key (country, name),
    check (raised = (state ->> 'raised')::boolean),
    check (not raised or raised_at is not null)
);
