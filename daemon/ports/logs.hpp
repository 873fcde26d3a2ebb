// Lines that tasks log. Not part of run state: written apart, in batches, by their own connection.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace kontor::ports {

struct LogLine {
    std::int64_t task = 0;
    int attempt = 0;
    Instant at;
    std::string level;  // debug info warn error
    std::string text;
    std::int64_t number = 0;  // from 1 among its attempt's; 0: not counted, and never left out
};

// Of a longer log of one attempt the first lines and the last ones are kept, and a line between them says how many are not.
inline constexpr std::int64_t log_head_lines = 2000;
inline constexpr std::int64_t log_tail_lines = 2000;

class LogSink {
 public:
    virtual ~LogSink() = default;
    // Never blocks; past a bound the oldest unwritten lines of the same attempt are replaced by one line that counts them.
    virtual void write(LogLine line) = 0;
};

}  // namespace kontor::ports
