// Files that go to the daemon as they are: `files send`, and a model's package. Thread: main's.
#pragma once

#include "cli/session.hpp"

#include <functional>
#include <string>

namespace kontor::cli {

struct FileOrder {
    std::string country;
    std::string file;
    std::string name;  // what it is called there; empty: as here
    bool dry_run = false;
};
int send_file(Session& session, const FileOrder& order);

struct ImportOrder {
    std::string country;
    std::string from;  // a folder as `model export` writes it, or a tar
    bool wait = false;
    bool dry_run = false;
};
// `check` reads a package in a process of its own and says in a sentence what it is.
int import_model(Session& session, const ImportOrder& order, const std::function<Result<std::string>(std::string_view)>& check);

}  // namespace kontor::cli
