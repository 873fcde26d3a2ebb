#include "tasks/csv/zstd_stream.hpp"

#include <zstd.h>

#include <new>
#include <string>

namespace kontor::csv {
namespace {

constexpr std::size_t out_bytes = std::size_t{16} << 10U;
constexpr std::size_t in_bytes = std::size_t{64} << 10U;
// Data files are written with 2^17; a foreign one may ask for more, but not for the machine's memory.
constexpr int window_log_max = 23;

}  // namespace

struct ZstdWriter::Stream {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    Stream() {
        if (context == nullptr) {
            throw std::bad_alloc();
        }
    }
    ~Stream() { ZSTD_freeCCtx(context); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
};

ZstdWriter::ZstdWriter(std::unique_ptr<sdk::ByteWriter> sink, ZstdOptions options)
    : sink_(std::move(sink)), stream_(std::make_unique<Stream>()), out_(out_bytes) {
    ZSTD_CCtx_setParameter(stream_->context, ZSTD_c_compressionLevel, options.level);
    ZSTD_CCtx_setParameter(stream_->context, ZSTD_c_windowLog, options.window_log);
    ZSTD_CCtx_setParameter(stream_->context, ZSTD_c_checksumFlag, 1);
}

ZstdWriter::~ZstdWriter() = default;

void ZstdWriter::push(std::span<const std::byte> bytes, bool finish) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::size_t left = 1;
    while (in.pos < in.size || (finish && left != 0)) {
        ZSTD_outBuffer out{out_.data(), out_.size(), 0};
        left = ZSTD_compressStream2(stream_->context, &out, &in, finish ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left) != 0U) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Resource, std::string("zstd could not compress: ") + ZSTD_getErrorName(left)
            );
        }
        if (out.pos > 0) {
            sink_->write(std::span(out_).first(out.pos));
        }
    }
}

void ZstdWriter::write(std::span<const std::byte> bytes) { push(bytes, false); }

sdk::ObjectRef ZstdWriter::commit() {
    push({}, true);
    return sink_->commit();
}

struct ZstdReader::Stream {
    ZSTD_DCtx* context = ZSTD_createDCtx();
    Stream() {
        if (context == nullptr) {
            throw std::bad_alloc();
        }
    }
    ~Stream() { ZSTD_freeDCtx(context); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
};

ZstdReader::ZstdReader(std::unique_ptr<sdk::ByteReader> source)
    : source_(std::move(source)), stream_(std::make_unique<Stream>()), in_(in_bytes) {
    ZSTD_DCtx_setParameter(stream_->context, ZSTD_d_windowLogMax, window_log_max);
}

ZstdReader::~ZstdReader() = default;

std::size_t ZstdReader::read(std::span<std::byte> buffer) {
    while (!buffer.empty()) {
        if (at_ == end_ && !at_end_) {
            at_ = 0;
            end_ = source_->read(in_);
            at_end_ = end_ == 0;
        }
        if (at_end_ && !frame_open_) {
            return 0;
        }
        ZSTD_inBuffer in{in_.data(), end_, at_};
        ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
        const std::size_t left = ZSTD_decompressStream(stream_->context, &out, &in);
        if (ZSTD_isError(left) != 0U) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Data, std::string("the data file is no valid zstd: ") + ZSTD_getErrorName(left)
            );
        }
        at_ = in.pos;
        frame_open_ = left != 0;
        if (out.pos > 0) {
            return out.pos;
        }
        if (at_end_ && frame_open_) {
            throw sdk::TaskFailure(sdk::FailureClass::Data, "the data file is cut short: its last zstd frame has no end");
        }
    }
    return 0;
}

}  // namespace kontor::csv
