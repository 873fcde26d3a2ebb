#include "samples/decoder.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>

namespace kontor::samples {
namespace {

// A larger window would let a small body ask for much memory.
constexpr int zstd_window_log_max = 23;

Error broken(const std::string& what) { return invalid("samples", what); }

class Plain final : public Decoder {
 public:
    Result<void> push(std::string_view bytes, const Take& take) override { return take(bytes); }
    Result<void> end() override { return {}; }
};

class Gzip final : public Decoder {
 public:
    Gzip() {
        // 15 and 16: the largest window, in a gzip frame.
        if (inflateInit2(&stream_, 15 + 16) != Z_OK) {
            throw std::bad_alloc();
        }
    }
    ~Gzip() override { inflateEnd(&stream_); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    Result<void> push(std::string_view bytes, const Take& take) override {
        std::string in(bytes);  // zlib reads through a pointer to what may change
        stream_.next_in = reinterpret_cast<Bytef*>(in.data());
        stream_.avail_in = static_cast<uInt>(in.size());
        bool more = !in.empty();
        while (more) {
            if (ended_) {
                // Frames may follow one another.
                inflateReset(&stream_);
                ended_ = false;
            }
            stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
            stream_.avail_out = static_cast<uInt>(out_.size());
            const int told = inflate(&stream_, Z_NO_FLUSH);
            if (told != Z_OK && told != Z_STREAM_END && told != Z_BUF_ERROR) {
                return broken("the body is no valid gzip");
            }
            open_ = told != Z_STREAM_END;
            ended_ = told == Z_STREAM_END;
            const std::size_t made = out_.size() - stream_.avail_out;
            if (made > 0) {
                if (Result<void> taken = take({out_.data(), made}); !taken) {
                    return taken;
                }
            }
            more = stream_.avail_in > 0 || (!ended_ && stream_.avail_out == 0);
        }
        return {};
    }
    Result<void> end() override { return open_ || !ended_ ? Result<void>(broken("the gzip body is cut short")) : Result<void>(); }

 private:
    z_stream stream_{};
    bool open_ = false;
    bool ended_ = false;
    std::array<char, piece_bytes> out_{};
};

class Zstd final : public Decoder {
 public:
    Zstd() : context_(ZSTD_createDCtx()) {
        if (context_ == nullptr) {
            throw std::bad_alloc();
        }
        ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, zstd_window_log_max);
    }
    ~Zstd() override { ZSTD_freeDCtx(context_); }
    Zstd(const Zstd&) = delete;
    Zstd& operator=(const Zstd&) = delete;

    Result<void> push(std::string_view bytes, const Take& take) override {
        ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
        bool more = !bytes.empty();
        while (more) {
            ZSTD_outBuffer out{out_.data(), out_.size(), 0};
            const std::size_t left = ZSTD_decompressStream(context_, &out, &in);
            if (ZSTD_isError(left) != 0U) {
                return broken(std::string("the body is no zstd that is taken here: ") + ZSTD_getErrorName(left));
            }
            whole_ = left == 0;
            if (out.pos > 0) {
                if (Result<void> taken = take({out_.data(), out.pos}); !taken) {
                    return taken;
                }
            }
            more = in.pos < in.size || (!whole_ && out.pos == out.size);
        }
        return {};
    }
    Result<void> end() override { return whole_ ? Result<void>() : Result<void>(broken("the zstd body is cut short")); }

 private:
    ZSTD_DCtx* context_;
    bool whole_ = false;
    std::array<char, piece_bytes> out_{};
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(std::string_view coding) {
    std::string name(coding);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (name.empty() || name == "identity") {
        return std::make_unique<Plain>();
    }
    if (name == "gzip") {
        return std::make_unique<Gzip>();
    }
    return name == "zstd" ? std::make_unique<Zstd>() : std::unique_ptr<Decoder>();
}

}  // namespace kontor::samples
