#include "store_pg/object_ages.hpp"

#include "store_pg/columns.hpp"

namespace kontor::store_pg {

namespace {

constexpr std::int64_t looked_at = 500;

// Keys in what is cached, waits, goes on or is in force: a winner may name an older registration of its model, and a month's predictions their
// code list. Nothing of it is read when the table before it, `asked`, which holds the keys in question, is empty.
constexpr std::string_view in_use =
    "in_use as materialized ("
    "   select k #>> '{}' as key from cached_result c, jsonb_path_query(jsonb_build_array(c.input, c.outputs, c.effects), '$.**.key') k"
    "    where exists (select from asked)"
    "   union select k #>> '{}' from task_live t, jsonb_path_query(t.input, '$.**.key') k where exists (select from asked)"
    "   union select k #>> '{}' from task_block_member t, jsonb_path_query(t.input, '$.**.key') k where exists (select from asked)"
    "   union select k #>> '{}' from winner w, jsonb_path_query(w.details, '$.**.key') k where exists (select from asked)"
    "   union select k #>> '{}' from dataset d, jsonb_path_query(d.details, '$.**.key') k where d.kind = 'predictions' and exists (select from asked)"
    "   union select k #>> '{}' from run r, jsonb_path_query(r.params, '$.**.key') k where r.finished_at is null and exists (select from asked)"
    "), ";

// Of the objects `looked` those that go.
std::string going() {
    return "asked as materialized ("
           "   select o.* from looked o where o.created_at < $1 and o.dropping is null and not exists (select from run r where r.id = o.run)"
           "      and object_use(o.key) is null"
           "), " +
           std::string(in_use) + "going as (select a.* from asked a where not exists (select from in_use u where u.key = a.key))";
}

std::vector<std::string> texts(const Rows& rows) {
    std::vector<std::string> list;
    for (int at = 0; at < rows.count(); ++at) {
        list.push_back(rows.text(at, 0));
    }
    return list;
}

Parameter array_of(const std::vector<std::string>& values) {
    Column column(ColumnType::Text);
    for (const std::string& value : values) {
        column.add(value);
    }
    return {array_type(column.type()), column.finish()};
}

}  // namespace

ports::ObjectsToDrop ObjectAges::to_drop(DeskTransaction& work, Instant before, Instant now) {
    ports::ObjectsToDrop found;
    found.keys = texts(work.run(
        "objects marked", "select key from object where dropping is not null order by id limit $1", looked_at
    ));
    if (!found.keys.empty()) {
        found.more = true;
        return found;
    }
    const Rows reach = work.run(
        "objects reach",
        "select coalesce(max(id), 0), count(*) = $2 and max(created_at) < $3"
        "  from (select id, created_at from object where id > $1 order by id limit $2) l",
        looked_up_to_, looked_at, before
    );
    found.keys = texts(work.run(
        "objects mark",
        "with looked as materialized (select * from object where id > $2 order by id limit $3), " + going() +
            " update object o set dropping = $4 from going g where o.key = g.key returning o.key",
        before, looked_up_to_, looked_at, now
    ));
    looked_up_to_ = !reach.is_null(0, 1) && reach.boolean(0, 1) ? reach.int8(0, 0) : 0;
    found.more = looked_up_to_ != 0;
    return found;
}

void ObjectAges::gone(DeskTransaction& work, const std::vector<std::string>& keys) {
    work.query({"objects gone", "delete from object where key = any($1) and dropping is not null", {array_of(keys)}});
}

std::vector<std::string> ObjectAges::unrecorded(DeskTransaction& work, const std::vector<std::string>& keys) {
    // A run that this database does not know yet: it was restored from a copy that is older than the objects beside it.
    return texts(work.query({
        "objects unrecorded",
        "with asked as materialized ("
        "   select k.key from (select key, substring(split_part(key, '/', 3) from '^[0-9]{1,18}$')::bigint as run from unnest($1::text[]) key) k"
        "    where k.run <= (select max(id) from run) and not exists (select from object o where o.key = k.key)"
        "      and not exists (select from run r where r.id = k.run and r.finished_at is null) and object_use(k.key) is null"
        "), " +
            std::string(in_use) + "going as (select a.* from asked a where not exists (select from in_use u where u.key = a.key))"
                                  " select key from going",
        {array_of(keys)}
    }));
}

OldObjects ObjectAges::count(DeskTransaction& work, Instant before, std::int64_t most) {
    const Rows rows = work.run(
        "objects count",
        "with looked as materialized (select * from object where created_at < $1 order by id limit $2), " + going() +
            " select count(*), coalesce(sum(stored_bytes), 0)::bigint from going",
        before, most
    );
    return {rows.int8(0, 0), rows.int8(0, 1)};
}

}  // namespace kontor::store_pg
