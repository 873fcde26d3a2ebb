// Who asks: bearer tokens, known to the server only by their SHA-256.
// Thread: any; constant after construction.
#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http {

struct Caller {
    std::string name;        // "token:<first eight digits of its hash>"
    bool by_cookie = false;  // the browser added it by itself: other sites may have asked for that
};

class TokenCheck {
  public:
    // `hashes`: SHA-256 as 64 lowercase hex digits. An empty list lets nobody in.
    explicit TokenCheck(std::vector<std::string> hashes) : hashes_(std::move(hashes)) {}

    // Nothing when neither the Authorization field nor, without that, the dashboard's cookie names
    // a known token. The comparison looks at every hash and every digit whatever the outcome.
    std::optional<Caller> caller(const Fields& fields) const;

  private:
    std::vector<std::string> hashes_;
};

// 401 with WWW-Authenticate; one sentence for every reason, so that nobody learns which.
Response unauthorized();

}  // namespace kontor::http
