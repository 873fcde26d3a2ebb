// What an answer means for the task that asked: retry, give up, or go on. Shared by `http` and `notify.send`. Pure.
#pragma once

#include "tasks/http/client.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::http {

// A server that asks for more patience than this is asked again after this long.
inline constexpr std::chrono::seconds retry_after_max = std::chrono::hours(1);

// The setting "http.allow_private" is "true": for services of one's own network, and for tests.
bool private_addresses_allowed(const sdk::TaskContext& context);

// `who` names the other side in the sentence.
// 408, 425, 429 and 5xx are Transient, with the server's Retry-After; all other statuses are Config.
sdk::Failed failure_of(const Answer& answer, const std::string& who);
// Interrupted when stopped; Config for what another try cannot mend.
sdk::Outcome failure_of(const NoAnswer& none, const std::string& who);

// "https://host:port" of a URL: what a log or reason may show, without path, query and credentials.
std::string origin_of(std::string_view url);

}  // namespace kontor::tasks::http
