// Cuts a stream of bytes into lines; keeps no more than one line of the allowed length.
// Thread: one at a time. Owner: the stream of one request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace kontor::samples {

class LineCutter {
 public:
    explicit LineCutter(std::size_t line_bytes_max) : max_(line_bytes_max) {}

    // Calls take(number, text, too_long) for each line that ends in `bytes`: without its end, from number 1; of one that is too
    // long no text. What `take` says ends it.
    template <class Take>
    Result<void> push(std::string_view bytes, Take take) {
        while (!bytes.empty()) {
            const std::size_t end = bytes.find('\n');
            add(bytes.substr(0, end));
            if (end == std::string_view::npos) {
                return {};
            }
            bytes.remove_prefix(end + 1);
            if (Result<void> taken = give(take); !taken) {
                return taken;
            }
        }
        return {};
    }
    // The last line needs no end.
    template <class Take>
    Result<void> end(Take take) {
        return line_.empty() && !too_long_ ? Result<void>() : give(take);
    }

 private:
    void add(std::string_view part) {
        too_long_ = too_long_ || line_.size() + part.size() > max_;
        if (too_long_) {
            line_.clear();
        } else {
            line_.append(part);
        }
    }
    template <class Take>
    Result<void> give(Take& take) {
        ++number_;
        std::string_view text = line_;
        if (text.ends_with('\r')) {
            text.remove_suffix(1);
        }
        const Result<void> taken = take(number_, text, too_long_);
        line_.clear();
        too_long_ = false;
        return taken;
    }

    const std::size_t max_;
    std::int64_t number_ = 0;
    std::string line_;
    bool too_long_ = false;
};

}  // namespace kontor::samples
