// Labelled items that other programs send as they come up: each once per version, learned from by the country's next training.
// Two ports: the desk takes a stream of text, the rows say which versions are there and where they lie. The items' texts are
// in encrypted objects, never in a row. Adapters: samples/intake.hpp, store_pg/samples.cpp.
// Rows are not the conductor's: a call is a transaction of its own, and two daemons may call at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/caller.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::ports {

struct SampleRow {
    std::string country;
    std::string item;
    std::int64_t version = 0;
    std::string digest;  // of everything that was said: equal for equal content
    std::string code;
};
enum class SampleFate {
    New,    // nobody has sent this version (to keep(): it is kept now)
    Same,   // it is there already, with the same content
    Other,  // it is there already and says something else
};
// One country's rows, which lie in one object.
struct SampleBatch {
    std::string country;
    sdk::ObjectRef object;
    std::string sent_by;
    std::vector<SampleRow> rows;  // the object's rows in order
};
// The rows of an object that no higher version has replaced.
struct CurrentSamples {
    sdk::ObjectRef object;
    std::string sent_by;
    Instant at;
    std::vector<std::int64_t> places;  // from 1, ascending
};

class SampleRows {
 public:
    virtual ~SampleRows() = default;
    // What is known of each, in their order.
    virtual Result<std::vector<SampleFate>> known(const std::vector<const SampleRow*>& rows) = 0;
    // Ensures: all batches are there or none; a version that another call has kept meanwhile stays what it was.
    // Each row's fate, batch by batch. Errors: Unavailable, also when it is not known whether they were kept: ask again.
    virtual Result<std::vector<SampleFate>> keep(const std::vector<SampleBatch>& batches, Instant at) = 0;
    // Of each item its highest version; oldest object first.
    virtual Result<std::vector<CurrentSamples>> current(const std::string& country) = 0;
};

struct SampleFault {
    std::int64_t line = 0;
    std::string field;  // empty: the line as a whole
    std::string message;
};
inline constexpr std::size_t sample_faults_max = 100;  // that an answer names; all are counted
struct SampleReport {
    std::int64_t lines = 0;       // blank ones are passed over
    std::int64_t accepted = 0;    // durable
    std::int64_t duplicates = 0;  // were there already, with the same content
    std::int64_t refused = 0;
    std::vector<SampleFault> faults;
    bool on_record = false;  // what was accepted is
};

// One request's body. Destroyed before finish(), what was accepted so far stays and the rest was never there.
// Thread: one call at a time, any thread; calls wait for the disk and the database.
class SampleStream {
 public:
    virtual ~SampleStream() = default;
    // Errors: Invalid (the coding is broken, or too much comes out of it); Unavailable. The stream is over then.
    virtual Result<void> take(std::string_view bytes) = 0;
    // Ensures: every line was accepted, is a duplicate, or is refused with a fault; nothing waits any more.
    virtual Result<void> finish() = 0;
    virtual const SampleReport& report() const = 0;
};

struct SampleSender {
    Caller by;
    std::string route;     // for the record
    std::string resource;
    bool dry_run = false;  // count what would be accepted, and keep nothing
};
class SampleDesk {
 public:
    virtual ~SampleDesk() = default;
    // `coding` as in Content-Encoding: empty, identity, gzip or zstd. Errors: Invalid. Thread: any; does not block.
    virtual Result<std::unique_ptr<SampleStream>> open(SampleSender sender, std::string_view coding) = 0;
};

}  // namespace kontor::ports
