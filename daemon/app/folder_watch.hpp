// Deploys the workflow files of a folder: all of them when the daemon takes the lead, and each one again when it changes.
// A file that cannot be deployed keeps the others from nothing, and says why for as long as it lies there. A file that goes
// away retires nothing: a folder that is not mounted would end everything.
// Owner: Daemon. Thread: look() from one at a time; told() from any.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "engine/api.hpp"
#include "engine/conductor_types.hpp"
#include "ports/workflow_folder.hpp"

namespace kontor::app {

class FolderWatch final : public ports::WorkflowFolder {
 public:
    using Deploy = std::function<Result<engine::Reply>(engine::DeployRequest)>;
    // How often to look, and after how long a file is offered again, be it refused for what still waits or in force.
    static constexpr auto every = std::chrono::seconds(1);
    static constexpr auto again = std::chrono::seconds(10);

    FolderWatch(std::string folder, engine::ParseWorkflow parse, Deploy deploy);

    // `first`: files are taken as they are; later, one that changes is taken once it has stayed the same from one look to the next.
    // Errors: what the engine says of itself (it does not lead, its store is away); what is wrong with a file is told().
    Result<void> look(Instant now, bool first);
    Json told() const override;

 private:
    struct Stamp {
        std::filesystem::file_time_type changed;
        std::uintmax_t bytes = 0;
        bool operator==(const Stamp&) const = default;
    };
    struct File {
        Stamp stamp;
        bool settled = false;
        std::string text, workflow, hash;  // hash: empty when it is no workflow
        std::string state = "waits", sentence;
        Instant since;
        Instant offer_at;  // again
    };
    void list(Instant now, bool first);
    void read(const std::string& name, File& file);
    Result<void> offer(const std::string& name, File& file, Instant now);
    void say(const std::string& name, File& file, std::string state, std::string sentence, Instant now);

    const std::string folder_;
    const engine::ParseWorkflow parse_;
    const Deploy deploy_;
    mutable std::mutex mutex_;  // of what told() reads: never held while the engine is asked
    std::string fault_;
    std::map<std::string, File> files_;  // by name
};

}  // namespace kontor::app
