// A body as its Content-Encoding has it, unpacked piece by piece. What comes out of it is bounded by who takes it, not by
// what went in: no piece is larger than `piece_bytes`, and whoever takes them may end it.
// Thread: one at a time. Owner: the stream of one request.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace kontor::samples {

inline constexpr std::size_t piece_bytes = std::size_t{64} << 10U;

class Decoder {
 public:
    using Take = std::function<Result<void>(std::string_view)>;
    virtual ~Decoder() = default;
    // Errors: Invalid when the bytes are no such coding; what `take` says ends it, too.
    virtual Result<void> push(std::string_view bytes, const Take& take) = 0;
    // Errors: Invalid when the coding is cut short.
    virtual Result<void> end() = 0;
};

// `coding`: "", "identity", "gzip" or "zstd" in any case; nullptr for another.
std::unique_ptr<Decoder> make_decoder(std::string_view coding);

}  // namespace kontor::samples
