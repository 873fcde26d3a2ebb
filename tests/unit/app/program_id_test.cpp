#include "app/program_id.hpp"

#include <gtest/gtest.h>

namespace kontor::app {
namespace {

TEST(ProgramId, IsTheBuildIdThatTheLinkerWrote) {
    const std::string id = program_id("none");
    EXPECT_EQ(id, program_id("other"));
    EXPECT_EQ(id.size(), 40U) << "a SHA-1 in hex, as Debian's compiler has it";
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
}

}  // namespace
}  // namespace kontor::app
