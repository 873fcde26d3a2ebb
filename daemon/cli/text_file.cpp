#include "cli/text_file.hpp"

#include "base/limits.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace kontor::cli {

Result<std::string> read_text_file(const std::string& path) {
    std::error_code ignored;
    if (path != "-" && std::filesystem::is_directory(path, ignored)) {
        return invalid("", path + " is a folder; name a file");
    }
    std::ifstream file;
    if (path != "-") {
        errno = 0;
        file.open(path, std::ios::binary);
        if (!file) {
            return invalid("", "cannot read " + path + ": " + std::strerror(errno));
        }
    }
    std::istream& stream = path == "-" ? std::cin : file;
    // One byte more than allowed, to see that there is more.
    std::string text(limits::workflow_bytes_max + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > limits::workflow_bytes_max) {
        return invalid(
            "",
            path + " is larger than " + std::to_string(limits::workflow_bytes_max / 1024) + " KiB"
        );
    }
    return text;
}

}  // namespace kontor::cli
