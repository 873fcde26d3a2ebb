// Many alike instances that begin together as one row: a fan-out's first attempts, with consecutive ids. Such a row costs what
// one of its members would cost alone. A member is in flight as long as nothing else is said of it: a row of its own in
// task_live or task_done wins (view task_block_member). A block whose members all have gone is deleted.
//
// The book knows which members are left in the blocks of this leader; the blocks of a former one become rows when they are loaded.
// Owner: PgStore. Thread: its owner's.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "ports/store.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

// The live rows that a batch inserts: those that go into blocks, each from one to before the other, and the rest.
struct Starts {
    std::vector<const ports::LiveTaskRow*> sorted;  // by id
    std::vector<std::pair<std::size_t, std::size_t>> blocks;
    std::vector<const ports::LiveTaskRow*> single;
};
Starts split_starts(const ports::Batch& batch);

class BlockBook {
 public:
    // Takes note of the next batch. That it comes next says that the one before is stored: what was noted of that one counts.
    void note(const ports::Batch& batch, const Starts& starts);
    // Members that the batch changes and that must get rows of their own before.
    std::vector<ports::TaskId> leaving(const ports::Batch& batch) const;
    // Members whose only row goes: without it they would seem to be in flight again.
    std::vector<ports::TaskId> forgotten(const ports::Batch& batch) const;
    // Blocks without members, as the batches before the noted one left them.
    const std::vector<ports::TaskId>& empty() const { return empty_; }

 private:
    struct Block {
        std::vector<bool> gone;
        std::size_t left = 0;
    };
    struct Noted {
        ports::Seq seq = 0;
        std::vector<std::pair<ports::TaskId, std::size_t>> begun;  // first member, size
        std::vector<ports::TaskId> gone;                           // perhaps members
    };
    using Blocks = std::map<ports::TaskId, Block>;

    Blocks::const_iterator find(ports::TaskId id) const;
    void apply(const Noted& noted);
    void leave(ports::TaskId id);

    Blocks blocks_;  // by their first member
    std::vector<ports::TaskId> empty_;
    std::optional<Noted> noted_;
};

void append_blocks(const Starts& starts, std::vector<Step>& steps);
// The members get rows of their own.
void append_leaving(const std::vector<ports::TaskId>& ids, std::vector<Step>& steps);
void append_forgotten(const std::vector<ports::TaskId>& ids, std::vector<Step>& steps);
void append_empty(const std::vector<ports::TaskId>& firsts, std::vector<Step>& steps);
// What a new leader does before it reads: every member gets a row, and no block is left.
Result<void> dissolve_blocks(Connection& connection);

}  // namespace kontor::store_pg
