// What the daemon is told: defaults, then the configuration file, then environment and command line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "core/filing/steps.hpp"
#include "ports/retention.hpp"

namespace kontor::app {

// As given on the command line; absent values are decided by the file or by default.
struct Overrides {
    std::optional<std::string> data_folder;
    std::string data_folder_otherwise{};  // when the file names none either
    std::optional<int> port;
    std::optional<std::string> address;
    std::optional<std::string> config_file;
    std::optional<std::string> database_url;
    std::optional<std::string> workflows_folder;
    bool plain_http = false;
};

struct Config {
    std::string data_folder;       // never empty
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    bool plain_http = false;       // may listen on an address that others reach, although there is no TLS
    std::string database_url;      // empty: the embedded cluster
    std::string workflows_folder;  // empty: none is deployed at start
    std::string inbox_folder;      // empty: <data_folder>/inbox
    int cores = 0;                 // 0: as many as the machine has
    int io_slots = 32;
    int memory_mb = 0;             // that tasks may say to need together; 0: four fifths of the machine's
    int live_threads = 0;          // 0: half of the cores
    int live_models = 64;          // of countries, in memory for live predictions
    int live_memory_mb = 2048;     // their files together
    std::string log_level = "info";
    std::map<std::string, std::string> warehouses;  // name -> PostgreSQL URL; the embedded cluster adds "default"
    std::map<std::string, std::string, std::less<>> settings;  // what tasks may read by name
    Json roles = JsonObject{};     // objects/grants.hpp
    core::filing::DueDays report_due_days;
    ports::RetentionPolicy retention;
};

// Errors: Invalid: the file cannot be read, has an unknown key or a wrong type: file, line and what to do.
Result<Config> load_config(const Overrides& overrides);

}  // namespace kontor::app
