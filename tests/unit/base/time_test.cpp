#include "base/time.hpp"

#include "base/prng.hpp"

#include <gtest/gtest.h>

namespace kontor {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Instant at(const char* text) { return instant_from_iso(text).value(); }

TEST(Instant, WhatIsWrittenReadsBackAsTheSameInstant) {
    Prng prng(11);
    for (int i = 0; i < 5000; ++i) {
        // Years 1900 to 2200, before and after the epoch.
        const auto us = static_cast<std::int64_t>(prng.below(9'467'000'000'000'000ULL)) -
                        2'200'000'000'000'000LL;
        const Instant instant{microseconds(us)};
        EXPECT_EQ(at(to_iso(instant).c_str()), instant) << to_iso(instant);
    }
}

TEST(Instant, OrderOfTextsIsOrderOfInstants) {
    Prng prng(12);
    for (int i = 0; i < 2000; ++i) {
        const Instant one{
            microseconds(static_cast<std::int64_t>(prng.below(4'000'000'000'000'000ULL)))};
        const Instant other{
            microseconds(static_cast<std::int64_t>(prng.below(4'000'000'000'000'000ULL)))};
        EXPECT_EQ(one < other, to_iso(one) < to_iso(other));
    }
}

TEST(Instant, IsWrittenInUtcWithMicroseconds) {
    EXPECT_EQ(to_iso(Instant{}), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(to_iso(Instant{microseconds(-1)}), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(to_iso(at("2024-02-29T23:59:59.5Z")), "2024-02-29T23:59:59.500000Z");
}

TEST(Instant, OffsetsAreTakenOff) {
    EXPECT_EQ(at("2026-11-22T01:30:00+01:30"), at("2026-11-22T00:00:00Z"));
    EXPECT_EQ(at("2026-12-31T20:00:00-05:00"), at("2027-01-01T01:00:00Z"));
}

TEST(Instant, FinerThanAMicrosecondIsCutOff) {
    EXPECT_EQ(at("2026-11-22T00:00:00.123456789Z"), at("2026-11-22T00:00:00.123456Z"));
}

TEST(Instant, WhatIsNoTimeIsRefusedWithTheTextInTheSentence) {
    for (const char* text :
         {"",
          "2026",
          "2026-11-22",
          "2026-11-22T14:05:00",
          "2026-13-01T00:00:00Z",
          "2026-02-30T00:00:00Z",
          "2025-02-29T00:00:00Z",
          "2026-11-22T24:00:00Z",
          "2026-11-22T00:60:00Z",
          "2026-11-22T00:00:00.Z",
          "2026-11-22T00:00:00ZZ",
          "2026-11-22T00:00:00+0100",
          "2026/11/22T00:00:00Z",
          "-026-11-22T00:00:00Z",
          "2026-11-22T00:00:00+24:00",
          "yesterday"}) {
        const Result<Instant> parsed = instant_from_iso(text);
        ASSERT_FALSE(parsed.has_value()) << text;
        EXPECT_EQ(parsed.error().kind, ErrorKind::Invalid);
        EXPECT_NE(parsed.error().message.find(text), std::string::npos);
    }
}

TEST(Duration, UnitsAndSumsAreRead) {
    EXPECT_EQ(duration_from_text("250ms").value(), milliseconds(250));
    EXPECT_EQ(duration_from_text("30s").value(), seconds(30));
    EXPECT_EQ(duration_from_text("1h30m").value(), minutes(90));
    EXPECT_EQ(duration_from_text("1d").value(), hours(24));
    EXPECT_EQ(duration_from_text("0s").value(), seconds(0));
    EXPECT_EQ(duration_from_text("1.5s").value(), milliseconds(1500));
    EXPECT_EQ(duration_from_text("7us").value(), microseconds(7));
}

TEST(Duration, FractionsOfASecondAreExactToTheMicrosecond) {
    for (int ms = 0; ms < 1000; ++ms) {
        std::string digits = std::to_string(1000 + ms).substr(1);
        EXPECT_EQ(duration_from_text("8." + digits + "s").value(), milliseconds(8000 + ms))
            << digits;
    }
}

TEST(Duration, WhatIsNoDurationIsRefused) {
    for (const char* text :
         {"",
          "s",
          "5",
          "5 m",
          "-5s",
          "1h-5m",
          "5x",
          "1e3s",
          "inf",
          "infs",
          "nans",
          "5S",
          "5s ",
          "40000d",
          "99999999999999999999d",
          "1h30"}) {
        EXPECT_FALSE(duration_from_text(text).has_value()) << text;
    }
}

TEST(Duration, WhatIsWrittenReadsBackAsTheSameSpan) {
    EXPECT_EQ(to_text(minutes(90)), "90m");
    EXPECT_EQ(to_text(hours(48)), "2d");
    EXPECT_EQ(to_text(milliseconds(1500)), "1500ms");
    EXPECT_EQ(duration_from_text(to_text(Duration(0))).value(), Duration(0));
    Prng prng(13);
    for (int i = 0; i < 5000; ++i) {
        const Duration span{static_cast<std::int64_t>(
            prng.below(prng.below(2) == 0 ? 3'000'000'000'000'000ULL : 100'000ULL)
        )};
        EXPECT_EQ(duration_from_text(to_text(span)).value(), span) << to_text(span);
    }
}

}  // namespace
}  // namespace kontor
