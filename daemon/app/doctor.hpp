// ports::Doctor over the database (the query `doctor`), the keys and the disk. Owner: Daemon. Thread: any.
#pragma once

#include <string>
#include <utility>

#include "ports/doctor.hpp"
#include "ports/keys.hpp"
#include "ports/reads.hpp"
#include "ports/workflow_folder.hpp"

namespace kontor::app {

class DaemonDoctor final : public ports::Doctor {
 public:
    // `folder`: whose disk is looked at. `workflows`: nullptr when no folder is watched.
    DaemonDoctor(ports::Reads& reads, ports::Keys& keys, std::string folder, ports::WorkflowFolder* workflows)
        : reads_(reads), keys_(keys), folder_(std::move(folder)), workflows_(workflows) {}
    Result<Json> look() override;

 private:
    ports::Reads& reads_;
    ports::Keys& keys_;
    const std::string folder_;
    ports::WorkflowFolder* const workflows_;
};

// Shares of a disk's size that are free: below the first the check warns, below the second it fails.
JsonObject disk_check(const std::string& folder, double warns, double fails);
JsonObject keys_check(ports::Keys& keys);
// `told`: by ports::WorkflowFolder.
JsonObject workflows_check(const Json& told);
// The gravest of them.
std::string state_of(const JsonArray& checks);

}  // namespace kontor::app
