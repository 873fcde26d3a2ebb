#include "app/secrets.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace kontor::app {
namespace {

using Texts = std::vector<std::string>;

TEST(Secrets, PasswordsAreFoundInEveryFormOfAnAddress) {
    EXPECT_EQ(passwords_in("postgresql://kontor:s3cr3t@db:5432/w"), Texts{"s3cr3t"});
    EXPECT_EQ(passwords_in("postgresql://kontor:a%40b%2Fcd@db/w"), (Texts{"a%40b%2Fcd", "a@b/cd"})) << "as written, and as meant";
    EXPECT_EQ(passwords_in("postgresql://db/w?sslmode=require&password=hidden%21#x"), (Texts{"hidden%21", "hidden!"}));
    EXPECT_EQ(passwords_in("host=db user=kontor password=s3cr3t dbname=w"), Texts{"s3cr3t"});
    EXPECT_EQ(passwords_in("host=db password='it\\'s \\\\ long' dbname=w"), Texts{"it's \\ long"});
    EXPECT_EQ(passwords_in("smtps://mailer:p:q@mail/"), Texts{"p:q"});
    EXPECT_EQ(passwords_in("postgresql://kontor@db/w"), Texts{});
    EXPECT_EQ(passwords_in("host=db"), Texts{});
    EXPECT_EQ(passwords_in(""), Texts{});
    EXPECT_EQ(passwords_in("password="), Texts{});
}

TEST(Secrets, AreThoseOfDatabaseWarehousesAndSettings) {
    Config config;
    config.database_url = "postgresql://kontor:one-one@db/k";
    config.warehouses["default"] = "host=w password=two-two";
    config.settings["smtp.password"] = "three-three";
    config.settings["s3.secret_key"] = "four-four";
    config.settings["hook"] = "whsec_six-six";
    config.settings["s3.region"] = "eu-north-1";
    config.settings["mail"] = "smtp://m:five-five@mail";
    Texts secrets = secrets_of(config);
    std::sort(secrets.begin(), secrets.end());
    EXPECT_EQ(secrets, (Texts{"five-five", "four-four", "one-one", "three-three", "two-two", "whsec_six-six"}));
}

}  // namespace
}  // namespace kontor::app
