// The one place where PostgreSQL's errors become Kontor's, by SQLSTATE class.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace kontor::store_pg {

// Raised by the function fence(): another conductor leads, or the batch is not the next one.
inline constexpr std::string_view sqlstate_fenced = "KO001";

// `sqlstate` empty: the connection itself failed. `statement` names what was being done.
Error translate(std::string_view sqlstate, std::string_view statement, std::string_view message);

// True when the server ends the session with this error: what it was doing may or may not have happened.
bool ends_session(std::string_view sqlstate);

}  // namespace kontor::store_pg
