// A request whose body is a stream of any length, as the door sees it: what begins it, takes its pieces and answers it. Why apart
// from handlers: they see a whole body. Thread: begin and the end io; take a worker, one call at a time. Owner: the session.
#pragma once

#include "http/context.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <variant>

namespace kontor::http {

class Intake {
  public:
    // Which kind, by the route's body type. A refusal, before any of the body is read: what the query asks, too many streams, no
    // desk here.
    static std::variant<Response, std::shared_ptr<Intake>> begin(
        const Match& match, const Request& request, Context& context
    );
    virtual ~Intake();
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;

    // The answer, which is there with the last piece or as soon as the stream cannot go on; nullopt: the next piece.
    // Ensures: an answer's line is on the record.
    std::optional<Response> take(std::string_view bytes, bool last);

  protected:
    Intake(const Match& match, const Request& request, Context& context);

  private:
    // As take().
    virtual std::optional<Response> piece(std::string_view bytes, bool last) = 0;
    // Of a fault of the program's: what became of what was sent so far.
    virtual Response broken() = 0;

    const Route& route_;
    const Request request_;  // its head alone
    Context& context_;
};

// sample_intake.cpp
std::variant<Response, std::shared_ptr<Intake>> begin_samples(const Match& match, const Request& request, Context& context);
// file_intake.cpp
std::variant<Response, std::shared_ptr<Intake>> begin_file(const Match& match, const Request& request, Context& context);

}  // namespace kontor::http
