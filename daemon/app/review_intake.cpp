#include "app/review_intake.hpp"

#include <spdlog/spdlog.h>

#include <charconv>
#include <optional>
#include <set>

#include "app/evidence.hpp"
#include "base/sha256.hpp"
#include "tasks/csv/data_file.hpp"
#include "tasks/report/doubts.hpp"

namespace kontor::app {
namespace {

constexpr const char* role = "registrar";

[[noreturn]] void broken(const std::string& what) { throw sdk::TaskFailure(sdk::FailureClass::Data, what); }

double number(std::string_view text, double otherwise) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

// Whether two people decide about the item: the same ones in every run, whatever else is in doubt.
bool looked_at_twice(const std::string& country, const std::string& item, double share) {
    const std::string digits = sha256_hex("second look\n" + country + "\n" + item).substr(0, 8);
    std::uint32_t hash = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), hash, 16);
    return static_cast<double>(hash) < share * 4294967296.0;
}

const sdk::Json* dataset_member(const Json& details, const char* name) {
    const Json* given = member(details, name);
    return given == nullptr || given->is_null() ? nullptr : given;
}

std::vector<ports::ReviewCode> read_codes(sdk::Objects& objects, const Json& details) {
    std::vector<ports::ReviewCode> codes;
    const sdk::Json* given = dataset_member(details, "codes");
    if (given == nullptr) {
        return codes;
    }
    csv::Reader reader = csv::open_rows(objects, csv::dataset_from(*given, "codes").object);
    const int code = reader.column("code");
    const int title = reader.column("title");
    if (code < 0) {
        broken("the code list has no column \"code\"");
    }
    std::set<std::string> seen;
    csv::Row row;
    while (reader.next(row)) {
        std::string text(row[static_cast<std::size_t>(code)]);
        if (row.fault() == csv::RowFault::None && seen.insert(text).second) {
            codes.push_back({std::move(text), title < 0 ? "" : std::string(row[static_cast<std::size_t>(title)])});
        }
    }
    return codes;
}

// The rows of a report's doubts, one by one.
class Doubts {
 public:
    Doubts(sdk::Objects& objects, const ports::ReviewBatch& batch) : country_(batch.country) {
        if (const Json* share = member(batch.details, "double_check"); share != nullptr && share->is_number()) {
            share_ = share->to_number<double>();
        }
        const sdk::Json* given = dataset_member(batch.details, "reviews");
        if (given == nullptr) {
            return;
        }
        reader_.emplace(csv::open_rows(objects, csv::dataset_from(*given, "reviews").object));
        for (std::size_t i = 0; i < tasks::report::doubt_columns.size(); ++i) {
            if (reader_->header().size() <= i || reader_->header()[i] != tasks::report::doubt_columns[i]) {
                broken("the list of items for review has other columns than this program writes");
            }
        }
    }
    bool next(ports::ReviewRow& into) {
        csv::Row row;
        if (!reader_ || !reader_->next(row)) {
            return false;
        }
        if (row.fault() != csv::RowFault::None) {
            broken("the list of items for review is damaged in row " + std::to_string(row.number()));
        }
        into.item = row[0];
        into.place = row.number();
        into.code = row[1];
        into.probability = number(row[2], 0);
        into.alternatives = json_from_text(row[3]) ? std::string(row[3]) : "[]";
        into.units = number(row[4], 0);
        into.weight_kg = number(row[5], 0);
        into.cost = number(row[6], 0);
        into.looks = looked_at_twice(country_, into.item, share_) ? 2 : 1;
        return true;
    }

 private:
    const std::string country_;
    double share_ = 0;
    std::optional<csv::Reader> reader_;
};

Result<bool> take_in(
    ports::Reviews& reviews, ports::ObjectStore& objects, engine::Api& api, const ports::ReviewBatch& batch, Instant now
) {
    sdk::TaskIdentity identity;
    identity.run = batch.run;
    identity.task = "reviews";
    identity.country = batch.country;
    const auto session = objects.session(identity, role);
    try {
        const std::vector<ports::ReviewCode> codes = read_codes(*session, batch.details);
        Doubts doubts(*session, batch);
        engine::AcceptRequest opened;
        opened.by = Caller::house("reviews");
        opened.run = batch.run;
        opened.task = batch.task;
        opened.effects = session->take_effects();
        // On record first: whatever dies between the two, nothing was taken out of an object without a line. It is then opened again.
        if (!opened.effects.empty()) {
            if (const Result<engine::Reply> recorded = api.accept(std::move(opened)); !recorded) {
                return recorded.error();
            }
        }
        return reviews.take_in(batch, codes, [&](ports::ReviewRow& row) { return doubts.next(row); }, now);
    } catch (const sdk::TaskFailure& failure) {
        const Error error = reading_error("reviews", failure);
        if (error.kind == ErrorKind::Unavailable) {
            return error;
        }
        spdlog::error("the report of run {} for {} is not taken into the reviews: {}", batch.run, batch.country, failure.reason());
        const Result<void> refused = reviews.refuse(batch, failure.reason(), now);
        return refused ? Result<bool>(false) : Result<bool>(refused.error());
    }
}

}  // namespace

Result<int> take_in_reports(ports::Reviews& reviews, ports::ObjectStore& objects, engine::Api& api, Instant now) {
    const Result<std::vector<ports::ReviewBatch>> waiting = reviews.waiting();
    if (!waiting) {
        return waiting.error();
    }
    int taken = 0;
    std::optional<Error> fault;
    for (const ports::ReviewBatch& batch : *waiting) {
        const Result<bool> done = take_in(reviews, objects, api, batch, now);
        if (!done) {
            fault = done.error();
        } else if (*done) {
            ++taken;
        }
    }
    return fault ? Result<int>(*fault) : Result<int>(taken);
}

ReviewIntake::ReviewIntake(engine::Engine& engine, ports::ObjectStore& objects, ports::Reviews& reviews)
    : engine_(engine), objects_(objects), reviews_(reviews), rounds_(every, [this] { look(); }) {}

void ReviewIntake::look() {
    if (!engine_.ready()) {
        return;
    }
    const Instant now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    const Result<int> taken = take_in_reports(reviews_, objects_, engine_, now);
    const std::string told = taken ? "" : describe(taken.error());
    if (!told.empty() && told != told_) {
        spdlog::warn("reports wait to be taken into the reviews: {}", told);
    }
    told_ = told;
}

}  // namespace kontor::app
