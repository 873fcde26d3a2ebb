-- breaking: no
-- What people must look at: items that a model left in doubt, what was said about them, and the codes that may be said.
-- Written by ports/reviews in transactions of their own, not by the conductor. No item's text stands here.

-- A registered report that was taken in (`id` is its dataset's): the mark that makes it happen once.
create table review_batch (
    id       bigint primary key,
    run      bigint not null,
    task     bigint not null,
    country  text not null,
    period   text not null,
    model    text not null,
    object   jsonb,           -- where the items' texts lie; null: no item was in doubt
    rows     bigint not null,
    fault    text not null,   -- why it could not be taken in; empty: it was
    at       timestamptz not null
);
create index review_batch_country on review_batch (country, period, id);
create index dataset_report on dataset (id) where kind = 'report';

create table review (
    id            bigint generated always as identity primary key,
    batch         bigint not null,
    run           bigint not null,
    task          bigint not null,
    country       text not null,
    period        text not null,
    item          text not null,
    place         bigint not null,
    model         text not null,
    code          text not null,
    probability   float8 not null,
    alternatives  jsonb not null,
    units         float8 not null,
    weight_kg     float8 not null,
    cost          float8 not null,
    looks         int not null check (looks in (1, 2)),
    state         text not null check (state in ('open', 'second', 'disputed', 'decided', 'superseded')),
    claimed_by    text not null default '',
    claimed_until timestamptz,
    verdict       text not null default '' check (verdict in ('', 'code', 'excluded')),
    decided_code  text not null default '',
    decided_by    text not null default '',
    decided_at    timestamptz,
    carried_from  bigint,     -- the entry of an earlier run in which people decided the same item
    unique (run, country, item),
    check ((state = 'decided') = (verdict <> '')),
    check ((verdict = '') = (decided_at is null))
) with (fillfactor = 80);
create index review_waiting on review (country, cost desc, id) where state in ('open', 'second', 'disputed');
create index review_by_cost on review (cost desc, id) where state in ('open', 'second', 'disputed');
create index review_month on review (country, period, state);
create index review_decided on review (country, item, id) where state = 'decided';
create index review_carried on review (carried_from) where carried_from is not null;

-- What was said. Rows are added, and marked when they are taken back.
create table review_word (
    id        bigint generated always as identity primary key,
    review    bigint not null,
    who       text not null,
    verdict   text not null check (verdict in ('code', 'excluded', 'cannot_say', 'skip')),
    code      text not null,
    at        timestamptz not null,
    undone_at timestamptz
);
create index review_word_review on review_word (review, id);

-- The codes in force in a country's month, as its last report had them.
create table review_code (
    country text not null,
    period  text not null,
    code    text not null,
    title   text not null,
    primary key (country, period, code)
);

-- While others are still to speak, nobody is shown what was said.
create function review_json(r review) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', r.id, 'run', r.run, 'task', r.task, 'country', r.country, 'period', r.period, 'item', r.item, 'model', r.model,
        'code', r.code, 'title', coalesce((
            select c.title from review_code c where c.country = r.country and c.period = r.period and c.code = r.code), ''),
        'probability', r.probability, 'alternatives', coalesce((
            select jsonb_agg(jsonb_build_object(
                       'code', a.pair ->> 0, 'probability', a.pair -> 1, 'title', coalesce((
                           select c.title from review_code c
                            where c.country = r.country and c.period = r.period and c.code = a.pair ->> 0), '')) order by a.n)
              from jsonb_array_elements(r.alternatives) with ordinality as a(pair, n)), '[]'),
        'units', r.units, 'weight_kg', r.weight_kg, 'cost', r.cost, 'looks', r.looks, 'state', r.state,
        'claimed_by', r.claimed_by, 'claimed_until', iso(r.claimed_until),
        'verdict', r.verdict, 'decided_code', r.decided_code, 'decided_by', r.decided_by, 'decided_at', iso(r.decided_at),
        'carried_from', r.carried_from,
        'words', case when r.state in ('decided', 'superseded', 'disputed') then coalesce((
            select jsonb_agg(jsonb_build_object(
                       'who', w.who, 'verdict', w.verdict, 'code', w.code, 'at', iso(w.at), 'undone_at', iso(w.undone_at)) order by w.id)
              from review_word w where w.review = r.id), '[]') else '[]' end)
$$;
