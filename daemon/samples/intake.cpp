#include "samples/intake.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "base/json.hpp"
#include "samples/decoder.hpp"
#include "samples/line_cutter.hpp"
#include "samples/sample_line.hpp"
#include "tasks/csv/data_file.hpp"
#include "tasks/samples/sample_table.hpp"

namespace kontor::samples {

namespace table = tasks::samples;
using ports::SampleFate;

namespace {

constexpr const char* role = "collector";

// Two objects of a day never share a name, whichever daemon writes them.
std::string fresh_name() {
    std::random_device random;
    std::string name;
    for (int i = 0; i < 4; ++i) {
        const std::string part = std::to_string(random());
        name += std::string(10 - part.size(), '0') + part;
    }
    return name;
}

Error storage_error(const sdk::TaskFailure& failure) {
    switch (failure.kind()) {
        case sdk::FailureClass::Transient:
        case sdk::FailureClass::Resource: return unavailable("samples", failure.reason());
        case sdk::FailureClass::Data:
        case sdk::FailureClass::Config:
        case sdk::FailureClass::Bug: break;
    }
    return internal("samples", failure.reason());
}

}  // namespace

// Lines wait here until there are enough of them for a chunk.
class Stream final : public ports::SampleStream {
 public:
    Stream(Intake& intake, ports::SampleSender sender, std::unique_ptr<Decoder> decoder)
        : intake_(intake), sender_(std::move(sender)), decoder_(std::move(decoder)), cutter_(intake.limits_.line_bytes_max) {}

    Result<void> take(std::string_view bytes) override {
        return decoder_->push(bytes, [this](std::string_view text) -> Result<void> {
            unpacked_ += static_cast<std::int64_t>(text.size());
            if (unpacked_ > intake_.limits_.stream_bytes_max) {
                return invalid(
                    "samples", "the body is larger than " + std::to_string(intake_.limits_.stream_bytes_max >> 20U) +
                                   " MiB when it is unpacked: send it in parts"
                );
            }
            return cutter_.push(text, by_line());
        });
    }
    Result<void> finish() override {
        if (Result<void> ended = decoder_->end(); !ended) {
            return ended;
        }
        if (Result<void> last = cutter_.end(by_line()); !last) {
            return last;
        }
        return keep_chunk();
    }
    const ports::SampleReport& report() const override { return report_; }

 private:
    struct Waiting {
        std::int64_t line = 0;
        Sample sample;
    };
    struct Chunk {
        std::vector<ports::SampleBatch> batches;
        std::vector<std::vector<std::int64_t>> lines;  // of each batch's rows
        std::vector<sdk::Effect> effects;
    };

    std::function<Result<void>(std::int64_t, std::string_view, bool)> by_line() {
        return [this](std::int64_t number, std::string_view text, bool too_long) { return take_line(number, text, too_long); };
    }
    Result<void> take_line(std::int64_t number, std::string_view text, bool too_long);
    void refuse(std::int64_t line, std::string field, std::string message);
    Result<void> keep_chunk();
    Result<std::vector<Waiting>> find_new();
    Chunk write_objects(std::vector<Waiting> fresh);
    void count(SampleFate fate, std::int64_t line);

    Intake& intake_;
    const ports::SampleSender sender_;
    const std::unique_ptr<Decoder> decoder_;
    LineCutter cutter_;
    std::int64_t unpacked_ = 0;
    std::vector<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::set<std::string> waiting_columns_;
    ports::SampleReport report_;
};

void Stream::refuse(std::int64_t line, std::string field, std::string message) {
    ++report_.refused;
    if (report_.faults.size() < ports::sample_faults_max) {
        report_.faults.push_back({line, std::move(field), std::move(message)});
    }
}

Result<void> Stream::take_line(std::int64_t number, std::string_view text, bool too_long) {
    if (!too_long && text.find_first_not_of(" \t") == std::string_view::npos) {
        return {};
    }
    ++report_.lines;
    if (too_long) {
        refuse(number, "", "is longer than " + std::to_string(intake_.limits_.line_bytes_max) + " bytes");
        return {};
    }
    Waiting waiting{number, {}};
    if (std::optional<LineFault> fault = parse_sample(text, waiting.sample)) {
        refuse(number, std::move(fault->field), std::move(fault->message));
        return {};
    }
    if (!sender_.by.countries.contains(waiting.sample.country)) {
        refuse(number, "country", "is " + waiting.sample.country + ", for which the token '" + sender_.by.name + "' may not work");
        return {};
    }
    for (const auto& [name, cell] : waiting.sample.columns) {
        waiting_columns_.insert(name);
    }
    waiting_bytes_ += waiting.sample.bytes();
    waiting_.push_back(std::move(waiting));
    // One sample has fewer columns than fit; together they may pass the bound by its own.
    const bool full = waiting_.size() >= intake_.limits_.chunk_samples_max || waiting_bytes_ >= intake_.limits_.chunk_bytes_max ||
                      waiting_columns_.size() >= intake_.limits_.chunk_columns_max;
    return full ? keep_chunk() : Result<void>();
}

void Stream::count(SampleFate fate, std::int64_t line) {
    switch (fate) {
        case SampleFate::New: ++report_.accepted; return;
        case SampleFate::Same: ++report_.duplicates; return;
        case SampleFate::Other:
            refuse(line, "version", "is there already and says something else: a change needs a higher version");
            return;
    }
}

// What of the waiting lines is not known yet; the others are counted.
Result<std::vector<Stream::Waiting>> Stream::find_new() {
    std::vector<ports::SampleRow> rows;
    rows.reserve(waiting_.size());
    std::vector<const ports::SampleRow*> asked;
    for (const Waiting& each : waiting_) {
        asked.push_back(&rows.emplace_back(
            ports::SampleRow{each.sample.country, each.sample.item, each.sample.version, each.sample.digest, each.sample.code}
        ));
    }
    const Result<std::vector<SampleFate>> known = intake_.rows_.known(asked);
    if (!known) {
        return known.error();
    }
    std::vector<Waiting> fresh;
    using Key = std::tuple<std::string_view, std::string_view, std::int64_t>;  // into `rows`
    std::map<Key, std::string_view> in_chunk;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
        if ((*known)[i] != SampleFate::New) {
            count((*known)[i], waiting_[i].line);
            continue;
        }
        const auto [first, is_first] = in_chunk.emplace(Key(rows[i].country, rows[i].item, rows[i].version), rows[i].digest);
        if (!is_first) {
            count(first->second == rows[i].digest ? SampleFate::Same : SampleFate::Other, waiting_[i].line);
            continue;
        }
        fresh.push_back(std::move(waiting_[i]));
    }
    waiting_.clear();
    waiting_bytes_ = 0;
    waiting_columns_.clear();
    return fresh;
}

// Throws TaskFailure.
Stream::Chunk Stream::write_objects(std::vector<Waiting> fresh) {
    std::map<std::string, std::vector<Waiting>> by_country;
    for (Waiting& each : fresh) {
        by_country[each.sample.country].push_back(std::move(each));
    }
    sdk::TaskIdentity identity;
    identity.workflow = "samples";
    identity.run = std::chrono::duration_cast<std::chrono::days>(intake_.now_().time_since_epoch()).count();
    identity.task = "intake";
    const auto session = intake_.objects_.session(identity, role);
    Chunk chunk;
    for (auto& [country, samples] : by_country) {
        std::set<std::string> names;
        for (const Waiting& each : samples) {
            for (const auto& [name, cell] : each.sample.columns) {
                names.insert(name);
            }
        }
        csv::Writer writer = csv::create_rows(*session, table::scope, country, fresh_name());
        std::vector<std::string> header(table::fixed_columns.begin(), table::fixed_columns.end());
        for (const std::string& name : names) {
            header.push_back(table::own_column(name));
        }
        writer.header(header);
        ports::SampleBatch& batch = chunk.batches.emplace_back();
        std::vector<std::int64_t>& lines = chunk.lines.emplace_back();
        batch.country = country;
        batch.sent_by = sender_.by.name;
        for (Waiting& each : samples) {
            Sample& sample = each.sample;
            writer.field(sample.item).field(std::to_string(sample.version)).field(sample.code);
            for (const std::string& name : names) {
                const auto cell = sample.columns.find(name);
                writer.field(cell == sample.columns.end() ? std::string_view() : std::string_view(cell->second));
            }
            writer.end_row();
            batch.rows.push_back({country, std::move(sample.item), sample.version, std::move(sample.digest), std::move(sample.code)});
            lines.push_back(each.line);
        }
        batch.object = writer.commit();
    }
    chunk.effects = session->take_effects();
    return chunk;
}

Result<void> Stream::keep_chunk() {
    if (waiting_.empty()) {
        return {};
    }
    Result<std::vector<Waiting>> fresh = find_new();
    if (!fresh) {
        return fresh.error();
    }
    if (sender_.dry_run) {
        std::for_each(fresh->begin(), fresh->end(), [this](const Waiting& each) { count(SampleFate::New, each.line); });
        return {};
    }
    if (fresh->empty()) {
        return {};
    }
    try {
        Chunk chunk = write_objects(std::move(*fresh));
        std::string note;
        for (const ports::SampleBatch& batch : chunk.batches) {
            note += (note.empty() ? "samples: " : ", ") + batch.country + " " + std::to_string(batch.rows.size());
        }
        // On record before anybody can find them: what dies in between leaves objects that nobody refers to.
        if (Result<void> recorded = intake_.record_({sender_, std::move(note), std::move(chunk.effects)}); !recorded) {
            return recorded;
        }
        report_.on_record = true;
        const Result<std::vector<SampleFate>> kept = intake_.rows_.keep(chunk.batches, intake_.now_());
        if (!kept) {
            return kept.error();
        }
        std::size_t at = 0;
        for (const std::vector<std::int64_t>& lines : chunk.lines) {
            for (const std::int64_t line : lines) {
                count((*kept)[at++], line);
            }
        }
        return {};
    } catch (const sdk::TaskFailure& failure) {
        return storage_error(failure);
    }
}

Result<std::unique_ptr<ports::SampleStream>> Intake::open(ports::SampleSender sender, std::string_view coding) {
    std::unique_ptr<Decoder> decoder = make_decoder(coding);
    if (decoder == nullptr) {
        return invalid("samples", "the Content-Encoding must be gzip, zstd or identity");
    }
    return std::unique_ptr<ports::SampleStream>(std::make_unique<Stream>(*this, std::move(sender), std::move(decoder)));
}

}  // namespace kontor::samples
