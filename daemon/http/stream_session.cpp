#include "http/stream_session.hpp"

#include <boost/asio/write.hpp>

namespace kontor::http {

namespace asio = boost::asio;
using boost::system::error_code;

StreamSession::StreamSession(
    asio::ip::tcp::socket socket, Context& context, StreamFilter filter, Caller caller
)
    : socket_(std::move(socket)),
      deadline_(socket_.get_executor()),
      context_(context),
      caller_(std::move(caller)),
      client_(std::make_shared<StreamClient>(StreamClient{
          std::move(filter), ClientQueue(context.limits.stream_queue_bytes_max), {}})) {}

void StreamSession::start(const std::string& last_event_id) {
    if (context_.limits.stream_send_buffer_bytes > 0) {
        error_code ignored;  // a kernel that refuses only buffers more
        socket_.set_option(
            asio::socket_base::send_buffer_size(context_.limits.stream_send_buffer_bytes), ignored
        );
    }
    // Weak: the hub holds the client, the client must not hold its connection.
    client_->wake = [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->pump();
        }
    };
    write(std::make_shared<const std::string>(
        "HTTP/1.1 200 OK\r\nDate: " + http_date(now()) +
        "\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nX-Accel-Buffering: no\r\nConnection: close\r\n\r\n"
    ));
    context_.hub->join(client_, last_event_id);
    watch();
}

void StreamSession::write(Message message) {
    writing_ = std::move(message);
    deadline_.expires_after(context_.limits.write_deadline);
    deadline_.async_wait([self = shared_from_this()](const error_code& error) {
        if (!error && self->writing_ &&
            self->deadline_.expiry() <= std::chrono::steady_clock::now()) {
            self->finish();
        }
    });
    asio::async_write(
        socket_,
        asio::buffer(*writing_),
        [self = shared_from_this()](const error_code& error, std::size_t) {
            self->writing_.reset();
            self->deadline_.cancel();
            if (error) {
                self->finish();
            } else {
                self->pump();
            }
        }
    );
}

void StreamSession::pump() {
    if (over_ || writing_) {
        return;
    }
    if (Message next = client_->queue.take()) {
        write(std::move(next));
    }
}

void StreamSession::watch() {
    socket_.async_read_some(
        asio::buffer(ignored_),
        [self = shared_from_this()](const error_code& error, std::size_t) {
            // The client has nothing to say: the end of its side, or any byte more, ends the
            // stream.
            static_cast<void>(error);
            self->finish();
        }
    );
}

void StreamSession::check_access() {
    if (!context_.tokens.still_holds(caller_, now())) {
        finish();
    }
}

void StreamSession::finish() {
    if (over_) {
        return;
    }
    over_ = true;
    context_.hub->leave(client_);
    deadline_.cancel();
    error_code ignored;  // the other side may have closed first
    socket_.close(ignored);
    context_.metrics.connections(-1);
    context_.connections.remove(shared_from_this());
}

}  // namespace kontor::http
