#include "cli/table.hpp"

#include "base/json.hpp"
#include "base/prng.hpp"

#include <gtest/gtest.h>

namespace kontor::cli {
namespace {

const Terminal pipe_end{};
const Terminal narrow{true, false, 24};
const Terminal coloured{true, true, 80};

TEST(Table, ColumnsAreAlignedAndLinesHaveNoTrailingSpace) {
    EXPECT_EQ(
        lay_out(
            {{"ID", Align::Right}, {"NAME"}, {"STATE"}},
            {{{"7"}, {"train"}, {"running"}}, {{"123"}, {"x"}, {""}}},
            pipe_end
        ),
        " ID  NAME   STATE\n"
        "  7  train  running\n"
        "123  x\n"
    );
}

TEST(Table, WideAndCombiningCharactersAreCountedAsTheTerminalShowsThem) {
    EXPECT_EQ(display_width("Größe"), 5U);
    EXPECT_EQ(display_width("e\xCC\x81"), 1U);
    EXPECT_EQ(display_width("日本"), 4U);
    EXPECT_EQ(display_width("🎉"), 2U);
    EXPECT_EQ(display_width("\xff\xfe"), 2U);
    EXPECT_EQ(
        lay_out({{"A"}, {"B"}}, {{{"日本"}, {"x"}}, {{"Größe"}, {"y"}}}, pipe_end),
        "A      B\n"
        "日本   x\n"
        "Größe  y\n"
    );
}

TEST(Table, OnATerminalTheLastColumnIsCutAndElsewhereNothingIs) {
    const std::vector<std::vector<Cell>> rows{{{"1"}, {"a reason that is much too long for it"}}};
    EXPECT_EQ(
        lay_out({{"ID"}, {"REASON"}}, rows, narrow), "ID  REASON\n1   a reason that is mu…\n"
    );
    EXPECT_NE(
        lay_out({{"ID"}, {"REASON"}}, rows, pipe_end).find("too long for it"), std::string::npos
    );
}

TEST(Table, CuttingNeverLeavesHalfACharacter) {
    Prng prng(4);
    const std::vector<std::string> pieces{"a", "ö", "日", "🎉", "e\xCC\x81"};
    for (int i = 0; i < 1000; ++i) {
        std::string text;
        for (std::uint64_t n = prng.below(20); n > 0; --n) {
            text += pieces[prng.below(pieces.size())];
        }
        const std::size_t width = prng.below(25);
        const std::string cut = fitted(text, width);
        EXPECT_TRUE(is_valid_utf8(cut));
        EXPECT_LE(display_width(cut), width);
        if (display_width(text) <= width) {
            EXPECT_EQ(cut, text);
        }
    }
}

TEST(Table, ColourIsForTerminalsOnlyAndDoesNotShiftColumns) {
    EXPECT_EQ(styled(pipe_end, Style::Bad, "dead"), "dead");
    EXPECT_EQ(styled(coloured, Style::Bad, "dead"), "\x1b[31mdead\x1b[0m");
    EXPECT_EQ(
        lay_out({{"S"}, {"N"}}, {{{"dead", Style::Bad}, {"1"}}}, coloured),
        "\x1b[1mS\x1b[0m     \x1b[1mN\x1b[0m\n\x1b[31mdead\x1b[0m  1\n"
    );
}

TEST(Table, TextFromOutsideCannotSteerTheTerminal) {
    EXPECT_EQ(printable("a\x1b[2Jb\nc\td\x7f"), "a\\x1b[2Jb\\nc d\\x7f");
    EXPECT_EQ(lay_out({{"R"}}, {{{"\x1b]0;title\x07"}}}, coloured).find('\x07'), std::string::npos);
}

TEST(Table, ShortRowsEndInEmptyCells) {
    EXPECT_EQ(lay_out({{"A"}, {"B"}}, {{{"1"}}}, pipe_end), "A  B\n1\n");
}

TEST(Table, FieldsAreLabelledAndAligned) {
    EXPECT_EQ(
        lay_out_fields({{"run", {"7"}}, {"workflow", {"train"}}}, pipe_end),
        "run       7\nworkflow  train\n"
    );
}

}  // namespace
}  // namespace kontor::cli
