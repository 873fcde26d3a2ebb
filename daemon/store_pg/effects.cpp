#include "store_pg/effects.hpp"

#include <tuple>
#include <variant>

#include "store_pg/row_set.hpp"

namespace kontor::store_pg {
namespace {

using enum ColumnType;
using ports::EffectRow;

// The effects of one kind, each with its row's ids.
template <class Kind>
struct Entry {
    const EffectRow* row;
    const Kind* effect;
};
template <class Kind>
std::vector<Entry<Kind>> entries(const std::vector<EffectRow>& effects) {
    std::vector<Entry<Kind>> found;
    for (const EffectRow& row : effects) {
        if (const auto* effect = std::get_if<Kind>(&row.effect)) {
            found.push_back({&row, effect});
        }
    }
    return found;
}

void objects(const std::vector<EffectRow>& effects, std::vector<Step>& steps) {
    // An attempt that was interrupted after it had written writes under the same name again.
    RowSet written(
        "object",
        "insert into object (key, id, run, task, country, scope, sha256, bytes, stored_bytes, key_id, created_at)"
        " {rows}"
        " on conflict (key) do update set id = excluded.id, run = excluded.run, task = excluded.task, sha256 = excluded.sha256,"
        " bytes = excluded.bytes, stored_bytes = excluded.stored_bytes, key_id = excluded.key_id,"
        " created_at = excluded.created_at",
        {Text, Int8, Int8, Int8, Text, Text, Text, Int8, Int8, Text, Timestamptz}
    );
    const auto all = entries<sdk::ObjectWritten>(effects);
    const auto key = [](const Entry<sdk::ObjectWritten>& each) -> const std::string& { return each.effect->object.key; };
    for (const auto* entry : last_by_key(all, key)) {
        const auto& [row, effect] = *entry;
        written.row(
            effect->object.key, row->id, row->run, row->task, effect->country, effect->scope, effect->object.sha256,
            effect->object.bytes, effect->stored_bytes, effect->key_id, row->at
        );
    }
    written.append_to(steps);

    RowSet opened(
        "object_audit",
        "insert into object_audit (id, run, task, key, role, key_id, at) {rows}",
        {Int8, Int8, Int8, Text, Text, Text, Timestamptz}
    );
    for (const auto& [row, effect] : entries<sdk::ObjectOpened>(effects)) {
        opened.row(row->id, row->run, row->task, effect->key, effect->role, effect->key_id, row->at);
    }
    opened.append_to(steps);
}

void datasets(const std::vector<EffectRow>& effects, std::vector<Step>& steps) {
    RowSet rows(
        "dataset",
        "insert into dataset (id, run, task, country, kind, key, sha256, bytes, rows, quarantined, details, created_at)"
        " {rows}",
        {Int8, Int8, Int8, Text, Text, Text, Text, Int8, Int8, Int8, Jsonb, Timestamptz}
    );
    for (const auto& [row, effect] : entries<sdk::DatasetRegistered>(effects)) {
        rows.row(
            row->id, row->run, row->task, effect->country, effect->kind, effect->object.key, effect->object.sha256,
            effect->object.bytes, effect->rows, effect->quarantined, effect->details, row->at
        );
    }
    rows.append_to(steps);
}

void models(const std::vector<EffectRow>& effects, std::vector<Step>& steps) {
    RowSet registered(
        "model",
        "insert into model (model, country, id, run, task, family, object, params, metrics, created_at)"
        " {rows}"
        " on conflict (model, country) do update set id = excluded.id, run = excluded.run, task = excluded.task,"
        " family = excluded.family, object = excluded.object, params = excluded.params, metrics = excluded.metrics,"
        " created_at = excluded.created_at"
        // Who brings a model back that was trained here says less of it than its training did.
        " where excluded.metrics -> 'imported' is null",
        {Text, Text, Int8, Int8, Int8, Text, Jsonb, Jsonb, Jsonb, Timestamptz}
    );
    const auto all = entries<sdk::ModelRegistered>(effects);
    const auto key = [](const Entry<sdk::ModelRegistered>& each) { return std::tie(each.effect->model, each.effect->country); };
    for (const auto* entry : last_by_key(all, key)) {
        const auto& [row, effect] = *entry;
        registered.row(
            effect->model, effect->country, row->id, row->run, row->task, effect->family, sdk::to_json(effect->object),
            effect->params, effect->metrics, row->at
        );
    }
    registered.append_to(steps);

    RowSet scored(
        "score",
        "insert into score (id, run, task, model, country, dataset_sha256, rows, metrics, at)"
        " {rows}",
        {Int8, Int8, Int8, Text, Text, Text, Int8, Jsonb, Timestamptz}
    );
    for (const auto& [row, effect] : entries<sdk::ModelScored>(effects)) {
        scored.row(
            row->id, row->run, row->task, effect->model, effect->country, effect->dataset_sha256, effect->rows, effect->metrics,
            row->at
        );
    }
    scored.append_to(steps);
}

void winners(const std::vector<EffectRow>& effects, std::vector<Step>& steps) {
    RowSet chosen(
        "winner",
        "select choose_winner(id, run, task, at, country, model, reason, details)"
        "  from unnest($1, $2, $3, $4, $5, $6, $7, $8) with ordinality"
        "    as u(id, run, task, at, country, model, reason, details, n) order by n",
        {Int8, Int8, Int8, Timestamptz, Text, Text, Jsonb, Jsonb}
    );
    for (const auto& [row, effect] : entries<sdk::WinnerChosen>(effects)) {
        chosen.row(
            row->id, row->run, row->task, row->at, effect->country, effect->model, effect->reason, effect->details
        );
    }
    chosen.append_to(steps);
}

}  // namespace

void append_effects(const std::vector<EffectRow>& effects, std::vector<Step>& steps) {
    objects(effects, steps);
    datasets(effects, steps);
    models(effects, steps);
    winners(effects, steps);
}

}  // namespace kontor::store_pg
