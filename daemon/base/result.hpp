// Result<T>: a value or an Error. The one place that names the library behind it.
#pragma once

#include <boost/system/result.hpp>

#include "base/check.hpp"
#include "base/error.hpp"

namespace kontor {

template <class T>
using Result = boost::system::result<T, Error>;

// Called by result::value() on an error: taking a value that is not there is a programmer error.
[[noreturn]] inline void throw_exception_from_error(
    const Error& /*error*/, const boost::source_location& where
) {
    check_failed("Result::value() of an error", where.file_name(), static_cast<int>(where.line()));
}

inline Error invalid(std::string where, std::string message) {
    return Error{ErrorKind::Invalid, std::move(where), std::move(message), {}};
}
inline Error not_found(std::string where, std::string message) {
    return Error{ErrorKind::NotFound, std::move(where), std::move(message), {}};
}
inline Error conflict(std::string where, std::string message) {
    return Error{ErrorKind::Conflict, std::move(where), std::move(message), {}};
}
inline Error unavailable(std::string where, std::string message) {
    return Error{ErrorKind::Unavailable, std::move(where), std::move(message), {}};
}
inline Error internal(std::string where, std::string message) {
    return Error{ErrorKind::Internal, std::move(where), std::move(message), {}};
}

}  // namespace kontor
