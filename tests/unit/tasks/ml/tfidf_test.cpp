#include "tasks/ml/families.hpp"
#include "tasks/ml/features.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace kontor::ml {
namespace {

Table table_of(const sdk::Json& texts) {
    Table table;
    auto& column = table.text.emplace_back();
    for (const sdk::Json& text : texts.get_array()) {
        table.ids.emplace_back(std::to_string(column.size()));
        column.emplace_back(text.get_string());
    }
    return table;
}

TEST(TextFeatures, WeighEveryCellOfTheFixtureAsScikitLearnsTfidfTransformerDoes) {
    std::ifstream file(KONTOR_SOURCE_DIR "/tests/unit/tasks/ml/fixtures/tfidf.json");
    std::ostringstream text;
    text << file.rdbuf();
    const sdk::Json fixture = boost::json::parse(text.str());
    CsrMatrix train;
    const TextFeatures features = TextFeatures::fit(
        table_of(fixture.at("train")), TextOptions{text_recipe("word_char"), 2}, [] {}, train
    );
    const auto& blocks = fixture.at("blocks").get_array();
    std::size_t width = 0;
    for (const sdk::Json& block : blocks) {
        width += block.at("kept").get_array().size();
    }
    ASSERT_EQ(features.width(), width);
    const Table test = table_of(fixture.at("test"));
    Scratch scratch;
    CsrMatrix found;
    for (std::size_t row = 0; row < test.rows(); ++row) {
        features.append(test, row, scratch, found);
        found.end_row();
        std::map<std::uint32_t, double> cells;
        const auto columns = found.columns_of(row);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            cells[columns[i]] = static_cast<double>(found.values_of(row)[i]);
        }
        std::size_t first = 0;
        std::size_t seen = 0;
        for (const sdk::Json& block : blocks) {
            for (const sdk::Json& cell : block.at("rows").at(row).get_array()) {
                const auto column = static_cast<std::uint32_t>(
                    first + static_cast<std::size_t>(cell.at(0).get_int64())
                );
                ASSERT_TRUE(cells.contains(column)) << test.text[0][row];
                EXPECT_NEAR(cells[column], cell.at(1).to_number<double>(), 1e-6)
                    << test.text[0][row];
                ++seen;
            }
            first += block.at("kept").get_array().size();
        }
        EXPECT_EQ(cells.size(), seen) << test.text[0][row];
    }
}

}  // namespace
}  // namespace kontor::ml
