#include "http/server.hpp"

#include "http/context.hpp"
#include "http/listener.hpp"
#include "http/stream/hub.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>
#include <thread>

namespace kontor::http {

namespace asio = boost::asio;

// Members go in reverse order: what lives in the io context refers to the context above it.
struct Server::Impl {
    Impl(const ServerOptions& options, engine::Api& api)
        : address(options.address), context(options, api, now()), listener(io, context) {}

    // Runs `work` on the io thread and waits for it.
    void on_io(const std::function<void()>& work) {
        std::promise<void> done;
        asio::post(io, [&] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }

    std::string address;
    Context context;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard = asio::make_work_guard(io);
    Listener listener;
    std::optional<StreamHub> hub;
    std::thread thread;
    bool stopped = false;
};

namespace {

// After the grace connections are closed; what remains are callbacks, which take moments.
constexpr Duration abort_wait = std::chrono::seconds(5);

bool is_hash(const std::string& text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f');
           });
}

Result<void> check_options(const ServerOptions& options) {
    if (!std::all_of(options.token_hashes.begin(), options.token_hashes.end(), is_hash)) {
        return invalid(
            "http.start", "a token hash must be 64 lowercase hexadecimal digits (SHA-256)"
        );
    }
    if (auto allowed = check_exposure(options.address, options.plain_http_allowed); !allowed) {
        return allowed;
    }
    boost::system::error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (!error && !address.is_loopback() && options.token_hashes.empty()) {
        return invalid(
            "http.start",
            options.address + " is open to other machines, but there is no token; make one first"
        );
    }
    return {};
}

}  // namespace

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { stop(Duration(0)); }

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, engine::Api& api) {
    if (auto checked = check_options(options); !checked) {
        return checked.error();
    }
    auto impl = std::make_unique<Impl>(options, api);
    if (auto bound = impl->listener.bind(options.address, options.port); !bound) {
        return bound.error();
    }
    impl->hub.emplace(impl->io, impl->context.limits, api, impl->context.metrics);
    impl->context.hub = &*impl->hub;
    impl->listener.start();
    impl->context.keeper.start([state = impl.get()] {
        asio::post(state->io, [state] {
            state->context.connections.for_each([](Connection& each) { each.check_access(); });
        });
    });
    impl->thread = std::thread([state = impl.get()] {
        // Handlers throw nothing by design; what does is a fault that must not pass for an orderly
        // end.
        state->io.run();
    });
    return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const { return impl_->listener.port(); }

std::string Server::url() const {
    const bool v6 = impl_->address.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + impl_->address + "]" : impl_->address) + ":" +
           std::to_string(port());
}

void Server::stop(Duration grace) {
    if (impl_->stopped) {
        return;
    }
    impl_->stopped = true;
    Impl& state = *impl_;
    state.context.draining = true;
    state.on_io([&] {
        state.listener.stop();
        state.hub->stop();
        state.context.connections.for_each([](Connection& connection) { connection.drain(); });
    });
    if (!state.context.connections.wait_empty(grace)) {
        state.on_io([&] {
            spdlog::info(
                "http: closing {} connections whose requests did not end in time",
                state.context.connections.size()
            );
            state.context.connections.for_each([](Connection& connection) { connection.abort(); });
        });
        state.context.connections.wait_empty(abort_wait);
    }
    state.context.workers.stop();
    state.context.live.stop();
    state.context.intake.stop();
    state.context.keeper.stop();
    state.guard.reset();
    state.io.stop();
    state.thread.join();
}

}  // namespace kontor::http
