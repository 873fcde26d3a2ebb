// The thread that looks into the inbox and hands what arrived to the engine.
// Owner: Daemon. Thread: its own; stops and joins at destruction.
#pragma once

#include <string>

#include "app/rounds.hpp"
#include "engine/engine.hpp"
#include "objects/inbox.hpp"

namespace kontor::app {

class InboxWatch {
 public:
    // Looked at so often while the engine leads.
    static constexpr auto every = std::chrono::seconds(1);

    InboxWatch(engine::Engine& engine, ports::ObjectStore& objects, std::string folder);

 private:
    void look();
    void hand_over(objects::ArrivedFile file);

    engine::Engine& engine_;
    objects::Inbox inbox_;
    std::string told_;  // the last fault that was logged: the same one is not told every second
    Rounds rounds_;     // last: its thread uses the others
};

}  // namespace kontor::app
