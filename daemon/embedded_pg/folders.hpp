// The folders of a cluster: made, handed to the server's account, initialised by initdb.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "embedded_pg/binaries.hpp"

namespace kontor::embedded_pg {

struct Folders {
    std::filesystem::path root;
    std::filesystem::path data;    // PostgreSQL's own
    std::filesystem::path socket;  // short enough for AF_UNIX; outside root where root is too long
    std::filesystem::path log;
    bool socket_is_temporary = false;
    // The server's account may not enter a folder above (root's home, for example): it is handed the open folder instead.
    bool hidden = false;
};

// Makes the folders with 0700 for `account`. Errors: Invalid, with a sentence that names the folder and what to do.
Result<Folders> make_folders(const std::filesystem::path& root, const ServerAccount& account);
// The major version of what lies in `data`; 0 when it is not initialised.
int major_in(const std::filesystem::path& data);
// Ensures: `data` holds a whole cluster or does not exist: initdb works beside it and the result is renamed.
Result<void> initialise(const Folders& folders, const Binaries& binaries, const ServerAccount& account);
// How the server's account names `data`.
std::filesystem::path data_for_server(const Folders& folders);
void remove_socket_folder(const Folders& folders);

}  // namespace kontor::embedded_pg
