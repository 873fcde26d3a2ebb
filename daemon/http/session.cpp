#include "http/session.hpp"

#include "http/answer.hpp"
#include "http/body_fault.hpp"
#include "http/gate.hpp"
#include "http/intake.hpp"
#include "http/problem.hpp"
#include "http/stream_session.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <optional>
#include <utility>

namespace kontor::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

// Bytes read at once; also bounds what a client pipelines ahead.
constexpr std::size_t read_bytes = 16 * 1024;
// Of a body that is taken piece by piece; a sender slower than a piece within the body's deadline is cut.
constexpr std::size_t piece_bytes = 64 * 1024;
// After a refusal the rest of the request is read and dropped, so that the client reads the answer
// before the reset.
constexpr std::size_t linger_bytes_max = 256 * 1024;
constexpr auto linger_max = std::chrono::seconds(2);

class Session : public Connection, public std::enable_shared_from_this<Session> {
  public:
    Session(asio::ip::tcp::socket socket, Context& context)
        : socket_(std::move(socket)), timer_(socket_.get_executor()), context_(context) {
        buffer_.max_size(context.head_limits.bytes_max + 4 * read_bytes);
    }

    void start() {
        arm(context_.limits.header_deadline);
        read_head();
    }

    void drain() override {
        if (state_ == State::Idle || (state_ == State::Head && buffer_.size() == 0)) {
            finish();
        }
    }
    void abort() override { finish(); }

  private:
    enum class State { Idle, Head, Body, Working, Writing, Lingering, Over };

    void read_head();
    void on_bytes(const error_code& error, std::size_t bytes);
    void on_head(std::size_t bytes);
    void begin_body(void (Session::*read)());
    void read_body();
    void on_body(const error_code& error);
    bool body_failed(const error_code& error, std::uint64_t bytes_max);
    void begin_intake();
    void read_piece();
    void on_piece(error_code error);
    void dispatch();
    void run_on(WorkerPool& workers);
    void become_stream();
    void refuse(const HeadFault& fault);
    void respond(Response response);
    void write();
    void next_request();
    void linger();
    void finish();
    void arm(Duration wait);
    void on_deadline();

    std::string_view buffered() const {
        const auto data = buffer_.data();
        return {static_cast<const char*>(data.data()), data.size()};
    }

    asio::ip::tcp::socket socket_;
    asio::steady_timer timer_;
    Context& context_;
    beast::flat_buffer buffer_;
    std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
    std::optional<beast::http::request_parser<beast::http::buffer_body>> piece_parser_;
    std::string piece_;
    std::shared_ptr<Intake> intake_;  // of the stream in work
    State state_ = State::Head;

    // The request in work.
    Head head_;
    std::optional<Admitted> admitted_;
    Clock::time_point received_;
    Response response_;
    std::string head_bytes_;
    std::string_view label_;  // the route in metrics; empty: refused before it was a request
    bool body_left_ = false;  // not read: the connection cannot go on
    std::size_t lingered_ = 0;
};

void Session::arm(Duration wait) {
    timer_.expires_after(wait);
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
        if (!error && self->timer_.expiry() <= Clock::now()) {
            self->on_deadline();
        }
    });
}

void Session::on_deadline() {
    switch (state_) {
        case State::Head:
        case State::Body:
            context_.metrics.refused("timeout");
            if (state_ == State::Head && buffer_.size() == 0) {
                finish();  // nothing was asked, nothing is answered
                return;
            }
            // The read that is under way ends with operation_aborted, which on_bytes and on_body
            // leave alone.
            state_ = State::Working;
            socket_.cancel();
            body_left_ = true;
            respond(problem(408, "The request did not arrive in time."));
            return;
        case State::Idle:
        case State::Writing:
        case State::Lingering:
            finish();
            return;
        case State::Working:
        case State::Over:
            return;
    }
}

void Session::read_head() {
    const auto found = find_head(buffered(), context_.head_limits);
    if (const auto* fault = std::get_if<HeadFault>(&found)) {
        refuse(*fault);
        return;
    }
    if (const auto* bytes = std::get_if<std::size_t>(&found)) {
        on_head(*bytes);
        return;
    }
    socket_.async_read_some(
        buffer_.prepare(read_bytes),
        [self = shared_from_this()](const error_code& error, std::size_t bytes) {
            self->on_bytes(error, bytes);
        }
    );
}

void Session::on_bytes(const error_code& error, std::size_t bytes) {
    if (state_ != State::Head && state_ != State::Idle) {
        return;
    }
    if (error) {
        finish();
        return;
    }
    buffer_.commit(bytes);
    if (std::exchange(state_, State::Head) == State::Idle) {
        arm(context_.limits.header_deadline);
    }
    read_head();
}

void Session::refuse(const HeadFault& fault) {
    context_.metrics.refused("head");
    body_left_ = true;
    head_ = Head{};
    label_ = {};
    respond(problem(fault.status, fault.detail));
}

void Session::on_head(std::size_t bytes) {
    auto checked = check_head(buffered().substr(0, bytes), context_.head_limits);
    if (const auto* fault = std::get_if<HeadFault>(&checked)) {
        refuse(*fault);
        return;
    }
    head_ = std::move(std::get<Head>(checked));
    received_ = Clock::now();
    label_ = "other";
    body_left_ = head_.has_body();
    auto decision = admit(head_, context_.tokens, now());
    if (auto* refusal = std::get_if<Refused>(&decision)) {
        if (refusal->record) {
            context_.api.record({std::move(*refusal->record)}, {});
        }
        if (!body_left_) {
            buffer_.consume(bytes);
        }
        respond(std::move(refusal->response));
        return;
    }
    admitted_ = std::move(std::get<Admitted>(decision));
    label_ = admitted_->match.route->pattern;
    if (!head_.has_body()) {
        buffer_.consume(bytes);
        dispatch();
    } else if (admitted_->match.route->kind == Kind::Intake) {
        begin_intake();
    } else if (head_.content_length > context_.head_limits.body_bytes_max) {
        body_failed(beast::http::error::body_limit, context_.head_limits.body_bytes_max);
    } else {
        begin_body(&Session::read_body);
    }
}

// Asks for the body first when the client waits for that.
void Session::begin_body(void (Session::*read)()) {
    state_ = State::Body;
    arm(context_.limits.body_deadline);
    if (!head_.expects_continue) {
        (this->*read)();
        return;
    }
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(
        socket_, asio::buffer(go_on), [self = shared_from_this(), read](const error_code& error, std::size_t) {
            if (error) {
                self->finish();
            } else if (self->state_ == State::Body) {
                (self.get()->*read)();
            }
        }
    );
}

// The library takes the body apart (lengths, chunks); it reads the same head again from the buffer.
void Session::read_body() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(context_.head_limits.bytes_max));
    parser_->body_limit(context_.head_limits.body_bytes_max);
    const auto done = [self = shared_from_this()](const error_code& error, std::size_t) { self->on_body(error); };
    beast::http::async_read(socket_, buffer_, *parser_, done);
}

void Session::on_body(const error_code& error) {
    if (state_ != State::Body || body_failed(error, context_.head_limits.body_bytes_max)) {
        return;
    }
    admitted_->request.body = std::move(parser_->get().body());
    parser_.reset();
    body_left_ = false;
    dispatch();
}

// True: there was an error, and the request is answered or over.
bool Session::body_failed(const error_code& error, std::uint64_t bytes_max) {
    if (!error) {
        return false;
    }
    if (auto refusal = body_refusal(error, bytes_max)) {
        context_.metrics.refused("body");
        respond(std::move(*refusal));
    } else {
        finish();
    }
    return true;
}

void Session::begin_intake() {
    auto begun = Intake::begin(admitted_->match, admitted_->request, context_);
    if (auto* refusal = std::get_if<Response>(&begun)) {
        respond(std::move(*refusal));
        return;
    }
    intake_ = std::move(std::get<std::shared_ptr<Intake>>(begun));
    piece_parser_.emplace();
    piece_parser_->header_limit(static_cast<std::uint32_t>(context_.head_limits.bytes_max));
    piece_parser_->body_limit(context_.limits.intake_bytes_max);
    begin_body(&Session::read_piece);
}

// The next piece is read when the one before is done with: a stream that is faster than the disk waits in its own sender.
void Session::read_piece() {
    if (state_ == State::Over) {
        return;
    }
    state_ = State::Body;
    arm(context_.limits.body_deadline);
    piece_.resize(piece_bytes);
    piece_parser_->get().body().data = piece_.data();
    piece_parser_->get().body().size = piece_.size();
    const auto done = [self = shared_from_this()](const error_code& error, std::size_t) { self->on_piece(error); };
    beast::http::async_read(socket_, buffer_, *piece_parser_, done);
}

void Session::on_piece(error_code error) {
    if (error == beast::http::error::need_buffer) {
        error = {};
    }
    if (state_ != State::Body || body_failed(error, context_.limits.intake_bytes_max)) {
        return;
    }
    piece_.resize(piece_.size() - piece_parser_->get().body().size);
    const bool last = piece_parser_->is_done();
    if (last) {
        piece_parser_.reset();
        body_left_ = false;
    }
    state_ = State::Working;
    timer_.cancel();
    const bool taken = context_.intake.submit([self = shared_from_this(), last] {
        std::optional<Response> response = self->intake_->take(self->piece_, last);
        asio::post(self->socket_.get_executor(), [self, response = std::move(response)]() mutable {
            response ? self->respond(std::move(*response)) : self->read_piece();
        });
    });
    if (!taken) {
        respond(problem(503, "The server stops; send what was not answered again."));
    }
}

void Session::dispatch() {
    state_ = State::Working;
    timer_.cancel();
    switch (admitted_->match.route->kind) {
        case Kind::Health:
            respond(health_answer());
            return;
        case Kind::Ready:
            respond(ready_answer(!context_.draining && context_.api.ready(), context_.api));
            return;
        case Kind::OpenApi:
            respond(openapi_answer(admitted_->request));
            return;
        case Kind::Stream:
            become_stream();
            return;
        case Kind::Worker:
        case Kind::Metrics:
            run_on(context_.workers);
            return;
        case Kind::Live:
            run_on(context_.live);
            return;
        case Kind::Intake:
            respond(problem(400, "The body is missing: one JSON object a line."));
            return;
    }
}

void Session::run_on(WorkerPool& workers) {
    const bool taken = workers.submit([self = shared_from_this()] {
        Response response = answer(self->admitted_->match, self->admitted_->request, self->context_);
        asio::post(self->socket_.get_executor(), [self, response = std::move(response)]() mutable {
            self->respond(std::move(response));
        });
    });
    if (!taken) {
        context_.metrics.refused("busy");
        respond(problem(503, "Too many requests wait already; try again shortly."));
    }
}

void Session::become_stream() {
    auto request = read_stream_request(admitted_->request);
    if (auto* refusal = std::get_if<Response>(&request)) {
        respond(std::move(*refusal));
        return;
    }
    if (head_.method == Method::Head) {
        respond(stream_head_answer());
        return;
    }
    if (context_.draining || context_.hub->clients() >= context_.limits.stream_clients_max) {
        respond(problem(503, "There are too many stream clients, or the server stops."));
        return;
    }
    context_.metrics.answered(Method::Get, admitted_->match.route->pattern, 200, Duration(0));
    auto& wanted = std::get<StreamRequest>(request);
    auto stream = std::make_shared<StreamSession>(
        std::move(socket_), context_, std::move(wanted.filter), admitted_->request.caller
    );
    context_.connections.add(stream);
    state_ = State::Over;
    context_.connections.remove(shared_from_this());
    stream->start(wanted.last_event_id);
}

void Session::respond(Response response) {
    if (state_ == State::Over) {
        return;
    }
    response_ = std::move(response);
    intake_.reset();
    if (!label_.empty()) {
        const auto took = std::chrono::duration_cast<Duration>(Clock::now() - received_);
        context_.metrics.answered(head_.method, label_, response_.status, took);
    }
    write();
}

void Session::write() {
    state_ = State::Writing;
    arm(context_.limits.write_deadline);
    // What the client may still send after an end of our choosing is drained, see linger().
    body_left_ = body_left_ || response_.close;
    response_.close = body_left_ || !head_.keep_alive || context_.draining;
    const std::string_view content = response_.content();
    head_bytes_ = head_text(response_, content.size(), !response_.close);
    const bool bare = head_.method == Method::Head || response_.status == 204 || response_.status == 304;
    const std::array<asio::const_buffer, 2> parts{
        asio::buffer(head_bytes_), asio::buffer(bare ? std::string_view{} : content)};
    asio::async_write(
        socket_,
        parts,
        [self = shared_from_this()](const error_code& error, std::size_t) {
            if (self->state_ != State::Writing) {
                return;
            }
            if (error) {
                self->finish();
            } else if (self->response_.close) {
                self->linger();
            } else {
                self->next_request();
            }
        }
    );
}

void Session::next_request() {
    admitted_.reset();
    response_ = Response{};
    if (context_.draining) {
        finish();
        return;
    }
    const bool waiting = buffer_.size() == 0;
    state_ = waiting ? State::Idle : State::Head;
    arm(waiting ? context_.limits.idle_max : context_.limits.header_deadline);
    read_head();
}

void Session::linger() {
    error_code error;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    if (error || !body_left_) {
        finish();
        return;
    }
    if (state_ != State::Lingering) {
        state_ = State::Lingering;
        arm(linger_max);
    }
    buffer_.clear();
    socket_.async_read_some(
        buffer_.prepare(read_bytes),
        [self = shared_from_this()](const error_code& read_error, std::size_t bytes) {
            self->lingered_ += bytes;
            if (self->state_ != State::Lingering || read_error || self->lingered_ > linger_bytes_max) {
                self->finish();
            } else {
                self->linger();
            }
        }
    );
}

void Session::finish() {
    if (state_ == State::Over) {
        return;
    }
    state_ = State::Over;
    timer_.cancel();
    error_code ignored;  // the other side may have closed first
    socket_.close(ignored);
    context_.metrics.connections(-1);
    context_.connections.remove(shared_from_this());
}

}  // namespace

void start_session(asio::ip::tcp::socket socket, Context& context) {
    error_code ignored;  // only costs latency
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    auto session = std::make_shared<Session>(std::move(socket), context);
    context.metrics.connections(1);
    context.connections.add(session);
    session->start();
}

}  // namespace kontor::http
