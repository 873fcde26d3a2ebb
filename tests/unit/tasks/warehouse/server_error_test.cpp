#include "tasks/warehouse/server_error.hpp"

#include <gtest/gtest.h>

namespace kontor::tasks::warehouse {
namespace {

using sdk::FailureClass;

TEST(ServerError, TheSqlstateDecidesWhetherAnotherTryCanHelp) {
    EXPECT_EQ(failure_class_of("42P01"), FailureClass::Config);     // no such table
    EXPECT_EQ(failure_class_of("42703"), FailureClass::Config);     // no such column
    EXPECT_EQ(failure_class_of("42601"), FailureClass::Config);     // syntax
    EXPECT_EQ(failure_class_of("42501"), FailureClass::Config);     // no privilege
    EXPECT_EQ(failure_class_of("28P01"), FailureClass::Config);     // wrong password
    EXPECT_EQ(failure_class_of("3D000"), FailureClass::Config);     // no such database
    EXPECT_EQ(failure_class_of("25006"), FailureClass::Config);     // the query writes
    EXPECT_EQ(failure_class_of("22P02"), FailureClass::Data);       // 'abc' is no number
    EXPECT_EQ(failure_class_of("53300"), FailureClass::Transient);  // too many connections
    EXPECT_EQ(failure_class_of("57P01"), FailureClass::Transient);  // shutting down
    EXPECT_EQ(failure_class_of("40001"), FailureClass::Transient);
    EXPECT_EQ(failure_class_of("08006"), FailureClass::Transient);
    EXPECT_EQ(failure_class_of("XX000"), FailureClass::Transient);
    EXPECT_EQ(failure_class_of(""), FailureClass::Transient);
}

TEST(ServerError, TheSqlstateIsFoundInARefusedConnection) {
    const std::string text =
        "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: password authentication failed for user \"x\"\n"
        "LOCATION:  auth_failed, auth.c:326\n";
    EXPECT_EQ(sqlstate_within(text), "28P01");
    EXPECT_EQ(sentence_within(text), "password authentication failed for user \"x\"");
    EXPECT_EQ(sqlstate_within("SCHWERWIEGEND:  3D000: Datenbank »x« existiert nicht\n"), "3D000");
    EXPECT_EQ(sqlstate_within("connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n"), "");
    EXPECT_EQ(sqlstate_within("FATAL: "), "");
}

TEST(ServerError, PlacesCountCharactersAsPeopleDo) {
    const std::string text = "select 'ü'\n  from ñandú";
    EXPECT_EQ(byte_of_character(text, 1), 0U);
    EXPECT_EQ(byte_of_character(text, 14), text.find("from"));
    EXPECT_EQ(byte_of_character(text, 99), text.size());
    EXPECT_EQ(place_of(text, text.find("ñ")), "line 2, column 8");
    EXPECT_EQ(place_of(text, 0), "line 1, column 1");
}

}  // namespace
}  // namespace kontor::tasks::warehouse
