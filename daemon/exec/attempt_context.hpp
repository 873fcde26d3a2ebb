// What a running task sees of the world: its input, its objects, its stop token, its log.
// Thread: the task's own, and threads that it joins before it returns. Owner: run_attempt, for one attempt.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "exec/job.hpp"
#include "exec/redaction.hpp"
#include "ports/checkpoints.hpp"
#include "ports/logs.hpp"
#include "ports/object_store.hpp"

namespace kontor::exec {

using Settings = std::map<std::string, std::string, std::less<>>;

// Progress is shown this often at most: it is for eyes, and every one shown is written to the database.
inline constexpr std::chrono::milliseconds progress_interval{500};
inline constexpr std::size_t progress_text_bytes_max = 200;
// A longer log line is cut: a row of the log is for reading.
inline constexpr std::size_t log_line_bytes_max = 8192;

// What every attempt shares. All of it outlives the executor.
struct Surroundings {
    const sdk::TaskRegistry& tasks;
    ports::ObjectStore& objects;
    ports::LogSink& logs;
    const Settings& settings;
    const Redaction& redaction;
    std::function<void(ports::AttemptKey, double, std::string)> progressed;
    ports::Checkpoints* checkpoints = nullptr;  // null: none are kept
    std::string_view program{};                 // an id of the program: another's checkpoint is not gone on from
};

class AttemptContext final : public sdk::TaskContext {
 public:
    AttemptContext(Job& job, const Surroundings& world);

    const sdk::TaskIdentity& identity() const override;
    const sdk::JsonObject& input() const override;
    int cores() const override;
    std::uint64_t seed() const override;
    // The session is made at the first call: most attempts in a large run need none.
    sdk::Objects& objects() override;
    std::stop_token stop() const override;
    void progress(double fraction, std::string_view what) override;
    void log(sdk::LogLevel level, std::string_view line) override;
    std::optional<std::string> checkpoint() override;
    void keep_checkpoint(std::string_view bytes) override;
    std::optional<std::string> setting(std::string_view name) const override;

    // Of an attempt that has succeeded: nobody goes on from there.
    void drop_checkpoint();

    // Empty when objects() was never called.
    std::vector<sdk::Effect> take_effects();

 private:
    // What an attempt must be asked to go on from the other's checkpoint.
    const std::string& question();

    Job& job_;
    const Surroundings& world_;
    std::mutex session_mutex_;
    std::unique_ptr<ports::ObjectSession> session_;
    std::atomic<SteadyClock::rep> next_progress_{0};
    std::mutex log_mutex_;  // over the two below: lines are numbered in the order in which secrets are looked for
    std::int64_t lines_ = 0;
    std::vector<Redaction::Begun> begun_;
    std::string question_;  // made when it is asked for
};

// At most `bytes_max` bytes of storable text, cut between characters.
std::string cut_text(std::string_view text, std::size_t bytes_max);

}  // namespace kontor::exec
