#include "exec/redaction.hpp"

#include <gtest/gtest.h>

namespace kontor::exec {
namespace {

TEST(Redaction, TakesASecretOutWhereverItStands) {
    const Redaction redact({"hunter-22"});
    EXPECT_EQ(redact("hunter-22"), "[secret]");
    EXPECT_EQ(redact("a hunter-22b hunter-22"), "a [secret]b [secret]");
    EXPECT_EQ(redact("hunter-2"), "hunter-2");
    EXPECT_EQ(redact(""), "");
}

TEST(Redaction, TheLongerOfTwoSecretsGoesFirst) {
    EXPECT_EQ(Redaction({"abcdef", "abcdef-ghijkl"})("abcdef-ghijkl abcdef"), "[secret] [secret]");
}

TEST(Redaction, AShortSecretIsLeftAloneAsItIsPartOfWords) {
    EXPECT_EQ(Redaction({"", "a", "kon"})("a kontor"), "a kontor");
}

// "Authorization: Basic ..." holds user:password in base64; the vectors are what coreutils' base64 gives.
TEST(Redaction, KnowsASecretInBase64WhereverItBegins) {
    const Redaction redact({"hunter-22"});
    EXPECT_EQ(redact("aHVudGVyLTIy"), "[secret]");                        // hunter-22
    EXPECT_EQ(redact("YWI6aHVudGVyLTIy"), "YWI6[secret]");                // ab:hunter-22
    EXPECT_EQ(redact("YTpodW50ZXItMjI="), "YTp[secret]I=");               // a:hunter-22: its last character tells two bits
    EXPECT_EQ(redact("Omh1bnRlci0yMg=="), "Om[secret]g==");               // :hunter-22
    EXPECT_EQ(Redaction({"~~~?\?\?>>>"})("fn5-Pz8_Pj4-"), "[secret]") << "the alphabet of URLs";
}

}  // namespace
}  // namespace kontor::exec
