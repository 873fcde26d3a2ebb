// Signatures of outgoing webhooks, as the Standard Webhooks specification has them: HMAC-SHA256 over "id.timestamp.body".
// Pure. Owner: none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kontor::tasks::notify {

// `secrets` holds one secret, or two separated by a space while one replaces the other: each gives a signature.
// "whsec_<base64>" is decoded, anything else is the key as it stands.
// Ensures: "v1,<base64>", several separated by a space; empty when `secrets` holds none or one that is no base64.
std::string signature(std::string_view secrets, std::string_view id, std::int64_t timestamp, std::string_view body);

}  // namespace kontor::tasks::notify
