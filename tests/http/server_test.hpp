// A server on a free port over the engine in memory; each test has its own.
#pragma once

#include "base/sha256.hpp"
#include "http/memory_api.hpp"
#include "http/memory_code_lists.hpp"
#include "http/memory_retention.hpp"
#include "http/memory_doctor.hpp"
#include "http/memory_files.hpp"
#include "http/memory_folder.hpp"
#include "http/memory_lineage.hpp"
#include "http/memory_filing.hpp"
#include "http/memory_reviews.hpp"
#include "samples/intake.hpp"
#include "support/memory_samples.hpp"
#include "http/raw_client.hpp"
#include "http/server.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace kontor::http_test {

inline constexpr std::string_view token = "a-token-of-the-test";

class ServerTest : public ::testing::Test {
  protected:
    void start(http::ServerLimits limits = {}) {
        http::ServerOptions options;
        options.port = 0;
        options.token_hashes = {sha256_hex("another-token"), sha256_hex(token)};
        options.keys = &keys_;
        options.predictor = &predictor_;
        options.reviews = &reviews_;
        options.evidence = &reviews_;
        options.filing = &filing_;
        options.samples = &desk_;
        options.files = &files_;
        options.code_lists = &code_lists_;
        options.retention = &retention_;
        options.doctor = &doctor_;
        options.folder = &folder_;
        options.predictions = &predictions_;
        options.version = "0.0.1-test";
        options.database = "embedded";
        options.limits = limits;
        auto started = http::Server::start(options, api_);
        ASSERT_TRUE(started) << describe(started.error());
        server_ = std::move(*started);
    }
    void TearDown() override {
        api_.release();
        server_.reset();
    }

    Answer ask(
        std::string_view method,
        std::string_view target,
        std::string_view body = {},
        std::string_view content_type = "application/json",
        std::string_view more_fields = {}
    ) {
        RawClient client(server_->port());
        client.send(request_text(method, target, token, body, content_type, more_fields));
        return client.answer(method == "HEAD");
    }

    MemoryApi api_;
    MemoryKeys keys_;
    MemoryPredictor predictor_;
    MemoryReviews reviews_;
    MemoryFiling filing_;
    MemoryCodeLists code_lists_;
    MemoryDoctor doctor_;
    MemoryFolder folder_;
    MemoryFiles files_;
    MemoryPredictions predictions_;
    MemoryRetention retention_;
    test::SampleObjects sample_objects_;
    test::MemorySamples samples_;
    samples::Intake desk_{
        sample_objects_, samples_,
        [this](samples::KeptChunk chunk) -> Result<void> {
            notes_.push_back(chunk.sender.by.name + ": " + chunk.note);
            return {};
        },
        [] { return Instant{}; }, intake_limits()};
    std::vector<std::string> notes_;
    static samples::IntakeLimits intake_limits() {
        samples::IntakeLimits limits;
        limits.chunk_samples_max = 1000;
        limits.stream_bytes_max = std::int64_t{8} << 20U;
        return limits;
    }
    std::unique_ptr<http::Server> server_;
};

}  // namespace kontor::http_test
