#include "store_pg/blocks.hpp"

#include <algorithm>

#include "store_pg/row_set.hpp"

namespace kontor::store_pg {
namespace {

using enum ColumnType;
using namespace ports;

// A block costs a statement of its own and a look at every member whenever instances in flight are read.
constexpr std::size_t block_from = 16;

const std::string members_into_rows =
    "insert into task_live (id, run, started_at, attempt, siblings, state, task, country, item, reason, input)"
    " select m.id, m.run, m.started_at, 1, m.siblings, 'running', m.task, m.country, m.item, '', m.input from task_block_member m";

// Rows that the same batch changes again are not for blocks.
std::vector<TaskId> changed_again(const Batch& batch) {
    std::vector<TaskId> ids = batch.live_deleted;
    for (const LiveTaskRow& row : batch.live_updated) {
        ids.push_back(row.id);
    }
    for (const Progress& row : batch.progress) {
        ids.push_back(row.task);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

bool begins(const LiveTaskRow& row) {
    return row.state == "running" && row.attempt == 1 && row.started_at && !row.next_at && !row.child_run && row.reason.empty();
}

bool same_block(const LiveTaskRow& a, const LiveTaskRow& b) {
    return b.id == a.id + 1 && a.run == b.run && a.task == b.task && a.country == b.country && a.siblings == b.siblings &&
           a.started_at == b.started_at;
}

// As a column's value: mended where the database could not hold it.
template <class Value>
Parameter single(ColumnType type, const Value& value) {
    Column column(type);
    column.add(value);
    return {static_cast<unsigned>(type), column.first()};
}

void append_block(const Starts& starts, std::size_t from, std::size_t to, std::vector<Step>& steps) {
    const LiveTaskRow& first = *starts.sorted[from];
    Column items(Text);
    Column inputs(Jsonb);
    bool same = true;
    for (std::size_t at = from; at < to; ++at) {
        items.add(starts.sorted[at]->item);
        same = same && starts.sorted[at]->input == first.input;
    }
    // Inputs that differ are listed; one that all share is given once.
    for (std::size_t at = from; !same && at < to; ++at) {
        inputs.add(starts.sorted[at]->input);
    }
    steps.push_back(
        {"live_blocks",
         "insert into task_block (first, run, started_at, siblings, task, country, items, inputs, input)"
         " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
         {parameter(first.id), parameter(first.run), parameter(*first.started_at), parameter(std::int64_t{first.siblings}),
          single(Text, first.task), single(Text, first.country), {array_type(Text), items.finish()},
          {array_type(Jsonb), inputs.finish()}, single(Jsonb, same ? first.input : Json())}}
    );
}

void append_ids(std::string_view name, std::string_view sql, const std::vector<TaskId>& ids, std::vector<Step>& steps) {
    RowSet rows(name, sql, {Int8});
    for (const TaskId id : ids) {
        rows.row(id);
    }
    rows.append_to(steps);
}

}  // namespace

Starts split_starts(const Batch& batch) {
    Starts starts;
    starts.sorted = by_key(batch.live_inserted, [](const LiveTaskRow& row) { return row.id; });
    const std::vector<TaskId> changed = changed_again(batch);
    const auto fits = [&](const LiveTaskRow& row) {
        return begins(row) && !std::binary_search(changed.begin(), changed.end(), row.id);
    };
    for (std::size_t from = 0; from < starts.sorted.size();) {
        std::size_t to = from + 1;
        const bool first_fits = fits(*starts.sorted[from]);
        while (first_fits && to < starts.sorted.size() && same_block(*starts.sorted[to - 1], *starts.sorted[to]) && fits(*starts.sorted[to])) {
            ++to;
        }
        if (to - from >= block_from) {
            starts.blocks.emplace_back(from, to);
        } else {
            starts.single.insert(
                starts.single.end(), starts.sorted.begin() + static_cast<std::ptrdiff_t>(from),
                starts.sorted.begin() + static_cast<std::ptrdiff_t>(to)
            );
        }
        from = to;
    }
    return starts;
}

void BlockBook::note(const Batch& batch, const Starts& starts) {
    if (noted_ && noted_->seq < batch.seq) {
        empty_.clear();  // deleted with that batch
        apply(*noted_);
    }
    Noted noted;
    noted.seq = batch.seq;
    for (const auto& [from, to] : starts.blocks) {
        noted.begun.emplace_back(starts.sorted[from]->id, to - from);
    }
    noted.gone = leaving(batch);
    noted.gone.insert(noted.gone.end(), batch.live_deleted.begin(), batch.live_deleted.end());
    noted_ = std::move(noted);
}

void BlockBook::apply(const Noted& noted) {
    for (const auto& [first, size] : noted.begun) {
        blocks_[first] = Block{std::vector<bool>(size, false), size};
    }
    for (const TaskId id : noted.gone) {
        leave(id);
    }
}

void BlockBook::leave(TaskId id) {
    const auto found = find(id);
    if (found == blocks_.end()) {
        return;
    }
    Block& block = blocks_.at(found->first);
    const auto at = static_cast<std::size_t>(id - found->first);
    block.left -= block.gone[at] ? 0 : 1;
    block.gone[at] = true;
    if (block.left == 0) {
        empty_.push_back(found->first);
        blocks_.erase(found);
    }
}

BlockBook::Blocks::const_iterator BlockBook::find(TaskId id) const {
    auto after = blocks_.upper_bound(id);
    if (after == blocks_.begin()) {
        return blocks_.end();
    }
    --after;
    return static_cast<std::size_t>(id - after->first) < after->second.gone.size() ? after : blocks_.end();
}

std::vector<TaskId> BlockBook::leaving(const Batch& batch) const {
    std::vector<TaskId> ids;
    const auto add = [&](TaskId id) {
        const auto found = find(id);
        if (found != blocks_.end() && !found->second.gone[static_cast<std::size_t>(id - found->first)]) {
            ids.push_back(id);
        }
    };
    for (const LiveTaskRow& row : batch.live_updated) {
        add(row.id);
    }
    for (const Progress& row : batch.progress) {
        add(row.task);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

std::vector<TaskId> BlockBook::forgotten(const Batch& batch) const {
    std::vector<TaskId> ended;
    for (const DoneTaskRow& row : batch.done_inserted) {
        ended.push_back(row.id);
    }
    std::sort(ended.begin(), ended.end());
    std::vector<TaskId> ids;
    for (const std::vector<TaskId>* list : {&batch.done_deleted, &batch.live_deleted}) {
        for (const TaskId id : *list) {
            if (!std::binary_search(ended.begin(), ended.end(), id) && find(id) != blocks_.end()) {
                ids.push_back(id);
            }
        }
    }
    return ids;
}

void append_blocks(const Starts& starts, std::vector<Step>& steps) {
    for (const auto& [from, to] : starts.blocks) {
        append_block(starts, from, to, steps);
    }
}

void append_leaving(const std::vector<TaskId>& ids, std::vector<Step>& steps) {
    append_ids("live_leaving", members_into_rows + " where m.id = any($1)", ids, steps);
}

void append_forgotten(const std::vector<TaskId>& ids, std::vector<Step>& steps) {
    append_ids(
        "live_forgotten",
        "update task_block b set items = array(select case when b.first + m.n - 1 = any($1) then null else m.item end"
        " from unnest(b.items) with ordinality as m(item, n) order by m.n)"
        " where exists (select from unnest($1) as g(id) where g.id >= b.first and g.id < b.first + cardinality(b.items))",
        ids, steps
    );
}

void append_empty(const std::vector<TaskId>& firsts, std::vector<Step>& steps) {
    append_ids("live_blocks_empty", "delete from task_block where first = any($1)", firsts, steps);
}

Result<void> dissolve_blocks(Connection& connection) {
    const std::vector<Step> steps{
        {"load blocks", members_into_rows, {}}, {"load blocks away", "delete from task_block", {}}
    };
    return connection.transaction(steps);
}

}  // namespace kontor::store_pg
