// SHA-256 as lowercase hex, from OpenSSL (libsodium's is four times slower).
#pragma once

#include <string>
#include <string_view>

namespace kontor {

std::string sha256_hex(std::string_view bytes);

}  // namespace kontor
