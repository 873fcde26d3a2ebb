#include "core/approval/approval.hpp"

#include <gtest/gtest.h>

namespace kontor::core::approval {
namespace {

const Instant noon{std::chrono::seconds(1'800'000'000)};

Caller person(const std::string& name, Role role = Role::Reviewer, Countries countries = Countries::all()) {
    return {name, role, std::move(countries), 0};
}

std::string fault(JsonObject input) {
    const Result<Terms> terms = terms_from(std::move(input));
    return terms ? "" : terms.error().message;
}

TEST(Approval, AsksOneReviewerUnlessItIsToldOtherwise) {
    const Result<Terms> terms = terms_from(JsonObject{{"title", "Promote m-1?"}, {"evidence", JsonObject{{"f1", 0.9}}}});
    ASSERT_TRUE(terms) << terms.error().message;
    EXPECT_EQ(terms->role, Role::Reviewer);
    EXPECT_EQ(terms->approvals, 1);
    EXPECT_EQ(terms->otherwise, Otherwise::Fail);
    EXPECT_TRUE(terms->reject_fails);
    EXPECT_FALSE(terms->deadline);
    EXPECT_EQ(terms->evidence, Json(JsonObject{{"f1", 0.9}}));
}

TEST(Approval, ReadsEveryTerm) {
    const Result<Terms> terms = terms_from(JsonObject{
        {"title", "t"}, {"text", "x"}, {"role", "admin"}, {"approvals", 2}, {"deadline", "3d"}, {"escalate_after", "8h"},
        {"default", "reject"}, {"on_reject", "continue"}
    });
    ASSERT_TRUE(terms) << terms.error().message;
    EXPECT_EQ(terms->role, Role::Admin);
    EXPECT_EQ(terms->approvals, 2);
    EXPECT_EQ(terms->deadline, std::chrono::hours(72));
    EXPECT_EQ(terms->escalate_after, std::chrono::hours(8));
    EXPECT_EQ(terms->otherwise, Otherwise::Reject);
    EXPECT_FALSE(terms->reject_fails);
}

TEST(Approval, SaysWhichTermIsWrong) {
    EXPECT_EQ(fault({}).substr(0, 10), "with.title");
    EXPECT_EQ(fault({{"title", 7}}), "with.title must be a text, not 7");
    EXPECT_EQ(fault({{"title", "t"}, {"approvals", 3}}), "with.approvals must be 1 or 2, not 3");
    EXPECT_EQ(fault({{"title", "t"}, {"role", "viewer"}}), "with.role must be operator, reviewer or admin, not 'viewer'");
    EXPECT_EQ(fault({{"title", "t"}, {"default", "maybe"}}), "with.default must be approve, reject or fail, not 'maybe'");
    EXPECT_EQ(fault({{"title", "t"}, {"default", "approve"}}), "with.default says what is so after the deadline, and with.deadline is not given");
    EXPECT_EQ(fault({{"title", "t"}, {"on_reject", "ask"}}), "with.on_reject must be fail or continue, not 'ask'");
    EXPECT_EQ(fault({{"title", "t"}, {"deadline", "soon"}}), "with.deadline must be a duration such as 30m, 8h or 3d, not 'soon'");
    EXPECT_EQ(fault({{"title", "t"}, {"deadline", "1h"}, {"escalate_after", "1h"}}), "with.escalate_after must be sooner than the deadline");
    EXPECT_EQ(fault({{"title", "t"}, {"evidence", std::string(300'000, 'x')}}).substr(0, 13), "with.evidence");
}

TEST(Approval, NobodyApprovesWhatTheyAskedForOrTwice) {
    const Ballot ballot{Role::Reviewer, "DE", "sam", {{"anna", Decision::Approve, "", noon}}};
    EXPECT_EQ(may_vote(ballot, person("sam")).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(may_vote(ballot, person("anna")).error().kind, ErrorKind::Conflict);
    EXPECT_TRUE(may_vote(ballot, person("ben")));
    EXPECT_TRUE(may_vote(ballot, person("ben", Role::Admin)));
}

TEST(Approval, RoleAndCountriesMustReach) {
    const Ballot ballot{Role::Reviewer, "DE", "", {}};
    EXPECT_EQ(may_vote(ballot, person("ben", Role::Operator)).error().kind, ErrorKind::Forbidden);
    EXPECT_EQ(may_vote(ballot, person("ben", Role::Reviewer, Countries::of({"FR"}))).error().kind, ErrorKind::Forbidden);
    EXPECT_TRUE(may_vote(ballot, person("ben", Role::Reviewer, Countries::of({"DE", "FR"}))));
    const Ballot of_all{Role::Reviewer, "", "", {}};
    EXPECT_EQ(may_vote(of_all, person("ben", Role::Admin, Countries::of({"DE"}))).error().kind, ErrorKind::Forbidden);
}

TEST(Approval, OneRejectionDecidesAndTwoApprovalsAreTwoVotes) {
    const Vote yes{"anna", Decision::Approve, "", noon};
    const Vote no{"ben", Decision::Reject, "", noon};
    EXPECT_FALSE(outcome(2, std::vector<Vote>{yes}));
    EXPECT_EQ(outcome(1, std::vector<Vote>{yes}), Decision::Approve);
    EXPECT_EQ(outcome(2, std::vector<Vote>{yes, no}), Decision::Reject);
    EXPECT_EQ(outcome(2, std::vector<Vote>{no}), Decision::Reject);
    EXPECT_EQ(outcome(2, std::vector<Vote>{yes, {"cleo", Decision::Approve, "", noon}}), Decision::Approve);
}

TEST(Approval, TellsWhatItWaitsFor) {
    EXPECT_EQ(waiting_sentence(1, Role::Reviewer, std::nullopt, {}), "waits for 1 of 1 approval by a reviewer");
    EXPECT_EQ(
        waiting_sentence(2, Role::Admin, noon, std::vector<Vote>{{"anna", Decision::Approve, "", noon}}),
        "waits for 1 of 2 approvals by an admin, until " + to_iso(noon) + "; anna has approved"
    );
}

}  // namespace
}  // namespace kontor::core::approval
