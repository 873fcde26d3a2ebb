// Whatever is done to a text: a workflow, or diagnostics that point into it. Never a crash.
#include "base/prng.hpp"
#include "unit/spec/parse.hpp"

namespace kontor::spec::testing {
namespace {

constexpr int rounds = 1500;

void expect_sound(const std::string& text, int& valid) {
    const Parsed parsed = parse(text);
    ASSERT_EQ(parsed.workflow == nullptr, !parsed.diagnostics.empty()) << text;
    valid += parsed.workflow != nullptr ? 1 : 0;
    const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
    for (const Diagnostic& diagnostic : parsed.diagnostics) {
        ASSERT_GE(diagnostic.line, 1) << text;
        ASSERT_LE(diagnostic.line, lines) << text;
        ASSERT_GE(diagnostic.column, 1) << text;
        ASSERT_FALSE(diagnostic.message.empty()) << text;
    }
    ASSERT_TRUE(parsed.diagnostics.empty() || !render(parsed.diagnostics, "w.yaml", text).empty());
}

TEST(Mutations, FlippedBytesGiveAWorkflowOrAPosition) {
    Prng random(1);
    int valid = 0;
    for (int round = 0; round < rounds; ++round) {
        std::string text(whole);
        for (std::uint64_t left = 1 + random.below(4); left > 0; --left) {
            text[random.below(text.size())] = static_cast<char>(random.below(256));
        }
        expect_sound(text, valid);
    }
    EXPECT_GT(valid, 10) << "a changed title is still a workflow";
}

TEST(Mutations, CutAndRepeatedLinesGiveAWorkflowOrAPosition) {
    Prng random(2);
    int valid = 0;
    for (int round = 0; round < rounds; ++round) {
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < whole.size();) {
            const std::size_t end = whole.find('\n', at);
            lines.emplace_back(whole.substr(at, end + 1 - at));
            at = end + 1;
        }
        for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
            const std::string copy = lines[random.below(lines.size())];
            const auto at = static_cast<std::ptrdiff_t>(random.below(lines.size()));
            if (random.below(2) == 0) {
                lines.erase(lines.begin() + at);
            } else {
                lines.insert(lines.begin() + at, copy);
            }
        }
        std::string text;
        for (const std::string& line : lines) {
            text += line;
        }
        expect_sound(text, valid);
    }
    EXPECT_GT(valid, 10);
}

TEST(Mutations, PiecesOfYamlAnywhereGiveAWorkflowOrAPosition) {
    const std::vector<std::string> pieces{
        "${{ ", " }}", "{", "}", "[", "]", ": ", "- ", "&a ", "*a", "!!str ", "<<", "\n---\n", "'", "\"", "#", "|\n",
        ">\n", "  ", "\t", "\n", "country", "tasks.", "params", "%", "@", "`", "? ", "\xC3\xA4", "~",
    };
    Prng random(3);
    int valid = 0;
    for (int round = 0; round < rounds; ++round) {
        std::string text(whole);
        for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
            text.insert(random.below(text.size()), pieces[random.below(pieces.size())]);
        }
        expect_sound(text, valid);
    }
    EXPECT_GT(valid, 10);
}

TEST(Mutations, EveryPrefixGivesAWorkflowOrAPosition) {
    int valid = 0;
    for (std::size_t length = 0; length < whole.size(); length += 3) {
        expect_sound(std::string(whole.substr(0, length)), valid);
    }
}

}  // namespace
}  // namespace kontor::spec::testing
