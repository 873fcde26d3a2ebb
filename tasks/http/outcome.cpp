#include "tasks/http/outcome.hpp"

#include <algorithm>

namespace kontor::tasks::http {
namespace {

using sdk::Failed;
using sdk::FailureClass;

constexpr std::size_t shown_of_body = 200;

bool may_pass(int status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

}  // namespace

bool private_addresses_allowed(const sdk::TaskContext& context) { return context.setting("http.allow_private") == "true"; }

sdk::Failed failure_of(const Answer& answer, const std::string& who) {
    Failed failed{may_pass(answer.status) ? FailureClass::Transient : FailureClass::Config, who + " answered " + std::to_string(answer.status)};
    if (answer.status >= 300 && answer.status < 400) {
        failed.reason += " (redirects are not followed: give the final address)";
    } else if (!answer.body.empty()) {
        failed.reason += ": " + answer.body.substr(0, shown_of_body);
    }
    if (failed.kind == FailureClass::Transient && answer.retry_after) {
        failed.retry_after = std::min(*answer.retry_after, retry_after_max);
    }
    return failed;
}

sdk::Outcome failure_of(const NoAnswer& none, const std::string& who) {
    switch (none.why) {
        case NoAnswer::Why::Stopped: return sdk::Interrupted{};
        case NoAnswer::Why::BadRequest: return Failed{FailureClass::Config, "the request to " + who + " cannot be sent: " + none.message};
        case NoAnswer::Why::Refused:
            return Failed{
                FailureClass::Config,
                who + " was not called: " + none.message + "; the setting http.allow_private lets workflows call services of your own network"};
        case NoAnswer::Why::TooLarge: return Failed{FailureClass::Config, who + ": " + none.message};
        case NoAnswer::Why::TimedOut:
        case NoAnswer::Why::Unreachable: return Failed{FailureClass::Transient, who + " gave no answer: " + none.message};
    }
    return Failed{FailureClass::Bug, "an unknown reason for no answer"};
}

std::string origin_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
    std::string_view authority = url.substr(host, std::min(url.find_first_of("/?#", host), url.size()) - host);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        authority.remove_prefix(at + 1);
    }
    return std::string(url.substr(0, host)) + std::string(authority);
}

}  // namespace kontor::tasks::http
