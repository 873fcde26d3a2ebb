// Objects as encrypted files below one folder, each at the path that its key names.
// Written to a temporary name, synced, renamed; known to the world once the conductor has recorded it.
// Thread: any. Owner: app. Sessions, readers and writers may outlive neither it nor their task.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "objects/files.hpp"
#include "objects/grants.hpp"
#include "objects/key_ring.hpp"
#include "objects/object_key.hpp"
#include "ports/object_store.hpp"

namespace kontor::objects {

// Bytes encrypted at a time. Larger gains no speed; smaller costs seventeen bytes each.
inline constexpr std::size_t piece_bytes = 64U * 1024;

class LocalObjects final : public ports::ObjectStore {
 public:
    // Makes the folder (0700) and the key file when they are missing; removes temporary files that no process is writing.
    // Errors: Invalid, Unavailable: one sentence for the operator.
    static Result<std::unique_ptr<LocalObjects>> open(const std::string& folder, const std::string& key_file, Grants grants);

    // A task with a country may only touch objects of that country and of "all", whatever its role is granted.
    std::unique_ptr<ports::ObjectSession> session(const sdk::TaskIdentity& identity, const std::string& role) override;

    // Keys of the files that are older than this, until `visit` returns false; one that comes meanwhile may be missed.
    // Errors: Unavailable.
    Result<void> for_each_older(Instant written_before, const std::function<bool(std::string key)>& visit) const;
    // The file, and the folders of its country and run when nothing else is in them. One that is not there is removed.
    // Errors: Unavailable.
    Result<void> remove(const std::string& key) const;

    // Visits every object until `visit` returns false; one that comes meanwhile may be missed. Errors: Unavailable.
    Result<void> for_each(const std::function<bool(const ObjectKey&)>& visit) const;

    const std::string& folder() const { return folder_; }
    KeyRing& keys() { return *keys_; }

 private:
    friend class LocalSession;
    friend class LocalWriter;
    friend class LocalReader;
    LocalObjects(std::string folder, Grants grants, std::unique_ptr<KeyRing> keys);

    const std::string folder_;
    const Grants grants_;
    const std::unique_ptr<KeyRing> keys_;
    FolderMaker folders_;
};

}  // namespace kontor::objects
