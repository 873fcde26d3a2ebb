// Samples kept in memory, with the contract of the database's, and the objects they lie in: for tests of whoever takes samples in.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <tuple>

#include "ports/object_store.hpp"
#include "ports/samples.hpp"
#include "support/task_bench.hpp"

namespace kontor::test {

class MemorySamples final : public ports::SampleRows {
 public:
    Result<std::vector<ports::SampleFate>> known(const std::vector<const ports::SampleRow*>& rows) override {
        const std::lock_guard lock(mutex_);
        ++asked_;
        if (away_) {
            return unavailable("samples", "the database is away");
        }
        std::vector<ports::SampleFate> fates;
        for (const ports::SampleRow* row : rows) {
            fates.push_back(fate_of(*row));
        }
        return fates;
    }
    Result<std::vector<ports::SampleFate>> keep(const std::vector<ports::SampleBatch>& batches, Instant) override {
        const std::lock_guard lock(mutex_);
        if (away_keeping_) {
            return unavailable("samples", "the database is away");
        }
        std::vector<ports::SampleFate> fates;
        for (const ports::SampleBatch& batch : batches) {
            batches_.push_back(batch);
            for (const ports::SampleRow& row : batch.rows) {
                fates.push_back(fate_of(row));
                rows_.emplace(key_of(row), row);
            }
        }
        return fates;
    }
    Result<std::vector<ports::CurrentSamples>> current(const std::string&) override { return std::vector<ports::CurrentSamples>{}; }

    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return rows_.size();
    }
    std::vector<ports::SampleBatch> batches_;
    int asked_ = 0;
    bool away_ = false;
    bool away_keeping_ = false;

 private:
    using Key = std::tuple<std::string, std::string, std::int64_t>;
    static Key key_of(const ports::SampleRow& row) { return {row.country, row.item, row.version}; }
    ports::SampleFate fate_of(const ports::SampleRow& row) const {
        const auto found = rows_.find(key_of(row));
        return found == rows_.end()                  ? ports::SampleFate::New
               : found->second.digest == row.digest ? ports::SampleFate::Same
                                                     : ports::SampleFate::Other;
    }
    std::mutex mutex_;
    std::map<Key, ports::SampleRow> rows_;
};

class SampleObjects final : public ports::ObjectStore {
 public:
    std::unique_ptr<ports::ObjectSession> session(const sdk::TaskIdentity&, const std::string& role) override {
        role_ = role;
        return std::make_unique<Session>(*this);
    }
    MemoryObjects kept_;
    std::string role_;
    bool full_ = false;

 private:
    class Session final : public ports::ObjectSession {
     public:
        explicit Session(SampleObjects& owner) : owner_(owner) {}
        std::unique_ptr<sdk::ByteReader> open(const sdk::ObjectRef& object) override { return owner_.kept_.open(object); }
        std::unique_ptr<sdk::ByteWriter> create(std::string_view scope, std::string_view country, std::string_view name) override {
            if (owner_.full_) {
                throw sdk::TaskFailure(sdk::FailureClass::Resource, "the disk is full");
            }
            effects_.emplace_back(sdk::ObjectWritten{{}, std::string(country), std::string(scope), "", 0});
            return owner_.kept_.create(scope, country, name);
        }
        std::vector<sdk::Effect> take_effects() override { return std::move(effects_); }

     private:
        SampleObjects& owner_;
        std::vector<sdk::Effect> effects_;
    };
};

}  // namespace kontor::test
