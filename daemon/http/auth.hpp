// Who asks: the one place where a request becomes a Caller. Tokens are known only by their SHA-256.
// Two kinds of token are known: those of the data folder (admin, for as long as the daemon runs) and
// those in the database, which AccessKeeper brings in anew every few seconds. Thread: any.
#pragma once

#include "base/caller.hpp"
#include "base/time.hpp"
#include "http/message.hpp"
#include "ports/access.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http {

struct KnownToken {
    std::string hash;  // SHA-256 as 64 lowercase hex digits
    Caller caller;
    std::optional<Instant> expires_at;
};

class TokenBook {
  public:
    // `house`: hashes of the tokens that open everything. An empty list lets nobody in who is not in
    // the database.
    explicit TokenBook(const std::vector<std::string>& house);

    // What the database holds now.
    void replace(std::vector<KnownToken> tokens);

    // Who the Authorization field or, without that, the dashboard's cookie names; nothing when that
    // is no known token, or one that has expired or was revoked. The comparison looks at every hash and every digit whatever the
    // outcome.
    std::optional<Caller> caller(const Fields& fields, Instant now) const;
    // The same for the bare secret.
    std::optional<Caller> caller_of(std::string_view secret, Instant now) const;
    // Whether somebody who was let in before would be now, as the same: what lasts (a stream, a
    // session) asks again and again.
    bool still_holds(const Caller& caller, Instant now) const;

    // When tokens of the database were last used, since the last time this was asked.
    std::vector<ports::TokenUse> take_uses();

  private:
    using Known = std::shared_ptr<const std::vector<KnownToken>>;
    Known known() const;

    const std::vector<KnownToken> house_;
    mutable std::mutex mutex_;
    Known known_;
    mutable std::map<std::int64_t, Instant> uses_;
};

// 401 with WWW-Authenticate; one sentence for every reason, so that nobody learns which.
Response unauthorized();

}  // namespace kontor::http
