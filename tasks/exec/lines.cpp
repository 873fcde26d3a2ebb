#include "tasks/exec/lines.hpp"

#include <charconv>

namespace kontor::tasks::exec {

void LineCutter::add(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::size_t room = line_bytes_max - rest_.size();
        if (end != std::string_view::npos && end <= room) {
            rest_ += bytes.substr(0, end);
            if (!rest_.empty() && rest_.back() == '\r') {
                rest_.pop_back();
            }
            take_(rest_);
            rest_.clear();
            bytes.remove_prefix(end + 1);
            continue;
        }
        rest_ += bytes.substr(0, room);
        bytes.remove_prefix(std::min(room, bytes.size()));
        if (rest_.size() == line_bytes_max && !bytes.empty()) {
            take_(rest_);
            rest_.clear();
        }
    }
}

void LineCutter::finish() {
    if (!rest_.empty()) {
        take_(rest_);
        rest_.clear();
    }
}

std::optional<ProgressLine> progress_line(std::string_view line) {
    constexpr std::string_view word = "progress ";
    if (!line.starts_with(word)) {
        return std::nullopt;
    }
    line.remove_prefix(word.size());
    ProgressLine progress;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), progress.fraction);
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    const bool in_range = progress.fraction >= 0.0 && progress.fraction <= 1.0;
    if (error != std::errc() || !in_range || (!line.empty() && line.front() != ' ')) {
        return std::nullopt;
    }
    progress.text = line.empty() ? line : line.substr(1);
    return progress;
}

}  // namespace kontor::tasks::exec
