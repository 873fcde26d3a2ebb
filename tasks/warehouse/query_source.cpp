#include "tasks/warehouse/query_source.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::warehouse {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& sentence) {
    throw sdk::TaskFailure(sdk::FailureClass::Config, sentence);
}

bool lies_below(const fs::path& folder, const fs::path& path) {
    const auto [in_folder, in_path] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return in_folder == folder.end() && in_path != path.end();
}

}  // namespace

std::string read_query(const fs::path& folder, const std::string& name) {
    if (name.empty() || name.find('\0') != std::string::npos || fs::path(name).is_absolute()) {
        refuse("with.query must be a path relative to the workflows folder, such as queries/items.sql");
    }
    std::error_code error;
    const fs::path root = fs::canonical(folder, error);
    if (error) {
        refuse("the workflows folder " + folder.string() + " cannot be opened (" + error.message() + ")");
    }
    const fs::path looked_at = (root / name).lexically_normal();
    const fs::path path = fs::weakly_canonical(looked_at, error);
    if (error || !lies_below(root, looked_at) || !lies_below(root, path)) {
        refuse("with.query '" + name + "' leads out of the workflows folder " + root.string() + ": queries are read from within it");
    }
    if (!fs::is_regular_file(path, error)) {
        refuse("the query file '" + name + "' does not exist (looked at " + looked_at.string() +
               "): write it there, or mend with.query; then redrive");
    }
    const auto bytes = fs::file_size(path, error);
    if (error || bytes > query_bytes_max) {
        refuse("the query file " + looked_at.string() + " is larger than " + std::to_string(query_bytes_max) + " bytes: it cannot be a query");
    }
    std::ifstream file(path, std::ios::binary);
    std::string text(bytes, '\0');
    if (!file.read(text.data(), static_cast<std::streamsize>(bytes))) {
        refuse("the query file " + looked_at.string() + " cannot be read: check its permissions");
    }
    return text;
}

}  // namespace kontor::tasks::warehouse
