// One HTTP/1.1 connection: reads a head, has it checked and admitted, reads the body, has the route
// answer, writes. One request at a time; what a client pipelines waits in the buffer. Thread: io;
// handlers run on workers and post their answer back. Owner: Connections, until it ends.
#pragma once

#include "http/context.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>

namespace kontor::http {

void start_session(boost::asio::ip::tcp::socket socket, Context& context);

}  // namespace kontor::http
