#include "tasks/notify/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <optional>

namespace kontor::tasks::notify {
namespace {

std::optional<std::string> decoded(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) {
        return std::nullopt;
    }
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(
        reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size())
    );
    if (size < 0) {
        return std::nullopt;
    }
    // OpenSSL counts what the padding stands for.
    const auto padding = text.size() - std::min(text.find('='), text.size());
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

std::string encoded(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size())
    );
    text.resize(static_cast<std::size_t>(size));
    return text;
}

}  // namespace

std::string signature(std::string_view secrets, std::string_view id, std::int64_t timestamp, std::string_view body) {
    constexpr std::string_view prefix = "whsec_";
    const std::string content = std::string(id) + "." + std::to_string(timestamp) + "." + std::string(body);
    std::string all;
    while (!secrets.empty()) {
        const std::size_t space = std::min(secrets.find(' '), secrets.size());
        const std::string_view secret = secrets.substr(0, space);
        secrets.remove_prefix(std::min(space + 1, secrets.size()));
        if (secret.empty()) {
            continue;
        }
        const std::optional<std::string> key =
            secret.starts_with(prefix) ? decoded(secret.substr(prefix.size())) : std::optional<std::string>(secret);
        if (!key) {
            return {};
        }
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned int size = 0;
        HMAC(
            EVP_sha256(), key->data(), static_cast<int>(key->size()), reinterpret_cast<const unsigned char*>(content.data()), content.size(),
            digest.data(), &size
        );
        all += (all.empty() ? "v1," : " v1,") + encoded({reinterpret_cast<const char*>(digest.data()), size});
    }
    return all;
}

}  // namespace kontor::tasks::notify
