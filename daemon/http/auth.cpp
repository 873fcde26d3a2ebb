#include "http/auth.hpp"

#include "base/sha256.hpp"
#include "http/problem.hpp"

#include <openssl/crypto.h>

namespace kontor::http {

namespace {

// Longer than any token that Kontor makes; keeps the hash of nonsense cheap.
constexpr std::size_t token_bytes_max = 512;

}  // namespace

std::optional<std::string> TokenCheck::caller(const Fields& fields) const {
    const std::string_view value = field(fields, "Authorization");
    const std::size_t space = value.find(' ');
    if (space == std::string_view::npos || !equal_ignoring_case(value.substr(0, space), "Bearer")) {
        return std::nullopt;
    }
    const std::string_view token = trimmed(value.substr(space + 1));
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
    return known ? std::optional("token:" + hash.substr(0, 8)) : std::nullopt;
}

Response unauthorized() {
    Response response = problem(
        401, "This route wants 'Authorization: Bearer <token>' with a token that is known here."
    );
    response.fields.emplace_back("WWW-Authenticate", "Bearer realm=\"kontor\"");
    return response;
}

}  // namespace kontor::http
