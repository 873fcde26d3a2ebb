// A workbench for tasks in tests: objects in memory and a context whose input, seed and stop the test sets.
// Objects honour the contract of sdk::Objects: nothing is stored without commit(), and reads are checked against the hash.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "tasks/csv/data_file.hpp"
#include "tasks/ml/digest.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::test {

// Gives at most `piece` bytes per read, so that seams between reads are exercised.
class MemoryReader final : public sdk::ByteReader {
 public:
    explicit MemoryReader(std::string bytes, std::size_t piece = 4096) : bytes_(std::move(bytes)), piece_(piece) {}
    std::size_t read(std::span<std::byte> buffer) override {
        const std::size_t n = std::min({buffer.size(), piece_, bytes_.size() - at_});
        std::memcpy(buffer.data(), bytes_.data() + at_, n);
        at_ += n;
        return n;
    }

 private:
    std::string bytes_;
    std::size_t piece_;
    std::size_t at_ = 0;
};

class MemoryObjects final : public sdk::Objects {
 public:
    std::unique_ptr<sdk::ByteReader> open(const sdk::ObjectRef& object) override {
        const auto found = stored_.find(object.key);
        if (found == stored_.end()) {
            throw sdk::TaskFailure(sdk::FailureClass::Data, "no object " + object.key);
        }
        if (ml::sha256_hex(found->second) != object.sha256) {
            throw sdk::TaskFailure(sdk::FailureClass::Data, "object " + object.key + " is not what it was");
        }
        return std::make_unique<MemoryReader>(found->second);
    }
    std::unique_ptr<sdk::ByteWriter> create(
        std::string_view scope, std::string_view country, std::string_view name
    ) override {
        std::string key = std::string(scope) + "/test/1/" + std::string(country) + "/" + std::to_string(++made_) + "." +
                          std::string(name);
        return std::make_unique<Writer>(*this, std::move(key));
    }
    std::map<std::string, std::string>& stored() { return stored_; }

 private:
    class Writer final : public sdk::ByteWriter {
     public:
        Writer(MemoryObjects& owner, std::string key) : owner_(owner), key_(std::move(key)) {}
        void write(std::span<const std::byte> bytes) override {
            bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }
        sdk::ObjectRef commit() override {
            sdk::ObjectRef object{key_, ml::sha256_hex(bytes_), static_cast<std::int64_t>(bytes_.size())};
            owner_.stored_[key_] = std::move(bytes_);
            return object;
        }

     private:
        MemoryObjects& owner_;
        std::string key_;
        std::string bytes_;
    };

    std::map<std::string, std::string> stored_;
    int made_ = 0;
};

class TaskBench final : public sdk::TaskContext {
 public:
    TaskBench() { identity_.country = "DE"; }

    const sdk::TaskIdentity& identity() const override { return identity_; }
    const sdk::JsonObject& input() const override { return input_; }
    int cores() const override { return cores_; }
    std::uint64_t seed() const override { return seed_; }
    sdk::Objects& objects() override { return elsewhere_ == nullptr ? objects_ : *elsewhere_; }
    std::stop_token stop() const override { return stop_.get_token(); }
    void progress(double fraction, std::string_view what) override {
        progress_.emplace_back(fraction, std::string(what));
        if (stop_after_progress_ > 0 && static_cast<int>(progress_.size()) >= stop_after_progress_) {
            stop_.request_stop();
        }
    }
    void log(sdk::LogLevel /*level*/, std::string_view line) override { log_.emplace_back(line); }
    std::optional<std::string> checkpoint() override { return kept_.empty() ? std::nullopt : std::optional(kept_.back()); }
    void keep_checkpoint(std::string_view bytes) override {
        kept_.emplace_back(bytes);
        if (stop_after_checkpoints_ > 0 && static_cast<int>(kept_.size()) >= stop_after_checkpoints_) {
            stop_.request_stop();
        }
    }
    std::optional<std::string> setting(std::string_view name) const override {
        const auto found = settings_.find(std::string(name));
        return found == settings_.end() ? std::nullopt : std::optional(found->second);
    }

    // Runs a task as the executor does: what it throws becomes its outcome.
    sdk::Outcome run(const sdk::TaskRegistry& registry, std::string_view type, sdk::JsonObject input) {
        input_ = std::move(input);
        const sdk::TaskType* found = registry.find(type);
        if (found == nullptr) {
            return sdk::Failed{sdk::FailureClass::Bug, "no task type " + std::string(type)};
        }
        try {
            return found->make()->run(*this);
        } catch (const sdk::TaskFailure& failure) {
            return sdk::Failed{failure.kind(), failure.reason()};
        } catch (const sdk::TaskInterrupted&) {
            return sdk::Interrupted{};
        }
    }

    // Stores `text` as a zstd-compressed CSV object, byte for byte.
    csv::Dataset store_csv(std::string_view text, std::int64_t rows, std::string_view scope = "raw") {
        csv::Writer writer = csv::create_rows(objects(), scope, csv::object_country(identity_), "rows");
        writer.encoded_rows(text, rows);
        return csv::Dataset{writer.commit(), rows};
    }
    // All rows of a dataset, the header first.
    std::vector<std::vector<std::string>> rows_of(const sdk::ObjectRef& object) {
        csv::Reader reader = csv::open_rows(objects(), object);
        std::vector<std::vector<std::string>> rows{reader.header()};
        csv::Row row;
        while (reader.next(row)) {
            auto& fields = rows.emplace_back();
            for (std::size_t i = 0; i < row.size(); ++i) {
                fields.emplace_back(row[i]);
            }
        }
        return rows;
    }

    sdk::TaskIdentity identity_{};
    sdk::JsonObject input_{};
    int cores_ = 1;
    std::uint64_t seed_ = 1;
    MemoryObjects objects_;
    sdk::Objects* elsewhere_ = nullptr;  // used instead of objects_ when set
    std::stop_source stop_;
    int stop_after_progress_ = 0;
    int stop_after_checkpoints_ = 0;
    std::vector<std::string> kept_;  // checkpoints, the last is the one that counts
    std::vector<std::pair<double, std::string>> progress_;
    std::vector<std::string> log_;
    std::map<std::string, std::string> settings_;
};

}  // namespace kontor::test
