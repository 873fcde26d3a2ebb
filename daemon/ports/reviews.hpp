// The queue of items that a person must look at: filled from what `report.build` registers, once per run and item; claimed,
// decided, taken back; read as labels by the country's next training. Items' texts are not here: they stay in the encrypted
// object that an entry points into (Evidence).
// Its rows are not the conductor's: every call is a transaction of its own, with its line on the record in it, and two
// daemons may call at once. The adapters are store_pg/reviews.cpp and app/evidence.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "core/review/settle.hpp"
#include "ports/desk.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::ports {

// A report that was registered and not taken in yet. `id` is its dataset's.
struct ReviewBatch {
    std::int64_t id = 0;
    std::int64_t run = 0;
    std::int64_t task = 0;
    std::string country;
    Json details;  // tasks/report: {period, rows, reviews, codes, model, double_check}
};
struct ReviewRow {
    std::string item;
    std::int64_t place = 0;  // the row of the object, from 1
    std::string code;        // what the model would say
    double probability = 0;
    std::string alternatives;  // JSON [[code, probability], ...]
    double units = 0;
    double weight_kg = 0;
    double cost = 0;
    int looks = 1;
};
struct ReviewCode {
    std::string code;
    std::string title;
};

using ReviewCaller = DeskCaller;
struct ReviewClaim {
    std::string who;
    std::optional<std::string> countries;  // "DE,FR"; nullopt: all
    std::string period;                    // empty: any
    int take = 1;
    Instant at;
};
using ReviewReply = DeskReply;  // the entry as GET /v1/reviews/{id} gives it
// Where an entry's texts lie.
struct ReviewPlace {
    std::int64_t review = 0;
    std::int64_t run = 0;
    std::int64_t task = 0;
    std::string country;
    sdk::ObjectRef object;
    std::int64_t row = 0;
};
// What people have decided about an item, as training takes it.
struct ReviewLabel {
    std::string item;
    std::string code;
    std::string by;
    Instant at;
    ReviewPlace place;
    std::string period;  // the month by whose code list it was decided; empty: not known
};

inline constexpr Duration review_claim_kept = std::chrono::minutes(15);  // then others may have it
inline constexpr Duration review_skip_kept = std::chrono::hours(1);      // who skipped it is not asked again so long
inline constexpr Duration review_undo_kept = std::chrono::minutes(10);
inline constexpr int review_claims_max = 50;  // that one call takes

class Reviews {
 public:
    virtual ~Reviews() = default;

    virtual Result<std::vector<ReviewBatch>> waiting() = 0;
    // Ensures: all rows of the batch are there or none, whoever calls how often. Entries of the country's month that nobody
    // has decided are superseded; items that people have decided stay so. `next` gives rows until it says false; what it
    // throws ends the transaction and goes through. False: the batch was taken in before.
    virtual Result<bool> take_in(
        const ReviewBatch& batch, const std::vector<ReviewCode>& codes, const std::function<bool(ReviewRow&)>& next, Instant at
    ) = 0;
    // A batch that cannot be read is not tried again.
    virtual Result<void> refuse(const ReviewBatch& batch, const std::string& why, Instant at) = 0;

    // Takes the dearest entries that nobody else has and that the caller has not spoken about; those that the caller has
    // already come again. Two callers never get the same one.
    virtual Result<std::vector<ReviewPlace>> claim(const ReviewClaim& claim) = 0;
    virtual Result<std::optional<ReviewPlace>> place(std::int64_t review) = 0;
    // With `dry_run` in the caller's line for the record, these three say what the entry would be and leave it as it is.
    // Errors: NotFound; Conflict (somebody else has it, has decided it, or the caller has spoken: says which); Invalid (a code
    // outside the list of the entry's month, or a reused key).
    virtual Result<ReviewReply> decide(std::int64_t review, const core::review::Word& word, const ReviewCaller& by, Instant at) = 0;
    virtual Result<ReviewReply> skip(std::int64_t review, const ReviewCaller& by, Instant at) = 0;
    // Takes the caller's last word back. Errors: Conflict (too late, or another has spoken since).
    virtual Result<ReviewReply> undo(std::int64_t review, const ReviewCaller& by, Instant at) = 0;

    // The country's decided items that have a code, by item.
    virtual Result<std::vector<ReviewLabel>> labels(const std::string& country) = 0;
};

struct OpenedEvidence {
    std::vector<JsonObject> items;     // of each place, in the order asked: the item's columns by name
    std::vector<sdk::Effect> effects;  // for the record
};
class Evidence {
 public:
    virtual ~Evidence() = default;
    // Requires: all places are of one object. Opens it under the role `reviewer`, once.
    // Thread: any. Errors: NotFound (the object is gone), Invalid (not granted), Unavailable.
    virtual Result<OpenedEvidence> open(const std::vector<ReviewPlace>& places) = 0;
};

}  // namespace kontor::ports
