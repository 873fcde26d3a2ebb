#include "embedded_pg/binaries.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <pwd.h>
#include <unistd.h>
#include <vector>

#include "embedded_pg/child.hpp"

namespace kontor::embedded_pg {
namespace fs = std::filesystem;
namespace {

const fs::path debian_root = "/usr/lib/postgresql";

bool has_server(const fs::path& folder) {
    return access((folder / "postgres").c_str(), X_OK) == 0 && access((folder / "initdb").c_str(), X_OK) == 0;
}

// "postgres (PostgreSQL) 15.18 (Debian ...)" -> 15; 0 when it says something else.
int major_of(const fs::path& folder) {
    const auto said = run_program({folder / "postgres", {"--version"}, ServerAccount{}, {}});
    if (!said || said->status != 0) {
        return 0;
    }
    const std::string_view text = said->output;
    const std::size_t at = text.find(") ");
    int major = 0;
    if (at != std::string_view::npos) {
        std::from_chars(text.data() + at + 2, text.data() + text.size(), major);
    }
    return major;
}

std::vector<fs::path> candidates(const fs::path& folder) {
    if (!folder.empty()) {
        return {folder};
    }
    const char* named = std::getenv("KONTOR_PG_BIN");
    if (named != nullptr && *named != '\0') {
        return {fs::path(named)};
    }
    std::vector<fs::path> found;
    std::error_code ignored;  // no such folder: no candidates
    for (const auto& entry : fs::directory_iterator(debian_root, ignored)) {
        found.push_back(entry.path() / "bin");
    }
    return found;
}

}  // namespace

Result<Binaries> find_binaries(const fs::path& folder, int wanted_major) {
    Binaries best;
    std::string looked_in;
    for (const fs::path& candidate : candidates(folder)) {
        looked_in += (looked_in.empty() ? "" : ", ") + candidate.string();
        const int major = has_server(candidate) ? major_of(candidate) : 0;
        if (major > best.major && (wanted_major == 0 || major == wanted_major)) {
            best = Binaries{candidate, major};
        }
    }
    if (best.major != 0) {
        return best;
    }
    if (looked_in.empty()) {
        looked_in = (debian_root / "*/bin").string();
    }
    if (wanted_major != 0) {
        const std::string version = std::to_string(wanted_major);
        return invalid(
            "embedded_pg", "the data folder was made by PostgreSQL " + version + ", whose server is not in " + looked_in +
                               ": install the Debian package postgresql-" + version
        );
    }
    return invalid(
        "embedded_pg", "PostgreSQL's server programs (postgres, initdb) are not in " + looked_in +
                           ": install the Debian package postgresql-15, name their folder in KONTOR_PG_BIN, or give "
                           "database_url to use a server of your own"
    );
}

Result<ServerAccount> server_account() {
    if (geteuid() != 0) {
        return ServerAccount{};
    }
    for (const char* name : {"postgres", "nobody"}) {
        std::array<char, 16384> buffer{};
        passwd entry{};
        passwd* found = nullptr;
        if (getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
            return ServerAccount{true, entry.pw_uid, entry.pw_gid, name};
        }
    }
    return invalid(
        "embedded_pg", "PostgreSQL refuses to run as root, and there is neither an account 'postgres' nor 'nobody' to run it: "
                       "start kontor as another user"
    );
}

}  // namespace kontor::embedded_pg
