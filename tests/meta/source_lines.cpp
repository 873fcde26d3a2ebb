#include "meta/source_lines.hpp"

#include <algorithm>
#include <cctype>

namespace kontor::meta {
namespace {

class Blanker {
  public:
    explicit Blanker(std::string_view source) : source_(source), out_(source) {}

    std::string run() {
        while (at_ < source_.size()) {
            const std::string_view rest = source_.substr(at_);
            if (rest.substr(0, 2) == "//") {
                blank_to(source_.find('\n', at_), 0);
            } else if (rest.substr(0, 2) == "/*") {
                blank_to(source_.find("*/", at_ + 2), 2);
            } else if (rest.substr(0, 2) == "R\"") {
                raw_text();
            } else if (rest.front() == '"' || (rest.front() == '\'' && !separates_digits())) {
                quoted_text(rest.front());
            } else {
                ++at_;
            }
        }
        return std::move(out_);
    }

  private:
    void blank_to(std::size_t end, std::size_t more) {
        end = end == std::string_view::npos ? source_.size() : std::min(end + more, source_.size());
        for (; at_ < end; ++at_) {
            out_[at_] = source_[at_] == '\n' ? '\n' : ' ';
        }
    }
    // 200'000
    bool separates_digits() const {
        return at_ > 0 && std::isxdigit(static_cast<unsigned char>(source_[at_ - 1])) != 0;
    }
    void raw_text() {
        const std::size_t open = source_.find('(', at_);
        if (open == std::string_view::npos) {
            at_ = source_.size();
            return;
        }
        const std::string end = ")" + std::string(source_.substr(at_ + 2, open - at_ - 2)) + "\"";
        const std::size_t close = source_.find(end, open);
        at_ = open;
        blank_to(close, end.size());
    }
    void quoted_text(char quote) {
        std::size_t end = at_ + 1;
        while (end < source_.size() && source_[end] != quote && source_[end] != '\n') {
            end += source_[end] == '\\' ? 2 : 1;
        }
        ++at_;
        blank_to(end, 0);
        ++at_;
    }

    std::string_view source_;
    std::string out_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<Line> lines_of(std::string_view source) {
    std::vector<Line> lines;
    for (std::size_t at = 0; at < source.size();) {
        const std::size_t end = std::min(source.find('\n', at), source.size());
        lines.push_back({static_cast<int>(lines.size()) + 1, source.substr(at, end - at)});
        at = end + 1;
    }
    return lines;
}

std::string code_only(std::string_view source) { return Blanker(source).run(); }

std::string place(std::string_view path, int line) {
    return std::string(path) + ":" + std::to_string(line);
}

}  // namespace kontor::meta
