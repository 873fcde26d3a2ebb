// A path that a route's pattern matches.
#pragma once

#include <string>
#include <string_view>

namespace kontor::http_test {

inline std::string example(std::string_view pattern) {
    std::string path;
    while (!pattern.empty()) {
        const std::size_t open = pattern.find('{');
        path += pattern.substr(0, open);
        if (open == std::string_view::npos) {
            break;
        }
        const std::size_t close = pattern.find('}');
        const std::string_view name = pattern.substr(open + 1, close - open - 1);
        path += name == "id" ? "1" : name == "country" ? "DE" : name == "period" ? "2026-11" : "train";
        pattern.remove_prefix(close + 1);
    }
    return path;
}

}  // namespace kontor::http_test
