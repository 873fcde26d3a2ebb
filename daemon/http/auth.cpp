#include "http/auth.hpp"

#include "base/sha256.hpp"
#include "http/login_cookie.hpp"
#include "http/problem.hpp"

#include <openssl/crypto.h>

namespace kontor::http {

namespace {

// Longer than any token that Kontor makes; keeps the hash of nonsense cheap.
constexpr std::size_t token_bytes_max = 512;

}  // namespace

std::optional<Caller> TokenCheck::caller(const Fields& fields) const {
    const bool named = !field(fields, "Authorization").empty();
    const std::string_view token = named ? token_in_authorization(fields) : token_in_cookie(fields);
    if (token.empty() || token.size() > token_bytes_max) {
        return std::nullopt;
    }
    const std::string hash = sha256_hex(token);
    bool known = false;
    for (const std::string& candidate : hashes_) {
        const bool same = candidate.size() == hash.size() &&
                          CRYPTO_memcmp(candidate.data(), hash.data(), hash.size()) == 0;
        known = known || same;
    }
    return known ? std::optional(Caller{"token:" + hash.substr(0, 8), !named}) : std::nullopt;
}

Response unauthorized() {
    Response response = problem(
        401, "This route wants 'Authorization: Bearer <token>' with a token that is known here."
    );
    response.fields.emplace_back("WWW-Authenticate", "Bearer realm=\"kontor\"");
    return response;
}

}  // namespace kontor::http
