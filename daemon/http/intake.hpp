// A request whose body is a stream of samples, as the door sees it: what begins it, takes its pieces and answers it. Why apart
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
    // A refusal, before any of the body is read: what the query asks, too many streams, no desk here.
    static std::variant<Response, std::shared_ptr<Intake>> begin(
        const Match& match, const Request& request, Context& context
    );
    ~Intake();
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;

    // The answer, which is there with the last piece or as soon as the stream cannot go on; nullopt: the next piece.
    // Ensures: an answer's line is on the record.
    std::optional<Response> take(std::string_view bytes, bool last);

  private:
    Intake(std::unique_ptr<ports::SampleStream> stream, const Match& match, const Request& request, Context& context);

    const std::unique_ptr<ports::SampleStream> stream_;
    const Route& route_;
    const Request request_;  // its head alone
    Context& context_;
};

}  // namespace kontor::http
