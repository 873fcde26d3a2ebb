#include "embedded_pg/folders.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "embedded_pg/child.hpp"

namespace kontor::embedded_pg {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view temporary_prefix = "/tmp/kontor-pg-";
// In the root folder: where the socket folder in /tmp is, for the start after a crash.
constexpr std::string_view temporary_note = "socket-folder";
// sockaddr_un holds 107 bytes of path and a NUL; PostgreSQL adds this name.
constexpr std::size_t socket_path_max = 107;
constexpr std::string_view socket_name = "/.s.PGSQL.5432";
// A server log beyond this is set aside at the next start, one generation.
constexpr std::uintmax_t log_bytes_max = 16U * 1024U * 1024U;

Error unusable(const std::string& what) {
    return invalid("embedded_pg", "the database folder cannot be used: " + what);
}

Result<void> own_folder(const fs::path& folder, const ServerAccount& account) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return unusable("cannot make " + folder.string() + ": " + error.message());
    }
    if (account.drop && chown(folder.c_str(), account.user, account.group) != 0) {
        return unusable("cannot give " + folder.string() + " to '" + account.name + "': " + std::strerror(errno));
    }
    if (chmod(folder.c_str(), 0700) != 0) {
        return unusable("cannot set the permissions of " + folder.string() + ": " + std::strerror(errno));
    }
    return {};
}

// A daemon that was killed could not remove its folder in /tmp. Only a folder of ours is touched, whatever the note says.
void remove_forgotten_socket_folder(const fs::path& root, const ServerAccount& account) {
    const fs::path note = root / temporary_note;
    std::ifstream file(note);
    std::string folder;
    if (!std::getline(file, folder)) {
        return;
    }
    struct stat found {};
    const bool named_so = folder.starts_with(temporary_prefix) && folder.find('/', temporary_prefix.size()) == std::string::npos;
    const uid_t owner = account.drop ? account.user : geteuid();
    std::error_code ignored;  // a folder in /tmp more or less harms nobody
    if (named_so && lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == owner) {
        fs::remove_all(folder, ignored);
    }
    fs::remove(note, ignored);
}

Result<fs::path> temporary_socket_folder(const fs::path& root, const ServerAccount& account) {
    std::string pattern = std::string(temporary_prefix) + "XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
        return unusable(std::string("cannot make a folder for its socket in /tmp: ") + std::strerror(errno));
    }
    const fs::path folder = pattern;
    if (Result<void> owned = own_folder(folder, account); !owned) {
        return owned.error();
    }
    std::ofstream(root / temporary_note) << pattern << '\n';
    return folder;
}

void sync_folder(const fs::path& folder) {
    const int handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle >= 0) {
        fsync(handle);
        close(handle);
    }
}

// Of a fresh cluster: its three databases take 22 MiB, and the write-ahead log begins with 16 and is soon larger.
constexpr std::uintmax_t cluster_bytes_min = 64U * 1024U * 1024U;

std::string last_line(const std::string& text) {
    const std::size_t end = text.find_last_not_of(" \n");
    if (end == std::string::npos) {
        return "it said nothing";
    }
    const std::size_t start = text.rfind('\n', end);
    return text.substr(start == std::string::npos ? 0 : start + 1, end - (start == std::string::npos ? 0 : start + 1) + 1);
}

// initdb ends its complaint with what it did about it; the cause stands in the line with "error" or "FATAL".
std::string cause_in(const std::string& output) {
    for (const std::string_view mark : {"FATAL: ", "error: ", "ERROR: "}) {
        const std::size_t at = output.find(mark);
        if (at != std::string::npos) {
            const std::size_t start = at + mark.size();
            return output.substr(start, output.find('\n', start) - start);
        }
    }
    return last_line(output);
}

}  // namespace

Result<Folders> make_folders(const fs::path& root, const ServerAccount& account) {
    std::error_code error;
    Folders folders;
    folders.root = fs::absolute(root, error).lexically_normal();
    if (!folders.root.has_filename()) {
        folders.root = folders.root.parent_path();  // a trailing slash
    }
    folders.data = folders.root / "data";
    folders.socket = folders.root / "socket";
    folders.log = folders.root / "server.log";
    if (Result<void> owned = own_folder(folders.root, account); !owned) {
        return owned.error();
    }
    const std::string blocked = why_unusable(folders.root, account);
    folders.hidden = !blocked.empty() && account.drop;
    if (!blocked.empty() && !folders.hidden) {
        return unusable(blocked + ": choose another data folder or change its owner");
    }
    remove_forgotten_socket_folder(folders.root, account);
    if (folders.hidden || folders.socket.string().size() + socket_name.size() > socket_path_max) {
        Result<fs::path> made = temporary_socket_folder(folders.root, account);
        if (!made) {
            return made.error();
        }
        folders.socket = *made;
        folders.socket_is_temporary = true;
    } else if (Result<void> owned = own_folder(folders.socket, account); !owned) {
        return owned.error();
    }
    if (fs::file_size(folders.log, error) > log_bytes_max && !error) {
        fs::rename(folders.log, folders.root / "server.log.1", error);
    }
    return folders;
}

int major_in(const fs::path& data) {
    std::ifstream file(data / "PG_VERSION");
    int major = 0;
    return file >> major ? major : 0;
}

Result<void> initialise(const Folders& folders, const Binaries& binaries, const ServerAccount& account) {
    const fs::path fresh = folders.root / "data.new";
    std::error_code error;
    fs::remove_all(fresh, error);  // of an initdb that was cut off
    if (Result<void> owned = own_folder(fresh, account); !owned) {
        return owned.error();
    }
    const fs::space_info space = fs::space(fresh, error);
    if (!error && space.available < cluster_bytes_min) {
        return unusable(
            "the disk is full: " + std::to_string(space.available >> 20U) + " MiB are free in " + folders.root.string() + ", a database needs " +
            std::to_string(cluster_bytes_min >> 20U) + "; make room or choose another folder"
        );
    }
    const Program initdb{
        binaries.folder / "initdb",
        {"--pgdata=" + (folders.hidden ? std::string(entered_name) : fresh.string()), "--username=kontor", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8",
         "--locale=C", "--no-instructions"},
        account, folders.hidden ? fresh : fs::path()
    };
    const Result<Finished> made = run_program(initdb);
    if (!made) {
        return made.error();
    }
    if (made->status != 0) {
        fs::remove_all(fresh, error);
        return unusable("initdb failed in " + folders.root.string() + ": " + cause_in(made->output));
    }
    fs::rename(fresh, folders.data, error);
    if (error) {
        return unusable("cannot rename " + fresh.string() + ": " + error.message());
    }
    sync_folder(folders.root);
    return {};
}

fs::path data_for_server(const Folders& folders) { return folders.hidden ? fs::path(entered_name) : folders.data; }

void remove_socket_folder(const Folders& folders) {
    if (folders.socket_is_temporary) {
        std::error_code ignored;  // a folder in /tmp more or less harms nobody
        fs::remove_all(folders.socket, ignored);
        fs::remove(folders.root / temporary_note, ignored);
    }
}

}  // namespace kontor::embedded_pg
