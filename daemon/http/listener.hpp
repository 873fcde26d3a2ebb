// Accepts connections, and pauses instead of spinning when there are too many or the process is out
// of descriptors. Thread: io. Owner: the server.
#pragma once

#include "base/result.hpp"
#include "http/context.hpp"
#include "http/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>

namespace kontor::http {

// Invalid when others could reach the address and nobody has said that plain HTTP may go there. What
// is no address passes: to bind it fails with a better sentence.
Result<void> check_exposure(const std::string& address, bool plain_http_allowed);

class Listener {
  public:
    Listener(boost::asio::io_context& io, Context& context);

    // Errors: Invalid (not an address), Unavailable (in use, not permitted).
    Result<void> bind(const std::string& address, std::uint16_t port);
    std::uint16_t port() const { return port_; }
    void start();
    void stop();

  private:
    void accept();
    void pause();

    Context& context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer retry_;
    std::uint16_t port_ = 0;
    bool accepting_ = false;
    bool stopped_ = false;
};

}  // namespace kontor::http
