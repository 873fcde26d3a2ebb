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
};

class LogSink {
 public:
    virtual ~LogSink() = default;
    // Never blocks; past a bound the oldest unwritten lines of the same attempt are replaced by one line that counts them.
    virtual void write(LogLine line) = 0;
};

}  // namespace kontor::ports
