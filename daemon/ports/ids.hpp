// The numbers by which rows are known. All come from one counter of the conductor, but epoch and seq.
#pragma once

#include <cstdint>

namespace kontor::ports {

using RunId = std::int64_t;
using TaskId = std::int64_t;  // a task instance
using Epoch = std::int64_t;   // grows by one with every new leader
using Seq = std::int64_t;     // grows by one with every commit

}  // namespace kontor::ports
