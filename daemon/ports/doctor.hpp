// What `kontor doctor` asks: whether the rows keep their promises, and what the machine still has. Reads only.
// The adapter is app/doctor.hpp. Thread: any.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

namespace kontor::ports {

class Doctor {
 public:
    virtual ~Doctor() = default;
    // {state: ok|warn|fail, checks: [{name, state, count, found, sentence, remedy}], sizes, oldest_transaction, longest_waiting}
    // Errors: of the database. What else cannot be looked at is a check that fails.
    virtual Result<Json> look() = 0;
};

}  // namespace kontor::ports
