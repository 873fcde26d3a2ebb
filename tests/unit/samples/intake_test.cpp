// Streams of samples, plain and packed, whole and broken, against a store in memory.
#include "samples/intake.hpp"

#include <gtest/gtest.h>

#include "samples/decoder.hpp"
#include "support/memory_samples.hpp"
#include "support/packed.hpp"

namespace kontor::samples {
namespace {

using test::gzipped;
using test::zstded;

std::string line(const std::string& country, const std::string& item, int version = 1, const std::string& code = "1.1", const std::string& title = "Kabel") {
    return R"({"country":")" + country + R"(","item":")" + item + R"(","version":)" + std::to_string(version) + R"(,"code":")" + code +
           R"(","columns":{"title":")" + title + "\"}}\n";
}

class SampleIntake : public testing::Test {
 protected:
    struct Told {
        Result<void> result;
        ports::SampleReport report;
    };
    Told send(const std::string& body, const std::string& coding = "", std::size_t piece = 1000) {
        Intake intake(
            objects_, rows_,
            [this](KeptChunk chunk) -> Result<void> {
                if (off_record_) {
                    return unavailable("engine", "no leader");
                }
                notes_.push_back(chunk.sender.by.name + " " + chunk.note + " " + std::to_string(chunk.effects.size()));
                return {};
            },
            [] { return Instant{}; }, limits_
        );
        auto opened = intake.open({by_, "POST /v1/samples", "/v1/samples"}, coding);
        if (!opened) {
            return {opened.error(), {}};
        }
        ports::SampleStream& stream = **opened;
        Result<void> result;
        for (std::size_t at = 0; at < body.size() && result; at += piece) {
            result = stream.take(std::string_view(body).substr(at, piece));
        }
        if (result) {
            result = stream.finish();
        }
        return {result, stream.report()};
    }

    Caller by_{"shop", Role::Operator, Countries::of({"DE", "FR"}), 7};
    IntakeLimits limits_;
    test::SampleObjects objects_;
    test::MemorySamples rows_;
    std::vector<std::string> notes_;
    bool off_record_ = false;
};

TEST_F(SampleIntake, GoodLinesAreKeptInAnObjectOfTheirCountryAndBadOnesNamed) {
    const Told told = send(
        line("DE", "a") + line("FR", "b", 2, "2.1", "un cable, \\\"long\\\"") + "\n{\"country\":\"DE\"}\n" + line("NL", "c") + line("DE", "d") + line("DE", "a") +
        line("DE", "a", 1, "9.9")
    );
    ASSERT_TRUE(told.result);
    EXPECT_EQ(told.report.lines, 7);
    EXPECT_EQ(told.report.accepted, 3);
    EXPECT_EQ(told.report.duplicates, 1);
    EXPECT_EQ(told.report.refused, 3);
    ASSERT_EQ(told.report.faults.size(), 3U);
    EXPECT_EQ(told.report.faults[0].line, 4);
    EXPECT_EQ(told.report.faults[0].field, "item");
    EXPECT_EQ(told.report.faults[1].line, 5);
    EXPECT_EQ(told.report.faults[1].field, "country");
    EXPECT_NE(told.report.faults[1].message.find("'shop' may not work"), std::string::npos);
    EXPECT_EQ(told.report.faults[2].line, 8);
    EXPECT_EQ(told.report.faults[2].field, "version");
    EXPECT_EQ(notes_, (std::vector<std::string>{"shop samples: DE 2, FR 1 2"}));
    EXPECT_EQ(objects_.role_, "collector");
    ASSERT_EQ(rows_.batches_.size(), 2U);
    test::TaskBench bench;
    bench.objects_ = objects_.kept_;
    EXPECT_EQ(rows_.batches_[0].object.key.substr(0, 7), "sample/");
    EXPECT_EQ(
        bench.rows_of(rows_.batches_[1].object),
        (std::vector<std::vector<std::string>>{{"item", "version", "code", "column:title"}, {"b", "2", "2.1", "un cable, \"long\""}})
    );
    for (const auto& [key, bytes] : objects_.kept_.stored()) {
        EXPECT_TRUE(key.starts_with("sample/")) << key;
    }
}

TEST_F(SampleIntake, TheSameStreamAgainCountsAsDuplicatesAndWritesNothing) {
    std::string body;
    for (int i = 0; i < 500; ++i) {
        body += line(i % 2 == 0 ? "DE" : "FR", "item " + std::to_string(i));
    }
    EXPECT_EQ(send(body).report.accepted, 500);
    const std::size_t objects = objects_.kept_.stored().size();
    for (const auto& [coding, packed] : std::map<std::string, std::string>{{"gzip", gzipped(body)}, {"zstd", zstded(body)}, {"GZip", gzipped(body)}, {"identity", body}}) {
        for (const std::size_t piece : {1U, 7U, 100000U}) {
            const Told told = send(packed, coding, piece);
            EXPECT_TRUE(told.result) << coding;
            EXPECT_EQ(told.report.duplicates, 500) << coding << " " << piece;
            EXPECT_EQ(told.report.accepted + told.report.refused, 0);
        }
    }
    EXPECT_EQ(objects_.kept_.stored().size(), objects);
    // Frames may follow one another, as `cat a.gz b.gz` makes them.
    EXPECT_EQ(send(gzipped(line("DE", "x")) + gzipped(line("DE", "y")), "gzip").report.accepted, 2);
    EXPECT_EQ(send(zstded(line("DE", "v")) + zstded(line("DE", "w")), "zstd").report.accepted, 2);
}

TEST_F(SampleIntake, WhatIsNoSuchPackingEndsTheStreamAndSaysSo) {
    const std::string whole = gzipped(line("DE", "a"));
    EXPECT_EQ(send(whole.substr(0, whole.size() - 9), "gzip").result.error().message, "the gzip body is cut short");
    EXPECT_EQ(send("not gzip at all", "gzip").result.error().kind, ErrorKind::Invalid);
    EXPECT_EQ(send("not zstd at all", "zstd").result.error().kind, ErrorKind::Invalid);
    const std::string zstd = zstded(line("DE", "a"));
    EXPECT_EQ(send(zstd.substr(0, zstd.size() - 3), "zstd").result.error().message, "the zstd body is cut short");
    EXPECT_FALSE(send(whole + "rubbish", "gzip").result);
    EXPECT_EQ(send(line("DE", "a"), "br").result.error().kind, ErrorKind::Invalid);
    EXPECT_EQ(rows_.count(), 0U) << "nothing was answered, nothing is there";
}

TEST_F(SampleIntake, ABombIsCutAtTheBoundAndTakesNoMemory) {
    limits_.stream_bytes_max = std::int64_t{64} << 20U;
    const std::string zeros(std::size_t{80} << 20U, '0');
    for (const auto& [coding, packed] : std::map<std::string, std::string>{{"gzip", gzipped(zeros)}, {"zstd", zstded(zeros)}}) {
        EXPECT_LT(packed.size(), zeros.size() / 200);
        const Told told = send(packed, coding);
        ASSERT_FALSE(told.result) << coding;
        EXPECT_NE(told.result.error().message.find("larger than 64 MiB when it is unpacked"), std::string::npos);
    }
    // Lines of nothing, and lines that never end, are passed over.
    limits_.stream_bytes_max = std::int64_t{128} << 20U;
    EXPECT_EQ(send(gzipped(std::string(std::size_t{80} << 20U, '\n')), "gzip").report.lines, 0);
    const Told endless = send(gzipped(zeros + "\n" + line("DE", "a")), "gzip");
    EXPECT_EQ(endless.report.refused, 1);
    EXPECT_EQ(endless.report.faults.front().message, "is longer than 262144 bytes");
    EXPECT_EQ(endless.report.accepted, 1);
}

TEST_F(SampleIntake, ALongStreamIsKeptChunkByChunk) {
    limits_.chunk_samples_max = 100;
    std::string body;
    for (int i = 0; i < 1050; ++i) {
        body += line("DE", std::to_string(i));
    }
    EXPECT_EQ(send(body).report.accepted, 1050);
    EXPECT_EQ(rows_.batches_.size(), 11U);
    limits_.chunk_samples_max = 1000000;
    limits_.chunk_columns_max = 50;
    std::string wide;
    for (int i = 0; i < 200; ++i) {
        wide += R"({"country":"DE","item":"w)" + std::to_string(i) + R"(","version":1,"code":"c","columns":{"x)" + std::to_string(i) + "\":1}}\n";
    }
    EXPECT_EQ(send(wide).report.accepted, 200);
    EXPECT_EQ(rows_.batches_.size(), 15U) << "an object has a bounded number of columns";
}

TEST_F(SampleIntake, WhenTheWorldIsNotReadyNothingIsCountedAndTheNextTryFindsAllOfIt) {
    const std::string body = line("DE", "a") + line("DE", "b");
    rows_.away_ = true;
    EXPECT_EQ(send(body).result.error().kind, ErrorKind::Unavailable);
    rows_.away_ = false;
    objects_.full_ = true;
    EXPECT_EQ(send(body).result.error().kind, ErrorKind::Unavailable);
    objects_.full_ = false;
    off_record_ = true;
    EXPECT_EQ(send(body).report.accepted, 0);
    EXPECT_EQ(rows_.count(), 0U) << "what is not on record is not to be found";
    off_record_ = false;
    rows_.away_keeping_ = true;
    const Told told = send(body);
    EXPECT_FALSE(told.result);
    EXPECT_EQ(told.report.accepted, 0);
    rows_.away_keeping_ = false;
    EXPECT_EQ(send(body).report.accepted, 2);
}

TEST_F(SampleIntake, AHundredFaultsAreNamedAndAllAreCounted) {
    std::string body;
    for (int i = 0; i < 250; ++i) {
        body += "nonsense\n";
    }
    const Told told = send(body);
    EXPECT_EQ(told.report.refused, 250);
    EXPECT_EQ(told.report.faults.size(), ports::sample_faults_max);
    EXPECT_EQ(rows_.asked_, 0) << "there was nothing to ask for";
}

}  // namespace
}  // namespace kontor::samples
