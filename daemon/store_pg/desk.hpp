// Transactions of people's desks: a connection of their own, one transaction at a time, any number of statements whose answers
// decide what follows. What a desk shares with every other mutation: its line on the record, and its answer under a key.
// Thread: any; calls wait for one another. Owner: the adapter that has it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "ports/desk.hpp"
#include "store_pg/connection.hpp"

namespace kontor::store_pg {

// Ends the transaction; thrown and caught within this room.
struct Refusal {
    Error error;
};

class DeskTransaction {
 public:
    explicit DeskTransaction(Connection& connection) : connection_(connection) {}
    // Throws Refusal with what the database says. `name` belongs to one text alone: it is prepared under it.
    Rows query(const Step& step);
    template <class... Values>
    Rows run(std::string_view name, std::string_view sql, const Values&... values) {
        return query({name, std::string(sql), {parameter(values)...}});
    }
    void execute(std::string_view statement);

    // The answer that was kept under the caller's key. Throws Refusal when it was another request's.
    std::optional<ports::DeskReply> earlier(const ports::DeskCaller& by, std::string_view desk);
    // The line on the record, and the answer under the caller's key.
    void record(const ports::DeskCaller& by, std::string_view desk, const std::string& country, bool dry_run, const std::string& reply, Instant at);

 private:
    Connection& connection_;
};

class Desk {
 public:
    Desk(std::string target, std::string name) : target_(std::move(target)), name_(std::move(name)) {}

    // Ensures: all of `work` took effect, or nothing. Errors: Refusal's; what the database says, Unavailable when it is not
    // known whether it took effect: who asks again under the same key is told.
    template <class Work>
    auto transaction(Work work) -> Result<decltype(work(std::declval<DeskTransaction&>()))> {
        std::optional<decltype(work(std::declval<DeskTransaction&>()))> answer;
        Result<void> done = carry_out([&](DeskTransaction& transaction) { answer = work(transaction); });
        return done ? Result<decltype(work(std::declval<DeskTransaction&>()))>(std::move(*answer)) : done.error();
    }

 private:
    Result<void> carry_out(const std::function<void(DeskTransaction&)>& work);

    const std::string target_;
    const std::string name_;
    std::mutex mutex_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace kontor::store_pg
