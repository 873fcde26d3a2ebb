#include "http/listener.hpp"

#include "http/session.hpp"

#include <spdlog/spdlog.h>

namespace kontor::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Out of descriptors: others must close first, and looking more often frees none.
constexpr auto pause_length = std::chrono::milliseconds(200);

bool is_exhaustion(const error_code& error) {
    return error == boost::system::errc::too_many_files_open ||
           error == boost::system::errc::too_many_files_open_in_system ||
           error == boost::system::errc::no_buffer_space ||
           error == boost::system::errc::not_enough_memory;
}

Result<void> open_acceptor(
    asio::ip::tcp::acceptor& acceptor, const std::string& address, std::uint16_t port
) {
    error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) {
        return invalid(
            "http.bind", "'" + address + "' is not an IP address; use for example 127.0.0.1"
        );
    }
    const asio::ip::tcp::endpoint endpoint(ip, port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(asio::socket_base::reuse_address(true), error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        const std::string where = address + ":" + std::to_string(port);
        const std::string what =
            error == boost::system::errc::address_in_use
                ? "is in use by another program; stop it or choose another port"
                : "cannot be listened on: " + error.message();
        return unavailable("http.bind", where + " " + what);
    }
    return {};
}

}  // namespace

Result<void> check_exposure(const std::string& address, bool plain_http_allowed) {
    error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error || ip.is_loopback() || plain_http_allowed) {
        return {};
    }
    return invalid(
        "http.bind",
        address + " can be reached from other machines, and there is no TLS: tokens could be read on "
                  "the way; listen on 127.0.0.1 behind a proxy that has TLS, or say --plain-http "
                  "(plain_http: true) if the network is yours"
    );
}

Result<void> may_listen(
    const std::string& address, std::uint16_t port, bool plain_http_allowed
) {
    if (auto allowed = check_exposure(address, plain_http_allowed); !allowed) {
        return allowed;
    }
    asio::io_context io;
    asio::ip::tcp::acceptor acceptor(io);
    return open_acceptor(acceptor, address, port);
}

Listener::Listener(asio::io_context& io, Context& context)
    : context_(context), acceptor_(io), retry_(io) {}

Result<void> Listener::bind(const std::string& address, std::uint16_t port) {
    if (auto opened = open_acceptor(acceptor_, address, port); !opened) {
        return opened;
    }
    error_code error;
    port_ = acceptor_.local_endpoint(error).port();
    if (error) {
        return unavailable("http.bind", "the port cannot be told: " + error.message());
    }
    return {};
}

void Listener::start() {
    context_.connections.on_removed = [this] { accept(); };
    accept();
}

void Listener::stop() {
    stopped_ = true;
    context_.connections.on_removed = nullptr;
    error_code ignored;  // it is gone either way
    acceptor_.close(ignored);
    retry_.cancel();
}

void Listener::accept() {
    if (stopped_ || accepting_ || context_.connections.size() >= context_.limits.connections_max) {
        return;
    }
    accepting_ = true;
    acceptor_.async_accept([this](const error_code& error, asio::ip::tcp::socket socket) {
        accepting_ = false;
        if (stopped_) {
            return;
        }
        if (error && is_exhaustion(error)) {
            spdlog::warn("http: accepting pauses: {}", error.message());
            pause();
            return;
        }
        if (!error) {
            start_session(std::move(socket), context_);
        }
        accept();
    });
}

void Listener::pause() {
    accepting_ = true;
    retry_.expires_after(pause_length);
    retry_.async_wait([this](const error_code& error) {
        accepting_ = false;
        if (!error) {
            accept();
        }
    });
}

}  // namespace kontor::http
