-- breaking: no
-- What a country reports to its authority for a month, version by version. Written by ports/filing in transactions of their
-- own, not by the conductor. A version's figures never change; what is known later is another version.

-- Every month that was ever counted. `changes` goes up with everything that may change its figures, so that a version knows
-- whether it is behind without adding up anything.
create table report_month (
    country text not null,
    period  text not null,
    changes bigint not null default 0,
    fault   text not null default '',  -- why the daemon could not draft it; empty again with the next change
    primary key (country, period)
);
insert into report_month (country, period, changes)
select country, period, count(*) from review_batch where fault = '' and period ~ '^\d{4}-\d{2}$' group by country, period;

create function reviews_change_month() returns trigger language plpgsql as $$
begin
    insert into report_month (country, period, changes)
    select n.country, n.period, 1 from new_rows n join old_rows o on o.id = n.id
     where (n.state, n.verdict, n.decided_code) is distinct from (o.state, o.verdict, o.decided_code)
       and n.period ~ '^\d{4}-\d{2}$'
     group by n.country, n.period order by n.country, n.period  -- one order for all: no deadlock
    on conflict (country, period) do update set changes = report_month.changes + 1, fault = '';
    return null;
end $$;
create trigger reviews_change_month after update on review
    referencing new table as new_rows old table as old_rows for each statement execute function reviews_change_month();

create function batch_changes_month() returns trigger language plpgsql as $$
begin
    if new.fault = '' and new.period ~ '^\d{4}-\d{2}$' then
        insert into report_month (country, period, changes) values (new.country, new.period, 1)
        on conflict (country, period) do update set changes = report_month.changes + 1, fault = '';
    end if;
    return null;
end $$;
-- At the end of taking a report in, which may take seconds: until then people may decide about the month.
create constraint trigger batch_changes_month after insert on review_batch
    deferrable initially deferred for each row execute function batch_changes_month();

create table report (
    id         bigint generated always as identity primary key,
    country    text not null,
    period     text not null,
    version    int not null check (version > 0),
    state      text not null check (state in ('draft', 'approved', 'filed', 'amended', 'superseded')),
    amends     bigint,                -- the filed version whose figures these are no more
    batch      bigint not null,       -- the run's report that it rests on
    run        bigint not null,
    model      text not null,
    seen       bigint not null,       -- report_month.changes that it knows of
    figures    jsonb not null,
    balanced   boolean not null,
    waiting    bigint not null,       -- items that nobody has decided
    codes      int not null,
    changed    jsonb,                 -- of an amendment: how many codes differ, and by how much together
    object     jsonb not null,        -- its text, encrypted; sha256 is of the plain bytes
    drafted_by text not null,
    automatic  boolean not null,      -- drafted by the daemon
    known_at   timestamptz not null,
    unique (country, period, version)
);
create unique index report_in_work on report (country, period) where state in ('draft', 'approved');
create unique index report_in_force on report (country, period) where state = 'filed';
create index report_country on report (country, id);
create index report_period on report (period, id);
create index report_state on report (state, id);

create table report_line (
    report         bigint not null,
    line           int not null,      -- from 1, by code
    code           text not null,
    items          bigint not null,
    units_milli    bigint not null,   -- thousandths of a unit
    grams          bigint not null,
    reviewed_items bigint not null,
    reviewed_units bigint not null,
    reviewed_grams bigint not null,
    primary key (report, line)
);
-- What an amendment changes, code by code.
create table report_change (
    report       bigint not null,
    line         int not null,
    code         text not null,
    items_before bigint not null,
    units_before bigint not null,
    grams_before bigint not null,
    items_after  bigint not null,
    units_after  bigint not null,
    grams_after  bigint not null,
    primary key (report, line)
);
create table report_step (
    id      bigint generated always as identity primary key,
    report  bigint not null,
    state   text not null,
    who     text not null,
    at      timestamptz not null,
    reason  text not null,
    receipt text not null             -- of what was filed: what the authority gave for it
);
create index report_step_report on report_step (report, id);

create function keep_report() returns trigger language plpgsql as $$
begin
    if (to_jsonb(new) - 'state' - 'seen') is distinct from (to_jsonb(old) - 'state' - 'seen') then
        raise exception 'a version of a report stays what it is' using errcode = 'check_violation';
    end if;
    if new.state <> old.state and (old.state, new.state) not in (
        ('draft', 'approved'), ('draft', 'superseded'), ('approved', 'filed'), ('approved', 'superseded'), ('filed', 'amended')) then
        raise exception 'report % is % and cannot become %', old.id, old.state, new.state using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger report_is_kept before update on report for each row execute function keep_report();
create function refuse_report_change() returns trigger language plpgsql as $$
begin
    raise exception 'what was reported is only ever added to' using errcode = 'insufficient_privilege';
end $$;
create trigger report_stays before delete or truncate on report for each statement execute function refuse_report_change();
create trigger report_line_stays before update or delete or truncate on report_line for each statement execute function refuse_report_change();
create trigger report_change_stays before update or delete or truncate on report_change for each statement execute function refuse_report_change();
create trigger report_step_stays before update or delete or truncate on report_step for each statement execute function refuse_report_change();

create function amount_json(items bigint, units_milli bigint, grams bigint) returns jsonb language sql immutable parallel safe as $$
    select jsonb_build_object('items', items, 'units', trim_scale(units_milli / 1000.0), 'weight_kg', trim_scale(grams / 1000.0))
$$;
-- As it was known at a time; infinity: as it is.
create function report_json(r report, known timestamptz) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'id', r.id, 'country', r.country, 'period', r.period, 'version', r.version,
        'state', (select s.state from report_step s where s.report = r.id and s.at <= known order by s.id desc limit 1),
        'amends', r.amends, 'batch', r.batch, 'run', r.run, 'model', r.model, 'figures', r.figures, 'balanced', r.balanced,
        'waiting', r.waiting, 'codes', r.codes, 'changed', r.changed, 'object', r.object,
        'drafted_by', r.drafted_by, 'automatic', r.automatic, 'known_at', iso(r.known_at),
        'stale', known = 'infinity' and r.state in ('draft', 'approved', 'filed') and exists (
            select from report_month m where m.country = r.country and m.period = r.period and m.changes > r.seen),
        'receipt', coalesce((select s.receipt from report_step s where s.report = r.id and s.state = 'filed' and s.at <= known), ''),
        'steps', (
            select jsonb_agg(jsonb_build_object(
                       'state', s.state, 'who', s.who, 'at', iso(s.at), 'reason', s.reason, 'receipt', s.receipt) order by s.id)
              from report_step s where s.report = r.id and s.at <= known))
$$;
