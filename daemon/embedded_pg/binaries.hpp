// Finds the server's programs and the account it may run under.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

#include "base/result.hpp"

namespace kontor::embedded_pg {

struct Binaries {
    std::filesystem::path folder;
    int major = 0;
};

// `wanted_major` 0: the newest. `folder` empty: $KONTOR_PG_BIN, else /usr/lib/postgresql/*/bin.
// Errors: Invalid; the message names the folders looked in and the Debian package.
Result<Binaries> find_binaries(const std::filesystem::path& folder, int wanted_major);

// PostgreSQL refuses root: then its processes run as `postgres`, or `nobody` where there is no such account.
struct ServerAccount {
    bool drop = false;  // this process is root
    uid_t user = 0;
    gid_t group = 0;
    std::string name;
};
Result<ServerAccount> server_account();

}  // namespace kontor::embedded_pg
