-- breaking: no
-- Code lists that people import. Written by ports/code_lists in transactions of their own, not by the conductor. A list is law and no
-- secret: it stands here as it is.

create table code_list (
    country        text not null,
    version        int not null check (version > 0),
    effective_from date not null,
    sha256         text not null,
    codes          int not null,
    moves          int not null,       -- lines of its crosswalk from the list before
    imported_by    text not null,
    imported_at    timestamptz not null,
    reason         text not null,
    primary key (country, version)
);
create index code_list_day on code_list (country, effective_from, version);

create table code_list_code (
    country    text not null,
    version    int not null,
    line       int not null,
    code       text collate "C" not null,
    title      text not null,
    valid_from date,
    valid_to   date,                   -- the first day on which it is not valid any more
    primary key (country, version, line),
    foreign key (country, version) references code_list (country, version)
);

create table code_list_move (
    country   text not null,
    version   int not null,
    line      int not null,
    code_from text collate "C" not null,
    code_to   text collate "C" not null, -- empty: it ended
    kind      text not null check (kind in ('rename', 'merge', 'split', 'end')),
    weight    float8 not null check (weight > 0 and weight <= 1),
    primary key (country, version, line),
    foreign key (country, version) references code_list (country, version),
    check ((code_to = '') = (kind = 'end'))
);

create function keep_code_list() returns trigger language plpgsql as $$
begin
    raise exception 'version % of the code list of % never changes: import another', old.version, old.country using errcode = 'check_violation';
end $$;
create trigger code_list_stays before update or delete on code_list for each row execute function keep_code_list();
create trigger code_list_code_stays before update or delete on code_list_code for each row execute function keep_code_list();
create trigger code_list_move_stays before update or delete on code_list_move for each row execute function keep_code_list();

-- The version in force on a day: of the newest day up to it the newest version.
create function code_list_on(asked text, day date) returns int language sql stable parallel safe as $$
    select version from code_list where country = asked and effective_from <= day order by effective_from desc, version desc limit 1
$$;

create function code_list_json(l code_list) returns jsonb language sql stable parallel safe as $$
    select jsonb_build_object(
        'country', l.country, 'version', l.version, 'effective_from', l.effective_from::text, 'codes', l.codes, 'moves', l.moves,
        'sha256', l.sha256, 'imported_by', l.imported_by, 'imported_at', iso(l.imported_at), 'reason', l.reason,
        'superseded', exists (select from code_list n where n.country = l.country and n.effective_from = l.effective_from and n.version > l.version),
        'in_force', l.version is not distinct from code_list_on(l.country, date_trunc('month', now() at time zone 'UTC')::date))
$$;
