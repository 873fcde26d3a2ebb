#include "tasks/archive/tar.hpp"

#include <gtest/gtest.h>

#include "tasks/sdk/outcome.hpp"

namespace kontor::archive {
namespace {

std::string fault(std::string_view bytes, const TarLimits& limits = {}) {
    try {
        read_tar(bytes, limits);
        return {};
    } catch (const sdk::TaskFailure& failure) {
        return failure.reason();
    }
}

std::string two_files(std::string_view first, std::string_view second) {
    TarWriter writer;
    writer.add(first, "one");
    writer.add(second, std::string(1000, 'x'));
    return writer.finish();
}

TEST(Tar, GivesWhatWasWrittenAndTheSameBytesEachTime) {
    const std::string tar = two_files("a.json", "b.npy");
    EXPECT_EQ(tar, two_files("a.json", "b.npy"));
    const std::vector<File> files = read_tar(tar, {});
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].name, "a.json");
    EXPECT_EQ(files[0].bytes, "one");
    EXPECT_EQ(files[1].bytes, std::string(1000, 'x'));
}

TEST(Tar, KnowsFilesByTheLastPartOfTheirPath) {
    EXPECT_EQ(read_tar(two_files("./model/a.json", "../../etc/b"), {}).at(1).name, "b");
    EXPECT_NE(fault(two_files("x/a", "y/a")).find("two files named a"), std::string::npos);
}

TEST(Tar, IsBounded) {
    EXPECT_NE(fault(two_files("a", "b"), {.bytes_max = 1002}).find("larger than"), std::string::npos);
    EXPECT_EQ(fault(two_files("a", "b"), {.bytes_max = 1003}), "");
    EXPECT_NE(fault(two_files("a", "b"), {.files_max = 1}).find("more than 1 files"), std::string::npos);
}

TEST(Tar, RefusesAnythingElse) {
    EXPECT_NE(fault("PK\x03\x04 and so on"), "");
    const std::string tar = two_files("a", "b");
    EXPECT_NE(fault(std::string_view(tar).substr(0, 1600)), "") << "cut short";
}

}  // namespace
}  // namespace kontor::archive
