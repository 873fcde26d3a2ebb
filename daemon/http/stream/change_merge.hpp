// Several commits' changes as one message: of every run, task and progress only the last word.
// Why: a client wants at most 20 messages a second, whatever the engine's pace.
// Thread: one; pure.
#pragma once

#include "engine/api.hpp"
#include "http/stream/position.hpp"

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kontor::http {

// What a client wants to hear of, and may. Without correlation and run: everything in its countries.
struct StreamFilter {
    std::string correlation;
    std::optional<ports::RunId> run;
    Countries countries{};
    friend auto operator<=>(const StreamFilter&, const StreamFilter&) = default;
};

// Which run, correlation and country a task belongs to; progress names the task alone. Bounded: a
// task that is not remembered passes every filter but that of countries (its reader ignores ids that
// it does not show).
class TaskOwners {
  public:
    struct Owner {
        ports::RunId run = 0;
        std::string correlation;
        std::string country;
    };
    void learn(const engine::Change& change);
    const Owner* find(ports::TaskId task) const;

    static constexpr std::size_t owners_max =
        65'536;  // about 8 MiB; more tasks than any pool runs at once

  private:
    std::unordered_map<ports::TaskId, Owner> owners_;
};

using ChangePtr = std::shared_ptr<const engine::Change>;

class ChangeMerge {
  public:
    // Requires: changes come in the order of their commits.
    void add(ChangePtr change);
    bool empty() const { return changes_.empty(); }
    void clear();

    // One "change" message with what passes the filter; empty text when nothing does. Requires: not
    // empty().
    std::string message(const StreamFilter& filter, const TaskOwners& owners) const;

  private:
    struct Item {
        const Json* value = nullptr;  // inside a change of changes_
    };
    // Items in the order of their first appearance, replaced in place by later ones of the same id.
    struct Items {
        std::vector<Item> list;
        std::unordered_map<std::int64_t, std::size_t> index;
        void put(const Json& value);
    };

    std::vector<ChangePtr> changes_;
    Items runs_;
    Items tasks_;
    Items progress_;
};

std::string resync_message(const StreamPosition& position);
// A comment that keeps the connection open and tells the client where the stream is.
std::string heartbeat_message(const StreamPosition& position);

}  // namespace kontor::http
