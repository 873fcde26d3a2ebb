// Rotates key-encryption keys: makes new ones, then rewraps the data key of every object under an older one, so that only
// heads change. A mark beside the key file names the keys until all is done: a daemon that was killed goes on at its start.
// Thread: its own for the work; the calls from any. Owner: app; the objects outlive it.
#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "objects/local_objects.hpp"
#include "ports/keys.hpp"

namespace kontor::objects {

class KeyRotation final : public ports::Keys {
 public:
    explicit KeyRotation(LocalObjects& objects);
    // Stops between two objects; the mark stays.
    ~KeyRotation() override;
    KeyRotation(const KeyRotation&) = delete;
    KeyRotation& operator=(const KeyRotation&) = delete;

    // Goes on with what an earlier daemon began. Errors: Invalid (the mark cannot be read), Unavailable.
    Result<void> resume();
    Result<Json> list() override;
    Result<Json> rotate(const std::string& scope, const std::string& country) override;
    // Waits until nothing is under way. For tests and an orderly look.
    void wait();

 private:
    std::string mark() const;
    // The keys that an unfinished rotation is about; empty when there is none.
    Result<std::set<std::string>> marked() const;
    Json progress() const;
    // Requires: starting_ is held, nothing runs.
    void begin(std::set<std::string> targets);
    void work(const std::set<std::string>& targets);

    LocalObjects& objects_;
    std::mutex starting_;
    std::thread thread_;
    std::atomic<bool> running_{false};
    std::atomic<bool> stopping_{false};
    std::atomic<int> keys_{0};
    std::atomic<int> rewrapped_{0};
    std::atomic<int> failed_{0};
};

}  // namespace kontor::objects
