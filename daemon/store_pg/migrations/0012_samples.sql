-- breaking: no
-- Labelled items that other programs send. Written by ports/samples in transactions of their own, not by the conductor.
-- No item's text stands here.

-- What came in together, of one country: an object.
create table sample_batch (
    id      bigint generated always as identity primary key,
    country text not null,
    object  jsonb not null,
    rows    bigint not null,
    sent_by text not null,
    at      timestamptz not null
);
create index sample_batch_country on sample_batch (country, id);

-- A version of an item; `place` is its row in the object.
create table sample (
    country text not null,
    item    text collate "C" not null,
    version bigint not null,
    batch   bigint not null,
    place   bigint not null,
    digest  text collate "C" not null,
    code    text not null,
    primary key (country, item, version)
);
create unique index sample_place on sample (batch, place);
