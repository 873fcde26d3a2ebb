// The `kontor` command line. One program is both: what needs the daemon's own rooms comes in
// through hooks, everything else is a client of the REST API. Thread: main's; returns when the
// command is done.
#pragma once

#include "spec/spec.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace kontor::cli {

// What a shell or a service manager can tell apart. `kontor --help` lists them.
enum ExitCode : int {
    ExitOk = 0,           // done; with --wait: the run succeeded
    ExitFailed = 1,       // refused by the daemon, invalid file, or the run failed
    ExitCancelled = 2,    // the run was cancelled
    ExitUsage = 64,       // wrong command line
    ExitUnreachable = 69  // no daemon answers
};

// Absent values are the daemon's to decide: configuration file, then default.
struct ServeOptions {
    std::optional<std::string> data_folder;  // --data, else $KONTOR_DATA
    std::string data_folder_otherwise;       // where the configuration file names none either
    std::optional<int> port;
    std::optional<std::string> address;
    std::optional<std::string> config_file;
    std::optional<std::string> database_url;
    std::optional<std::string> workflows_folder;
    bool plain_http = false;
};

struct DemoOptions {
    ServeOptions serve;
    std::int64_t items = 0;  // in all, spread over the countries; 0: the demo's default
    bool exit_at_end =
        false;  // stop afterwards; status 0 only if every country got its predictions
};

struct DemoDataOptions {
    std::int64_t items = 0;  // in all, spread over the countries; 0: the default
    std::uint64_t seed = 1;
    std::string period;        // YYYY-MM, the month of the sold items; empty: the current one
    std::string database_url;  // empty: the warehouse of the data folder's embedded cluster
    std::optional<std::string> data_folder;
};

struct CliHooks {
    std::string version;
    std::function<int(const ServeOptions&)> serve;
    std::function<int(const DemoOptions&)> demo;
    std::function<int(const DemoDataOptions&)> demo_data;
    // What `kontor validate` may find named in a workflow. Called once, by that command only.
    std::function<spec::Vocabulary()> vocabulary;
    // What a model's package is, in a sentence; it is read by a process of its own.
    std::function<Result<std::string>(std::string_view)> check_package;
};

// Runs the command in `argv` and returns its exit code. Prints to standard output and error.
int run_cli(int argc, const char* const* argv, const CliHooks& hooks);

}  // namespace kontor::cli
