// History that is kept for some time: what ended runs left behind is dropped in bounded steps,
// unless somebody holds it or something that stays came from it. Its transactions are not the
// conductor's: a run is marked first and swept minutes later, so that a command which takes an
// ended run up again meanwhile finds it whole. The adapter is store_pg/retention.cpp. Thread: any;
// calls wait for one another.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "ports/desk.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kontor::ports {

// Days after the end of a run (or the time of an event, or the writing of an object); 0 keeps for
// ever. What is never dropped: models, winners, scores, what is known of datasets, reports, reviews,
// samples, code lists, readings, the record, and the objects of all these.
struct RetentionPolicy {
    int runs_days =
        730;  // runs with their task instances, attempts, closed dead letters and approvals
    int logs_days = 90;     // log lines
    int events_days = 400;  // events with their deliveries: for so long a second post of one is
                            // known as a duplicate
    int objects_days = 730;  // objects of runs that are gone
};

struct ObjectsToDrop {
    std::vector<std::string> keys;
    bool more = false;  // others were not looked at yet
};

struct Swept {
    std::int64_t marked = 0;  // runs whose history goes
    std::int64_t runs = 0;    // that are gone
    std::int64_t instances = 0;
    std::int64_t log_lines = 0;
    std::int64_t events = 0;
    bool more = false;  // another step would find something at once

    bool any() const { return marked + runs + instances + log_lines + events > 0; }
    void add(const Swept& other);
};

class Retention {
  public:
    // Between a run's mark and its sweep: longer than any command that took it up needs to be
    // stored.
    static constexpr auto grace = std::chrono::minutes(10);

    virtual ~Retention() = default;
    // Drops some thousands of rows at most. After a crash between two steps the next one goes on.
    virtual Result<Swept> step(Instant now) = 0;
    // Old objects of runs that are gone, some hundreds at a time, marked to go: nothing that stays, waits
    // or is cached refers to them. They are given again until `objects_gone` is told of them.
    virtual Result<ObjectsToDrop> objects_to_drop(Instant now) = 0;
    virtual Result<void> objects_gone(const std::vector<std::string>& keys) = 0;
    // Of these keys those that nothing has recorded or refers to: what wrote them has failed or died.
    // Of a run that goes on, or that this database does not know yet, none.
    virtual Result<std::vector<std::string>> unrecorded(const std::vector<std::string>& keys) = 0;
    // The policy, and what is older than it: {policy, runs that go, marked ones, held, events, objects,
    // kept: {reason: runs}}, counted up to a bound.
    virtual Result<Json> preview(Instant now) = 0;
    // Errors: NotFound: there is no such run, or its history is gone; Conflict: it is held already,
    // or is not.
    virtual Result<DeskReply> hold(
        std::int64_t run, const std::string& reason, bool dry_run, const DeskCaller& by, Instant at
    ) = 0;
    virtual Result<DeskReply> release(
        std::int64_t run, const std::string& reason, bool dry_run, const DeskCaller& by, Instant at
    ) = 0;
};

}  // namespace kontor::ports
