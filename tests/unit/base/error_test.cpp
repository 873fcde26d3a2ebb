#include "base/error.hpp"

#include "base/result.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace kontor {
namespace {

constexpr std::array all_kinds{
    ErrorKind::Invalid,
    ErrorKind::NotFound,
    ErrorKind::Conflict,
    ErrorKind::Unavailable,
    ErrorKind::Timeout,
    ErrorKind::InDoubt,
    ErrorKind::Cancelled,
    ErrorKind::Internal};

TEST(Error, EveryKindHasItsOwnNameAndAnErrorStatus) {
    std::set<std::string_view> names;
    for (const ErrorKind kind : all_kinds) {
        names.insert(to_string(kind));
        EXPECT_GE(http_status(kind), 400) << to_string(kind);
        EXPECT_LT(http_status(kind), 600) << to_string(kind);
    }
    EXPECT_EQ(names.size(), all_kinds.size());
}

TEST(Error, WhatMayHelpToRetryIsAServersErrorAndWhatDoesNotIsTheClients) {
    EXPECT_EQ(http_status(ErrorKind::Unavailable), 503);
    EXPECT_EQ(http_status(ErrorKind::InDoubt), 503);
    EXPECT_EQ(http_status(ErrorKind::Invalid), 422);
    EXPECT_EQ(http_status(ErrorKind::NotFound), 404);
    EXPECT_EQ(http_status(ErrorKind::Conflict), 409);
}

TEST(Error, DescriptionNamesOperationMessageAndEveryDetail) {
    Error error = invalid("spec", "the workflow is not valid");
    error.details = {{"3:5", "unknown key 'afer'"}, {"9:1", "a cycle"}};
    EXPECT_EQ(
        describe(error),
        "spec: the workflow is not valid\n  3:5: unknown key 'afer'\n  9:1: a cycle"
    );
    EXPECT_EQ(describe(invalid("", "only this")), "only this");
}

TEST(ResultDeathTest, TakingAValueThatIsNotThereStopsTheProgram) {
    const Result<int> failed = unavailable("store.commit", "no connection");
    EXPECT_FALSE(failed.has_value());
    EXPECT_DEATH(
        static_cast<void>(failed.value()), "check failed: Result::value\\(\\) of an error"
    );
}

}  // namespace
}  // namespace kontor
