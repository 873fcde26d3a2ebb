#include "app/log.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

namespace kontor::app {
namespace {

class DaemonLog : public testing::Test {
  protected:
    DaemonLog() {
        auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(written);
        before = spdlog::default_logger();
        auto logger = std::make_shared<spdlog::logger>("test", std::move(sink));
        logger->set_formatter(make_log_formatter());
        spdlog::set_default_logger(std::move(logger));
    }
    ~DaemonLog() override {
        spdlog::set_default_logger(before);
        hide_in_log(exec::Redaction());
    }

    std::ostringstream written;
    std::shared_ptr<spdlog::logger> before;
};

TEST_F(DaemonLog, HoldsNoSecretWhoeverLogs) {
    hide_in_log(exec::Redaction({"s3cr3t-pa55"}));
    spdlog::warn("connection to {} failed", "postgresql://kontor:s3cr3t-pa55@db/w");
    spdlog::default_logger_raw()->log(spdlog::level::info, "s3cr3t-pa55");
    spdlog::info("kontor_{} and aHVudGVy", std::string(64, 'a'));
    EXPECT_EQ(written.str().find("s3cr3t"), std::string::npos) << written.str();
    EXPECT_NE(
        written.str().find("warning connection to postgresql://kontor:[secret]@db/w failed\n"),
        std::string::npos
    ) << written.str();
    EXPECT_NE(written.str().find("info [secret]\n"), std::string::npos) << written.str();
    EXPECT_NE(written.str().find("info [secret] and aHVudGVy\n"), std::string::npos)
        << written.str();
}

TEST_F(DaemonLog, HidesWhatIsLearnedLater) {
    spdlog::info("first s3cr3t-pa55");
    hide_in_log(exec::Redaction({"s3cr3t-pa55"}));
    spdlog::info("second s3cr3t-pa55");
    EXPECT_NE(written.str().find("first s3cr3t-pa55"), std::string::npos);
    EXPECT_NE(written.str().find("second [secret]"), std::string::npos);
    EXPECT_EQ(for_log("third s3cr3t-pa55"), "third [secret]");
}

}  // namespace
}  // namespace kontor::app
