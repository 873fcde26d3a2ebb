#include "http/auth.hpp"

#include "base/sha256.hpp"
#include "http/login_cookie.hpp"
#include "http/problem.hpp"

#include <openssl/crypto.h>

namespace kontor::http {

namespace {

// Longer than any token that Kontor makes; keeps the hash of nonsense cheap.
constexpr std::size_t token_bytes_max = 512;

std::vector<KnownToken> house_tokens(const std::vector<std::string>& hashes) {
    std::vector<KnownToken> tokens;
    for (const std::string& hash : hashes) {
        tokens.push_back({hash, Caller::house("admin"), std::nullopt});
    }
    return tokens;
}

const KnownToken* find(const std::vector<KnownToken>& tokens, const std::string& hash) {
    const KnownToken* found = nullptr;
    for (const KnownToken& each : tokens) {
        const bool same = each.hash.size() == hash.size() &&
                          CRYPTO_memcmp(each.hash.data(), hash.data(), hash.size()) == 0;
        found = same ? &each : found;
    }
    return found;
}

}  // namespace

TokenBook::TokenBook(const std::vector<std::string>& house)
    : house_(house_tokens(house)), known_(std::make_shared<const std::vector<KnownToken>>()) {}

void TokenBook::replace(std::vector<KnownToken> tokens) {
    auto next = std::make_shared<const std::vector<KnownToken>>(std::move(tokens));
    const std::lock_guard lock(mutex_);
    known_ = std::move(next);
}

TokenBook::Known TokenBook::known() const {
    const std::lock_guard lock(mutex_);
    return known_;
}

std::optional<Caller> TokenBook::caller(const Fields& fields, Instant now) const {
    return caller_of(is_signed_in_by_cookie(fields) ? token_in_cookie(fields) : token_in_authorization(fields), now);
}

std::optional<Caller> TokenBook::caller_of(std::string_view secret, Instant now) const {
    if (secret.empty() || secret.size() > token_bytes_max) {
        return std::nullopt;
    }
    const std::string hash = sha256_hex(secret);
    const Known all = known();
    const KnownToken* of_house = find(house_, hash);
    const KnownToken* of_database = find(*all, hash);
    if (of_house != nullptr) {
        return of_house->caller;
    }
    if (of_database == nullptr || (of_database->expires_at && *of_database->expires_at <= now)) {
        return std::nullopt;
    }
    const std::lock_guard lock(mutex_);
    uses_[of_database->caller.token] = now;
    return of_database->caller;
}

bool TokenBook::still_holds(const Caller& caller, Instant now) const {
    if (caller.token == 0) {
        return true;  // of the house: as long as the daemon runs
    }
    for (const KnownToken& each : *known()) {
        if (each.caller.token == caller.token) {
            return (!each.expires_at || *each.expires_at > now) &&
                   each.caller.role == caller.role && each.caller.countries == caller.countries;
        }
    }
    return false;
}

std::vector<ports::TokenUse> TokenBook::take_uses() {
    std::map<std::int64_t, Instant> taken;
    {
        const std::lock_guard lock(mutex_);
        taken.swap(uses_);
    }
    std::vector<ports::TokenUse> uses;
    for (const auto& [token, at] : taken) {
        uses.push_back({token, at});
    }
    return uses;
}

Response unauthorized() {
    Response response = problem(
        401, "This route wants 'Authorization: Bearer <token>' with a token that is known here."
    );
    response.fields.emplace_back("WWW-Authenticate", "Bearer realm=\"kontor\"");
    return response;
}

}  // namespace kontor::http
