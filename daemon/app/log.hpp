// The daemon's own log, and the one way by which it reaches standard error: secrets are taken out
// behind every call that logs. Thread: any. Owner: the process.
#pragma once

#include "exec/redaction.hpp"

#include <spdlog/formatter.h>

#include <memory>
#include <string>
#include <string_view>

namespace kontor::app {

// Log lines go to standard error, from `level` (debug, info, warn, error) on. Once, before anything
// logs.
void set_up_logging(const std::string& level);

// From now on these are taken out of whatever is logged or complained about. Before the first call
// tokens are.
void hide_in_log(exec::Redaction redaction);

// What the log would make of `text`.
std::string for_log(std::string_view text);

// The pattern of the log's lines, applied to a message without its secrets.
std::unique_ptr<spdlog::formatter> make_log_formatter();

}  // namespace kontor::app
