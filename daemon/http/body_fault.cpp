#include "http/body_fault.hpp"

#include "http/problem.hpp"

#include <boost/beast/http/error.hpp>

namespace kontor::http {

std::optional<Response> body_refusal(const boost::system::error_code& error, std::uint64_t bytes_max) {
    using Fault = boost::beast::http::error;
    if (error == Fault::body_limit) {
        return problem(413, "The body is larger than " + std::to_string(bytes_max) + " bytes.");
    }
    const bool of_the_message = error.category() == boost::system::error_code(Fault::body_limit).category();
    if (of_the_message && error != Fault::partial_message && error != Fault::end_of_stream) {
        return problem(400, "The body's framing is broken.");
    }
    return std::nullopt;
}

}  // namespace kontor::http
