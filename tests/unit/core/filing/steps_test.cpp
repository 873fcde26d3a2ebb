#include "core/filing/steps.hpp"

#include <gtest/gtest.h>

namespace kontor::core::filing {
namespace {

Version a_draft() {
    Version version;
    version.id = 7;
    version.country = "DE";
    version.period = "2026-11";
    version.number = 2;
    version.drafted_by = "anna";
    return version;
}

std::string refusal(const Result<void>& result) {
    EXPECT_FALSE(result);
    EXPECT_EQ(result ? ErrorKind::Internal : result.error().kind, ErrorKind::Conflict);
    return result ? "" : result.error().message;
}

TEST(ReportSteps, AnotherPersonApprovesAndEitherMayFile) {
    Version version = a_draft();
    EXPECT_EQ(refusal(may_approve(version, "anna", false)), "report 7 (DE 2026-11, version 2) is draft: anna drafted it, another person must approve it");
    EXPECT_TRUE(may_approve(version, "boris", false));
    EXPECT_NE(refusal(may_file(version, "boris")).find("is draft: only what is approved"), std::string::npos);
    version.state = State::Approved;
    version.approved_by = "boris";
    EXPECT_TRUE(may_file(version, "anna"));
    EXPECT_TRUE(may_file(version, "boris"));
    for (const State over : {State::Approved, State::Filed, State::Amended, State::Superseded}) {
        version.state = over;
        EXPECT_NE(refusal(may_approve(version, "carl", true)).find("is " + std::string(to_string(over))), std::string::npos);
    }
    version.state = State::Superseded;
    EXPECT_NE(refusal(may_file(version, "anna")).find("superseded"), std::string::npos);
}

TEST(ReportSteps, TwoPeopleStandBehindWhatTheDaemonDrafted) {
    Version version = a_draft();
    version.automatic = true;
    version.drafted_by = "daemon";
    EXPECT_TRUE(may_approve(version, "boris", false));
    version.state = State::Approved;
    version.approved_by = "boris";
    EXPECT_NE(refusal(may_file(version, "boris")).find("another person must file it"), std::string::npos);
    EXPECT_TRUE(may_file(version, "anna"));
}

TEST(ReportSteps, NothingIsApprovedThatIsBehindOrDoesNotAddUpOrWaitsForPeopleUnlessTold) {
    Version version = a_draft();
    version.waiting = 3;
    EXPECT_NE(refusal(may_approve(version, "boris", false)).find("3 items still wait"), std::string::npos);
    EXPECT_TRUE(may_approve(version, "boris", true));
    version.balanced = false;
    EXPECT_NE(refusal(may_approve(version, "boris", true)).find("not what it accounts for"), std::string::npos);
    version.stale = true;
    EXPECT_NE(refusal(may_approve(version, "boris", true)).find("draft DE 2026-11 again"), std::string::npos);
}

TEST(ReportSteps, AMonthIsDueInTheNextOne) {
    DueDays days;
    days.by_country = {{"DE", 9}};
    EXPECT_EQ(due_on(days, "FR", "2026-11"), "2026-12-15");
    EXPECT_EQ(due_on(days, "DE", "2026-12"), "2027-01-09");
    EXPECT_EQ(due_on(days, "DE", "2027-01"), "2027-02-09");
    for (const char* wrong : {"", "2026-13", "2026-00", "2026-1", "202a-11", "2026/11", "2026-111"}) {
        EXPECT_FALSE(is_period(wrong)) << wrong;
    }
    EXPECT_TRUE(is_period("2026-12"));
}

TEST(ReportSteps, StatesReadBackAsTheyAreWritten) {
    for (const State each : {State::Draft, State::Approved, State::Filed, State::Amended, State::Superseded}) {
        EXPECT_EQ(state_from(to_string(each)), each);
    }
    EXPECT_FALSE(state_from("lost"));
}

}  // namespace
}  // namespace kontor::core::filing
