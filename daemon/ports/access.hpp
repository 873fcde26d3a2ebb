// Rows about who may do what and who did what: tokens, when they were used, the record of mutations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"

namespace kontor::ports {

// A token as the database keeps it: its secret is known nowhere but to whom it was given.
struct TokenRow {
    std::int64_t id = 0;
    std::string name;  // unique among those that are not revoked
    std::string hash;  // SHA-256 of the secret, 64 lowercase hex digits
    std::string role;  // viewer operator reviewer admin
    Json countries;    // ["DE", ...]; null: all
    Instant created_at;
    std::string created_by;
    std::optional<Instant> expires_at;
    std::optional<Instant> revoked_at;
};
struct TokenUse {
    std::int64_t token = 0;
    Instant at;
};

// One mutation on the record, carried out or refused. Rows are only ever added.
struct AuditRow {
    Instant at;
    std::string who;  // the token's name
    std::string role;
    std::string route;     // "POST /v1/runs/{id}/cancel"
    std::string resource;  // "/v1/runs/17/cancel"
    std::string country;   // that it was aimed at; empty: none, or all
    bool dry_run = false;
    std::string reason;  // as given; empty: none was
    int status = 0;      // of the answer
    std::string correlation;
};

}  // namespace kontor::ports
