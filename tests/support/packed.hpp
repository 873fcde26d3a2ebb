// Texts packed as clients pack them.
#pragma once

#include <zlib.h>
#include <zstd.h>

#include <stdexcept>
#include <string>

namespace kontor::test {

inline std::string gzipped(const std::string& text) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("deflateInit2");
    }
    std::string in = text;
    std::string out(deflateBound(&stream, static_cast<uLong>(in.size())) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int told = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (told != Z_STREAM_END) {
        throw std::runtime_error("deflate");
    }
    return out;
}

inline std::string zstded(const std::string& text, int level = 1) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const std::size_t bytes = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), level);
    if (ZSTD_isError(bytes) != 0U) {
        throw std::runtime_error(ZSTD_getErrorName(bytes));
    }
    out.resize(bytes);
    return out;
}

}  // namespace kontor::test
