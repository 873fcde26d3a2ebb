// zstd as a decorator of object streams. Every data file of Kontor is compressed with it.
// Thread: one thread at a time. Owner: the reader or writer above it.
#pragma once

#include <memory>
#include <vector>

#include "tasks/sdk/objects.hpp"

namespace kontor::csv {

struct ZstdOptions {
    int level = 1;
    // A window of 128 KiB: about half a megabyte per open writer, so that one per country stays modest.
    int window_log = 17;
};

class ZstdWriter final : public sdk::ByteWriter {
 public:
    explicit ZstdWriter(std::unique_ptr<sdk::ByteWriter> sink, ZstdOptions options = {});
    ~ZstdWriter() override;
    ZstdWriter(const ZstdWriter&) = delete;
    ZstdWriter& operator=(const ZstdWriter&) = delete;

    void write(std::span<const std::byte> bytes) override;
    sdk::ObjectRef commit() override;

 private:
    struct Stream;
    void push(std::span<const std::byte> bytes, bool finish);

    std::unique_ptr<sdk::ByteWriter> sink_;
    std::unique_ptr<Stream> stream_;
    std::vector<std::byte> out_;
};

// Errors: TaskFailure(Data) when the bytes are no zstd, are cut short, or want a window over 8 MiB.
class ZstdReader final : public sdk::ByteReader {
 public:
    explicit ZstdReader(std::unique_ptr<sdk::ByteReader> source);
    ~ZstdReader() override;
    ZstdReader(const ZstdReader&) = delete;
    ZstdReader& operator=(const ZstdReader&) = delete;

    std::size_t read(std::span<std::byte> buffer) override;

 private:
    struct Stream;

    std::unique_ptr<sdk::ByteReader> source_;
    std::unique_ptr<Stream> stream_;
    std::vector<std::byte> in_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
    bool frame_open_ = false;
    bool at_end_ = false;
};

}  // namespace kontor::csv
