// Checks against programmer errors. On in release builds; never reachable from input of any kind.
#pragma once

namespace kontor {

[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace kontor

#define KONTOR_CHECK(expression) \
    ((expression) ? static_cast<void>(0) : ::kontor::check_failed(#expression, __FILE__, __LINE__))
// Stands behind an exhaustive switch.
#define KONTOR_UNREACHABLE() ::kontor::check_failed("unreachable", __FILE__, __LINE__)
