// What the daemon was told in confidence, and nobody should read in a log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"

namespace kontor::app {

// The passwords of database and warehouses, as written and with their %-escapes undone; passwords in settings that are addresses;
// settings that name themselves a secret (password, secret, token, credential, or key as their last word), and keys of webhooks.
std::vector<std::string> secrets_of(const Config& config);

// Of "scheme://user:PASSWORD@host/..." (and "?password=..."), or of "... password=...": as written, and as meant. Empty: there is none.
std::vector<std::string> passwords_in(std::string_view address);

}  // namespace kontor::app
