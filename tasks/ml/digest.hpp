// SHA-256 of bytes as lowercase hex: the identity of models and of rows.
// Thread: pure.
#pragma once

#include <string>
#include <string_view>

namespace kontor::ml {

std::string sha256_hex(std::string_view bytes);

}  // namespace kontor::ml
