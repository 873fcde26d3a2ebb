// Cuts what a program prints into lines for the log, within bounds. Pure. Owner: ExecTask, one per stream.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::tasks::exec {

// A longer line is logged in pieces of this size.
inline constexpr std::size_t line_bytes_max = 4096;

class LineCutter {
 public:
    using Take = std::function<void(std::string_view line)>;
    explicit LineCutter(Take take) : take_(std::move(take)) {}
    void add(std::string_view bytes);
    // The last line, when it has no end.
    void finish();

 private:
    Take take_;
    std::string rest_;
};

struct ProgressLine {
    double fraction = 0;
    std::string_view text;
};
// "progress 0.4 reading rows"; nullopt for any other line.
std::optional<ProgressLine> progress_line(std::string_view line);

}  // namespace kontor::tasks::exec
