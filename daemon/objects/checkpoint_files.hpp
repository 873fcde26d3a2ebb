// Checkpoints as encrypted files in a folder of their own below the objects', sealed like objects with keys of the scope
// "checkpoint". Thread: any. Owner: app.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "base/result.hpp"
#include "objects/key_ring.hpp"
#include "objects/object_key.hpp"
#include "ports/checkpoints.hpp"

namespace kontor::objects {

// No key can name it.
inline constexpr const char* checkpoints_folder = ".checkpoints";
// A run that was cancelled, or a dead letter nobody redrives, leaves its checkpoint behind.
inline constexpr std::chrono::days checkpoint_days_max{7};
inline constexpr std::size_t checkpoint_bytes_max = std::size_t{1} << 30U;

class CheckpointFiles final : public ports::Checkpoints {
 public:
    // Makes the folder below `objects_folder` and removes what is older than checkpoint_days_max. `keys` outlives it.
    // Errors: Unavailable.
    static Result<std::unique_ptr<CheckpointFiles>> open(const std::string& objects_folder, KeyRing& keys);

    std::optional<std::string> read(const sdk::TaskIdentity& whose) override;
    // Ensures: also removes, once in an hour, what is too old. Throws TaskFailure(Config) for more than checkpoint_bytes_max.
    void write(const sdk::TaskIdentity& whose, std::string_view bytes) override;
    void remove(const sdk::TaskIdentity& whose) override;

 private:
    CheckpointFiles(std::string folder, KeyRing& keys) : folder_(std::move(folder)), keys_(keys) {}
    std::string path_of(const ObjectKey& name) const;
    void sweep_at_times();

    const std::string folder_;
    KeyRing& keys_;
    std::mutex mutex_;
    std::chrono::steady_clock::time_point next_sweep_{};
};

}  // namespace kontor::objects
