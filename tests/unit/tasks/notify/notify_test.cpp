#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "support/small_http_server.hpp"
#include "support/task_bench.hpp"
#include "tasks/notify/register.hpp"
#include "tasks/notify/signature.hpp"

namespace kontor::tasks::notify {
namespace {

using sdk::FailureClass;
using sdk::JsonObject;
using test::SmallHttpServer;

// Made with another implementation: python3 hmac.new(key, b"msg_1.1700000000.{\"a\": 1}", "sha256").
TEST(Signature, IsTheHmacOfIdTimeAndBody) {
    EXPECT_EQ(signature("plain-secret", "msg_1", 1'700'000'000, "{\"a\": 1}"), "v1,RxiGYNgXvJ4Bc5xQj1+yf3O9t9/ftF8djMxI40ExZFk=");
    EXPECT_EQ(signature("whsec_c2VjcmV0LWtleS1vZi1zb21lLWxlbmd0aA==", "msg_1", 1'700'000'000, "{\"a\": 1}"), "v1,U70u/z7djuEzfbm5AtLceRTkt5wsq7g5BT/xh5fFxks=");
}

TEST(Signature, TwoSecretsGiveTwoSignatures) {
    const std::string one = signature("one", "m", 1, "b");
    const std::string two = signature("two", "m", 1, "b");
    EXPECT_EQ(signature("one two", "m", 1, "b"), one + " " + two);
}

TEST(Signature, NoSecretOrABrokenOneGivesNone) {
    EXPECT_EQ(signature("", "m", 1, "b"), "");
    EXPECT_EQ(signature("whsec_!!!!", "m", 1, "b"), "");
    EXPECT_EQ(signature("whsec_abc", "m", 1, "b"), "");
}

class Notify : public testing::Test {
 protected:
    Notify() {
        register_tasks(registry);
        bench.identity_ = {7, "train", "tell", "DE", "", 1, "c-9"};
        bench.settings_["http.allow_private"] = "true";
        bench.settings_["notify.secret"] = "plain-secret";
    }
    sdk::Outcome send(JsonObject input) { return bench.run(registry, "notify.send", std::move(input)); }
    static std::string header(const std::string& request, const std::string& name) {
        const std::size_t from = request.find("\r\n" + name + ": ");
        if (from == std::string::npos) {
            return "";
        }
        const std::size_t value = from + name.size() + 4;
        return request.substr(value, request.find("\r\n", value) - value);
    }
    sdk::TaskRegistry registry;
    test::TaskBench bench;
};

TEST_F(Notify, TheLogChannelIsALineOfTheLog) {
    EXPECT_TRUE(std::holds_alternative<sdk::Succeeded>(send({{"title", "Trained"}, {"text", "38 of 38 countries"}})));
    EXPECT_EQ(bench.log_, std::vector<std::string>{"Trained: 38 of 38 countries"});
}

TEST_F(Notify, AWebhookIsSignedSoThatTheReceiverCanCheckIt) {
    SmallHttpServer server([](const std::string&) { return SmallHttpServer::answer(204, ""); });
    const sdk::Outcome outcome =
        send({{"channel", "webhook"}, {"url", server.url("/hook")}, {"title", "Trained"}, {"data", JsonObject{{"winners", 38}}}, {"secret", "notify.secret"}});
    ASSERT_TRUE(std::holds_alternative<sdk::Succeeded>(outcome));
    ASSERT_EQ(server.requests().size(), 1U);
    const std::string request = server.requests()[0];
    const std::string body = request.substr(request.find("\r\n\r\n") + 4);
    const std::string id = header(request, "webhook-id");
    const std::string timestamp = header(request, "webhook-timestamp");
    EXPECT_EQ(id, "msg_7_tell_DE_");
    EXPECT_EQ(header(request, "webhook-signature"), signature("plain-secret", id, std::stoll(timestamp), body));
    const sdk::Json sent = boost::json::parse(body);
    EXPECT_EQ(sent.at("type"), sdk::Json("kontor.notification"));
    EXPECT_EQ(sent.at("data").at("title"), sdk::Json("Trained"));
    EXPECT_EQ(sent.at("data").at("run"), sdk::Json(7));
    EXPECT_EQ(sent.at("data").at("data"), sdk::Json(JsonObject{{"winners", 38}}));
}

TEST_F(Notify, EveryTryHasTheSameId) {
    SmallHttpServer server([](const std::string&) { return SmallHttpServer::answer(503, "", "Retry-After: 5\r\n"); });
    for (bench.identity_.attempt = 1; bench.identity_.attempt <= 2; ++bench.identity_.attempt) {
        const sdk::Outcome outcome = send({{"channel", "webhook"}, {"url", server.url()}, {"title", "x"}});
        EXPECT_EQ(std::get<sdk::Failed>(outcome).kind, FailureClass::Transient);
        EXPECT_EQ(std::get<sdk::Failed>(outcome).retry_after, std::chrono::seconds(5));
    }
    ASSERT_EQ(server.requests().size(), 2U);
    EXPECT_EQ(header(server.requests()[0], "webhook-id"), header(server.requests()[1], "webhook-id"));
    EXPECT_EQ(header(server.requests()[0], "webhook-signature"), "");
}

TEST_F(Notify, WithoutItsSecretNothingIsSent) {
    SmallHttpServer server([](const std::string&) { return SmallHttpServer::answer(204, ""); });
    const sdk::Outcome outcome = send({{"channel", "webhook"}, {"url", server.url()}, {"title", "x"}, {"secret", "notify.other"}});
    EXPECT_EQ(std::get<sdk::Failed>(outcome).kind, FailureClass::Config);
    EXPECT_NE(std::get<sdk::Failed>(outcome).reason.find("notify.other"), std::string::npos);
    EXPECT_EQ(server.connections(), 0);
}

TEST_F(Notify, AnUnknownChannelOrAReceiverThatSaysNoIsAFaultOfTheConfiguration) {
    EXPECT_EQ(std::get<sdk::Failed>(send({{"channel", "pigeon"}, {"title", "x"}})).kind, FailureClass::Config);
    SmallHttpServer server([](const std::string&) { return SmallHttpServer::answer(410, "gone"); });
    EXPECT_EQ(std::get<sdk::Failed>(send({{"channel", "webhook"}, {"url", server.url()}, {"title", "x"}})).kind, FailureClass::Config);
}

}  // namespace
}  // namespace kontor::tasks::notify
