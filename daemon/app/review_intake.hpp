// The thread that takes registered reports into the queue of reviews: it opens their objects under the role `registrar` and
// hands the rows on. A report is taken in once (ports/reviews.hpp); after a crash it is simply still there to be taken in.
// Owner: Daemon. Thread: its own; stops and joins at destruction.
#pragma once

#include <string>

#include "app/rounds.hpp"
#include "engine/engine.hpp"
#include "ports/object_store.hpp"
#include "ports/reviews.hpp"

namespace kontor::app {

// One look: takes in all reports that wait. Errors: of the database, or of one report's objects for now; others go on.
Result<int> take_in_reports(ports::Reviews& reviews, ports::ObjectStore& objects, engine::Api& api, Instant now);

class ReviewIntake {
 public:
    static constexpr auto every = std::chrono::seconds(1);

    ReviewIntake(engine::Engine& engine, ports::ObjectStore& objects, ports::Reviews& reviews);

 private:
    void look();

    engine::Engine& engine_;
    ports::ObjectStore& objects_;
    ports::Reviews& reviews_;
    std::string told_;  // the last fault that was logged: the same one is not told every second
    Rounds rounds_;     // last: its thread uses the others
};

}  // namespace kontor::app
