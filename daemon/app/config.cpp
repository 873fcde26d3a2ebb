#include "app/config.hpp"

#include "core/fair/pools.hpp"

#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace kontor::app {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// Beside the program in a checkout (build/kontor), or in share/ when installed.
std::string default_workflows_folder() {
    if (std::string given = environment("KONTOR_WORKFLOWS"); !given.empty()) {
        return given;
    }
    std::error_code error;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
    for (const char* candidate : {"../workflows", "../share/kontor/workflows"}) {
        const std::filesystem::path folder = (program.parent_path() / candidate).lexically_normal();
        if (std::filesystem::is_directory(folder, error)) {
            return folder.string();
        }
    }
    return "";
}

struct Reader {
    const std::string& file;
    Config& config;

    [[nodiscard]] Error wrong(const YAML::Node& node, const std::string& what) const {
        return invalid("config", file + ":" + std::to_string(node.Mark().line + 1) + ": " + what);
    }
    Result<void> text(const YAML::Node& node, const std::string& key, std::string& into) const {
        if (!node.IsScalar()) {
            return wrong(node, "'" + key + "' must be a text");
        }
        into = node.Scalar();
        return {};
    }
    Result<void> number(const YAML::Node& node, const std::string& key, int least, int most, auto& into) const {
        int value = 0;
        if (!node.IsScalar() || !YAML::convert<int>::decode(node, value) || value < least || value > most) {
            return wrong(node, "'" + key + "' must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        }
        into = static_cast<std::remove_reference_t<decltype(into)>>(value);
        return {};
    }
    Result<void> texts(const YAML::Node& node, const std::string& key, auto& into) const {
        if (!node.IsMap()) {
            return wrong(node, "'" + key + "' must be a mapping of names to texts");
        }
        for (const auto& entry : node) {
            const std::string& name = entry.first.Scalar();
            if (Result<void> read = text(entry.second, key + "." + name, into[name]); !read) {
                return read;
            }
        }
        return {};
    }
};

// {default: 15, DE: 10}
Result<void> read_due_days(const Reader& reader, const YAML::Node& node, core::filing::DueDays& days) {
    if (!node.IsMap()) {
        return reader.wrong(node, "'report_due_days' must be a mapping of countries, or 'default', to days of a month");
    }
    for (const auto& entry : node) {
        const std::string& name = entry.first.Scalar();
        const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
        if (name != "default" && !(name.size() == 2 && capital(name[0]) && capital(name[1]))) {
            return reader.wrong(entry.first, "'" + name + "' in 'report_due_days' is neither 'default' nor a country, two capital letters");
        }
        int day = 0;
        if (Result<void> read = reader.number(entry.second, "report_due_days." + name, 1, core::filing::due_day_max, day); !read) {
            return read;
        }
        (name == "default" ? days.otherwise : days.by_country[name]) = day;
    }
    return {};
}

// {runs_days: 730, logs_days: 90, events_days: 400}; 0 keeps for ever
Result<void> read_retention(const Reader& reader, const YAML::Node& node, ports::RetentionPolicy& policy) {
    constexpr int days_max = 36'500;
    if (!node.IsMap()) {
        return reader.wrong(node, "'retention' must be a mapping: runs_days, logs_days, events_days, objects_days");
    }
    for (const auto& entry : node) {
        const std::string& name = entry.first.Scalar();
        int* days = name == "runs_days"      ? &policy.runs_days
                    : name == "logs_days"    ? &policy.logs_days
                    : name == "events_days"  ? &policy.events_days
                    : name == "objects_days" ? &policy.objects_days
                                             : nullptr;
        if (days == nullptr) {
            return reader.wrong(entry.first, "there is no 'retention." + name + "'; there are runs_days, logs_days, events_days and objects_days");
        }
        if (Result<void> read = reader.number(entry.second, "retention." + name, 0, days_max, *days); !read) {
            return read;
        }
    }
    return {};
}

Json to_json(const YAML::Node& node) {
    if (node.IsMap()) {
        JsonObject object;
        for (const auto& entry : node) {
            object[entry.first.Scalar()] = to_json(entry.second);
        }
        return object;
    }
    if (node.IsSequence()) {
        JsonArray array;
        for (const auto& item : node) {
            array.push_back(to_json(item));
        }
        return array;
    }
    return node.IsScalar() ? Json(node.Scalar()) : Json();
}

Result<void> read_key(const Reader& reader, const std::string& key, const YAML::Node& value) {
    Config& config = reader.config;
    if (key == "data_folder") {
        return reader.text(value, key, config.data_folder);
    }
    if (key == "address") {
        return reader.text(value, key, config.address);
    }
    if (key == "port") {
        return reader.number(value, key, 0, 65535, config.port);
    }
    if (key == "plain_http") {
        if (!value.IsScalar() || !YAML::convert<bool>::decode(value, config.plain_http)) {
            return reader.wrong(value, "'plain_http' must be true or false");
        }
        return {};
    }
    if (key == "database_url") {
        return reader.text(value, key, config.database_url);
    }
    if (key == "workflows_folder") {
        return reader.text(value, key, config.workflows_folder);
    }
    if (key == "inbox_folder") {
        return reader.text(value, key, config.inbox_folder);
    }
    if (key == "cores") {
        return reader.number(value, key, 0, 1024, config.cores);
    }
    if (key == "io_slots") {
        return reader.number(value, key, 1, 4096, config.io_slots);
    }
    if (key == "memory_mb") {
        return reader.number(value, key, 0, core::fair::pool_slots_max, config.memory_mb);
    }
    if (key == "live_threads") {
        return reader.number(value, key, 0, 1024, config.live_threads);
    }
    if (key == "live_models") {
        return reader.number(value, key, 1, 10'000, config.live_models);
    }
    if (key == "live_memory_mb") {
        return reader.number(value, key, 1, 1'000'000, config.live_memory_mb);
    }
    if (key == "log_level") {
        return reader.text(value, key, config.log_level);
    }
    if (key == "warehouses") {
        return reader.texts(value, key, config.warehouses);
    }
    if (key == "settings") {
        return reader.texts(value, key, config.settings);
    }
    if (key == "roles") {
        config.roles = to_json(value);
        return {};
    }
    if (key == "report_due_days") {
        return read_due_days(reader, value, config.report_due_days);
    }
    if (key == "retention") {
        return read_retention(reader, value, config.retention);
    }
    return reader.wrong(
        value, "there is no setting '" + key +
                   "'; there are data_folder, address, port, plain_http, database_url, workflows_folder, inbox_folder, cores, io_slots, "
                   "memory_mb, live_threads, live_models, live_memory_mb, log_level, warehouses, settings, roles, report_due_days and retention"
    );
}

Result<void> read_file(const std::string& file, Config& config) {
    try {
        const YAML::Node root = YAML::LoadFile(file);
        if (!root.IsMap()) {
            return invalid("config", file + ": must be a mapping of settings");
        }
        const Reader reader{file, config};
        for (const auto& entry : root) {
            if (Result<void> read = read_key(reader, entry.first.Scalar(), entry.second); !read) {
                return read;
            }
        }
        return {};
    } catch (const YAML::BadFile&) {
        return invalid("config", "the configuration file " + file + " cannot be read");
    } catch (const YAML::Exception& e) {
        return invalid("config", file + ":" + std::to_string(e.mark.line + 1) + ": " + e.msg);
    }
}

Result<void> apply_environment(const Overrides& overrides, Config& config) {
    const std::string port = environment("KONTOR_PORT");
    if (port.empty() || overrides.port) {
        return {};
    }
    char* end = nullptr;
    const long value = std::strtol(port.c_str(), &end, 10);
    if (*end != '\0' || value < 0 || value > 65535) {
        return invalid("config", "KONTOR_PORT is '" + port + "', not a port from 0 to 65535");
    }
    config.port = static_cast<std::uint16_t>(value);
    return {};
}

}  // namespace

Result<Config> load_config(const Overrides& overrides) {
    Config config;
    if (overrides.config_file) {
        if (Result<void> read = read_file(*overrides.config_file, config); !read) {
            return read.error();
        }
    }
    if (config.data_folder.empty()) {
        config.data_folder = overrides.data_folder_otherwise;
    }
    if (config.workflows_folder.empty()) {
        config.workflows_folder = default_workflows_folder();
    }
    if (Result<void> applied = apply_environment(overrides, config); !applied) {
        return applied.error();
    }
    config.data_folder = overrides.data_folder.value_or(config.data_folder);
    config.address = overrides.address.value_or(config.address);
    config.plain_http = config.plain_http || overrides.plain_http;
    config.port = static_cast<std::uint16_t>(overrides.port.value_or(config.port));
    config.database_url = overrides.database_url.value_or(config.database_url);
    config.workflows_folder = overrides.workflows_folder.value_or(config.workflows_folder);
    const std::string& url = config.database_url;
    const bool known_form = url.starts_with("postgresql://") || url.starts_with("postgres://") || url.find('=') != std::string::npos;
    // libpq would take anything else for the name of a database and look for a server of its own choice.
    if (!url.empty() && (!known_form || (url.find("://") != std::string::npos && !url.starts_with("postgres")))) {
        return invalid("config", "the database URL must begin with postgresql:// (or be a list of key=value)");
    }
    if (config.memory_mb == 0) {
        // The rest is for the database, the system's caches and the daemon itself.
        const double bytes = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
        config.memory_mb = static_cast<int>(std::clamp(bytes * 0.8 / 1e6, 0.0, static_cast<double>(core::fair::pool_slots_max)));
    }
    if (config.cores == 0) {
        config.cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    }
    std::error_code error;
    config.data_folder = std::filesystem::absolute(config.data_folder, error).lexically_normal().string();
    if (config.inbox_folder.empty()) {
        config.inbox_folder = config.data_folder + "/inbox";
    }
    config.inbox_folder = std::filesystem::absolute(config.inbox_folder, error).lexically_normal().string();
    if (!config.workflows_folder.empty()) {
        config.workflows_folder = std::filesystem::absolute(config.workflows_folder, error).lexically_normal().string();
    }
    return config;
}

}  // namespace kontor::app
