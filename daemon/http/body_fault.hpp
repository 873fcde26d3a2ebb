// What the client hears of a body that cannot be read. Thread: any; pure.
#pragma once

#include "http/message.hpp"

#include <boost/asio/error.hpp>

#include <cstdint>
#include <optional>

namespace kontor::http {

// nullopt: the connection is gone, there is nobody to hear it. Requires: there is an error.
std::optional<Response> body_refusal(const boost::system::error_code& error, std::uint64_t bytes_max);

}  // namespace kontor::http
