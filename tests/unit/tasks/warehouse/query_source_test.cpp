#include "tasks/warehouse/query_source.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_folder.hpp"
#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::warehouse {
namespace {

namespace fs = std::filesystem;

class QuerySource : public testing::Test {
 protected:
    void SetUp() override {
        fs::create_directories(root_ / "workflows/queries");
        write(root_ / "workflows/queries/items.sql", "select 1");
        write(root_ / "secret.sql", "select 2");
    }

    static void write(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }

    std::string refusal(const std::string& name) {
        try {
            read_query(root_ / "workflows", name);
        } catch (const sdk::TaskFailure& failure) {
            EXPECT_EQ(failure.kind(), sdk::FailureClass::Config);
            return failure.reason();
        }
        return "accepted";
    }

    test::TemporaryFolder temporary_;
    fs::path root_ = temporary_.path();
};

TEST_F(QuerySource, AFileBelowTheFolderIsRead) {
    EXPECT_EQ(read_query(root_ / "workflows", "queries/items.sql"), "select 1");
    EXPECT_EQ(read_query(root_ / "workflows", "queries/../queries/items.sql"), "select 1");
}

TEST_F(QuerySource, AMissingFileIsNamedWithThePathLookedAt) {
    const std::string sentence = refusal("queries/nope.sql");
    EXPECT_NE(sentence.find("'queries/nope.sql' does not exist"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find((fs::canonical(root_) / "workflows/queries/nope.sql").string()), std::string::npos) << sentence;
    EXPECT_NE(refusal("queries").find("does not exist"), std::string::npos);
}

TEST_F(QuerySource, NothingOutsideTheFolderIsRead) {
    EXPECT_NE(refusal("../secret.sql").find("leads out of the workflows folder"), std::string::npos);
    EXPECT_NE(refusal((root_ / "secret.sql").string()).find("relative to the workflows folder"), std::string::npos);
    EXPECT_NE(refusal("").find("relative"), std::string::npos);
    fs::create_symlink(root_ / "secret.sql", root_ / "workflows/link.sql");
    EXPECT_NE(refusal("link.sql").find("leads out of the workflows folder"), std::string::npos);
}

TEST_F(QuerySource, AFileThatIsNoQueryIsRefused) {
    write(root_ / "workflows/big.sql", std::string(query_bytes_max + 1, ' '));
    EXPECT_NE(refusal("big.sql").find("larger than"), std::string::npos);
}

}  // namespace
}  // namespace kontor::tasks::warehouse
