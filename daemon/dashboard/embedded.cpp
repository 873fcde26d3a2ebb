#include "dashboard/embedded.hpp"

#include <algorithm>

#include "dashboard/embedded_table.hpp"

namespace kontor::dashboard {
namespace {

const EmbeddedFile* look_up(std::span<const EmbeddedFile> table, std::string_view path) {
    const auto at = std::ranges::lower_bound(table, path, {}, &EmbeddedFile::path);
    return at != table.end() && at->path == path ? &*at : nullptr;
}

}  // namespace

const EmbeddedFile* find(std::string_view path, bool gzip_accepted) {
    if (path == "/") path = "/index.html";
    if (gzip_accepted) {
        if (const auto* packed = look_up(packed_table(), path)) return packed;
    }
    return look_up(plain_table(), path);
}

std::span<const EmbeddedFile> files() { return plain_table(); }

}  // namespace kontor::dashboard
