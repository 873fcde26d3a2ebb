#include "store_pg/errors.hpp"

#include <gtest/gtest.h>

namespace kontor::store_pg {
namespace {

TEST(StoreErrors, AFullDiskIsToldHoweverTheServerSaysIt) {
    const std::pair<const char*, const char*> told[] = {
        {"53100", "ERROR:  could not extend file \"base/16384/16440\": No space left on device\nHINT:  Check free disk space.\n"},
        {"58030", "PANIC:  could not write to file \"pg_wal/xlogtemp.7\": No space left on device\n"},
        {"", "connection to server on socket \"/run/.s.PGSQL.5432\" failed: FATAL:  could not write init file\n"}};
    for (const auto& [sqlstate, message] : told) {
        const Error error = translate(sqlstate, "commit", message);
        EXPECT_EQ(error.kind, ErrorKind::Unavailable) << message;
        EXPECT_TRUE(error.message.starts_with("its disk is full, make room and it goes on: ")) << error.message;
    }
    EXPECT_EQ(translate("", "commit", "server closed the connection").message, "server closed the connection");
}

}  // namespace
}  // namespace kontor::store_pg
