#include "exec/redaction.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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

// "Authorization: Basic ..." holds user:password in base64; the vectors are what coreutils' base64
// gives.
TEST(Redaction, KnowsASecretInBase64WhereverItBegins) {
    const Redaction redact({"hunter-22"});
    EXPECT_EQ(redact("aHVudGVyLTIy"), "[secret]");          // hunter-22
    EXPECT_EQ(redact("YWI6aHVudGVyLTIy"), "YWI6[secret]");  // ab:hunter-22
    EXPECT_EQ(
        redact("YTpodW50ZXItMjI="), "YTp[secret]I="
    );  // a:hunter-22: its last character tells two bits
    EXPECT_EQ(redact("Omh1bnRlci0yMg=="), "Om[secret]g==");  // :hunter-22
    EXPECT_EQ(Redaction({"~~~?\?\?>>>"})("fn5-Pz8_Pj4-"), "[secret]") << "the alphabet of URLs";
}

const std::string made_token =
    "kontor_" + std::string("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");

// The lines as they would be logged, one after the other.
std::vector<std::string> logged(const Redaction& redact, const std::vector<std::string>& lines) {
    std::vector<Redaction::Begun> begun;
    std::vector<std::string> all;
    for (const std::string& line : lines) {
        all.push_back(redact.next(line, begun));
    }
    return all;
}

using Lines = std::vector<std::string>;

TEST(Redaction, WhatLooksLikeATokenIsOneWhoeverMadeIt) {
    const Redaction redact;
    EXPECT_EQ(redact("Bearer " + made_token + ", she said"), "Bearer [secret], she said");
    EXPECT_EQ(
        redact("kontor_ready_instances kontor_0123456789abcdef"),
        "kontor_ready_instances kontor_0123456789abcdef"
    );
    // base64 of ":", "a:" and "ab:" before the token, from coreutils.
    EXPECT_EQ(
        redact("Basic "
               "a29udG9yXzAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY"
               "3ODlhYmNkZWY="),
        "Basic [secret]Y="
    );
    EXPECT_EQ(
        redact("YTprb250b3JfMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ"
               "1Njc4OWFiY2RlZg=="),
        "YTp[secret]g=="
    );
    EXPECT_EQ(
        redact("OmtvbnRvcl8wMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU"
               "2Nzg5YWJjZGVm"),
        "Om[secret]"
    );
}

TEST(Redaction, AKeyThatTheDaemonHoldsIsAskedFor) {
    const std::string key = std::string(43, 'k') + "=";
    const Redaction redact(Lines{}, [&](std::string_view text) { return text == key; });
    EXPECT_EQ(redact("\"raw/DE/1\": \"" + key + "\""), "\"raw/DE/1\": \"[secret]\"");
    EXPECT_EQ(redact(std::string(43, 'x') + "= ="), std::string(43, 'x') + "= =");
    int asked = 0;
    const Redaction counting(Lines{}, [&](std::string_view) { return ++asked == 0; });
    EXPECT_EQ(counting(std::string(5000, '=')).size(), 5000U);
    EXPECT_EQ(asked, 0);
}

TEST(Redaction, ASecretThatAPieceOfALineCutsIsTakenOutOfBoth) {
    const Redaction redact({"hunter-22"});
    EXPECT_EQ(
        logged(redact, {"as hunter", "-22 it said", "-22"}),
        (Lines{"as [secret]", "[secret] it said", "-22"})
    );
    EXPECT_EQ(logged(redact, {"hun", "ter", "-22"}), (Lines{"[secret]", "[secret]", "[secret]"}));
    EXPECT_EQ(
        logged(redact, {"as hunter", "a warning between", "-22"}),
        (Lines{"as [secret]", "a warning between", "[secret]"})
    ) << "standard error is another stream";
    EXPECT_EQ(logged(redact, {"uh", "unter-22."}), (Lines{"uh", "[secret]."}))
        << "one letter is everywhere";
    const std::string filling(piece_bytes_min, '.');
    EXPECT_EQ(
        logged(redact, {filling + "h", "unter-22."}), (Lines{filling + "[secret]", "[secret]."})
    ) << "but so long a line is a piece";
    EXPECT_EQ(logged(redact, {"-22", "and ter-22"}), (Lines{"-22", "and ter-22"}))
        << "nothing had begun";
}

TEST(Redaction, ATokenThatIsCutIsTakenOutWhereverTheCutIs) {
    const Redaction redact;
    const std::string filling(piece_bytes_min, '.');
    for (std::size_t cut = 1; cut < made_token.size(); ++cut) {
        const Lines lines =
            logged(redact, {filling + made_token.substr(0, cut), made_token.substr(cut) + " end"});
        EXPECT_EQ(lines[1], "[secret] end") << cut;
        // At most the prefix and five digits of 64.
        EXPECT_LE(lines[0].size(), filling.size() + 12) << lines[0];
    }
    EXPECT_EQ(
        logged(redact, {"this is kontor", "that is kontor_attempts"}),
        (Lines{"this is kontor", "that is kontor_attempts"})
    );
}

TEST(Redaction, ASecretOfSeveralLinesIsTakenOutInOneTextAndLineByLine) {
    const std::string key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\r\n\nab=\n-----END KEY-----\n";
    const Redaction redact({key});
    EXPECT_EQ(redact("key: " + key + "."), "key: [secret]\n.");
    EXPECT_EQ(redact("grep: MIIEvQIBADANBgkq"), "grep: [secret]");
    EXPECT_EQ(
        redact(R"({"key":"-----BEGIN KEY-----\nMIIEvQIBADANBgkq\r\n\nab=\n-----END KEY-----\n"})"),
        R"({"key":"[secret]\n"})"
    );
    EXPECT_EQ(
        logged(
            redact, {"-----BEGIN KEY-----", "MIIEvQIBADANBgkq", "ab=", "-----END KEY-----", "ab="}
        ),
        (Lines{"[secret]", "[secret]", "[secret]", "[secret]", "ab="})
    );
}

// Every dash may be the beginning of the key: what is remembered is bounded, and the newest counts.
TEST(Redaction, ManyBeginningsThatAreNoneDoNotHideTheOneThatIs) {
    const Redaction redact({"-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nab=\n-----END KEY-----"});
    Lines lines(100, "----------");
    lines.insert(lines.end(), {"-----BEGIN KEY-----", "MIIEvQIBADANBgkq", "ab=", "-----END KEY-----"});
    const Lines seen = logged(redact, lines);
    EXPECT_EQ(Lines(seen.end() - 4, seen.end()), Lines(4, "[secret]"));
}

TEST(Redaction, ABeginningThatSaysNothingIsLeft) {
    const Redaction redact({made_token, "password-of-mine"});
    EXPECT_EQ(
        logged(redact, {"the daemon kontor", "wrong pa", "kontor_0"}),
        (Lines{"the daemon kontor", "wrong pa", "kontor_0"})
    );
}

}  // namespace
}  // namespace kontor::exec
