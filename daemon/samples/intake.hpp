// Takes streams of samples in: unpacks, cuts into lines, checks them, and keeps them chunk by chunk. A chunk's new versions go
// into one encrypted object per country (role `collector`, scope `sample`), the objects onto the record, then the rows that
// make them known into the database; only then are its lines counted as accepted. Whatever dies in between, nothing was
// answered, and the same lines sent again are new or duplicates.
// Memory: a chunk's samples and one line, however long the stream and however well it is packed.
// Owner: Daemon. Thread: any; a stream is one request's.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ports/object_store.hpp"
#include "ports/samples.hpp"

namespace kontor::samples {

struct IntakeLimits {
    std::size_t line_bytes_max = std::size_t{256} << 10U;     // a title and a description many times over
    std::size_t chunk_samples_max = 20'000;                   // one statement's rows, and a country's object
    std::size_t chunk_columns_max = 2000;                     // different names in one object
    std::size_t chunk_bytes_max = std::size_t{16} << 20U;     // in memory, of each of the streams at once
    std::int64_t stream_bytes_max = std::int64_t{2} << 30U;   // unpacked: more is a bomb, or two requests
};

struct KeptChunk {
    const ports::SampleSender& sender;
    std::string note;  // how many of which country
    std::vector<sdk::Effect> effects;
};
// Puts a chunk's objects on the daemon's record. Errors: Unavailable: the chunk is not kept.
using Record = std::function<Result<void>(KeptChunk)>;

class Intake final : public ports::SampleDesk {
 public:
    // Everything outlives this and its streams.
    Intake(ports::ObjectStore& objects, ports::SampleRows& rows, Record record, std::function<Instant()> now, IntakeLimits limits = {})
        : objects_(objects), rows_(rows), record_(std::move(record)), now_(std::move(now)), limits_(limits) {}

    Result<std::unique_ptr<ports::SampleStream>> open(ports::SampleSender sender, std::string_view coding) override;

 private:
    friend class Stream;
    ports::ObjectStore& objects_;
    ports::SampleRows& rows_;
    const Record record_;
    const std::function<Instant()> now_;
    const IntakeLimits limits_;
};

}  // namespace kontor::samples
