// `notify.send`: tells people, by the log or by a signed webhook.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <ctime>

#include "tasks/http/client.hpp"
#include "tasks/http/outcome.hpp"
#include "tasks/notify/register.hpp"
#include "tasks/notify/signature.hpp"

namespace kontor::tasks::notify {
namespace {

using sdk::Failed;
using sdk::FailureClass;
using sdk::Json;
using sdk::JsonObject;

// A receiver that takes longer is busy or gone: the retry comes later.
constexpr std::chrono::seconds webhook_timeout{10};
// Only the status counts; a page of text from a wrong address is not read to its end.
constexpr std::size_t answer_bytes_max = 64U * 1024;

std::string iso(std::time_t at) {
    std::tm utc{};
    ::gmtime_r(&at, &utc);
    char text[32];
    const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return std::string(text, size);
}

// Equal for every try of one notification, so that the receiver can tell a repetition.
std::string message_id(const sdk::TaskIdentity& who) {
    std::string id = "msg_" + std::to_string(who.run) + "_" + who.task + "_" + who.country + "_" + who.item;
    for (char& c : id) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        c = plain ? c : '-';
    }
    return id;
}

class SendTask final : public sdk::Task {
 public:
    sdk::Outcome run(sdk::TaskContext& context) override {
        const JsonObject& input = context.input();
        const std::string channel = sdk::text_input_or(input, "channel", "log");
        const std::string title = sdk::text_input(input, "title");
        const std::string text = sdk::text_input_or(input, "text", "");
        if (channel == "log") {
            context.log(sdk::LogLevel::Info, text.empty() ? title : title + ": " + text);
            return sdk::Succeeded{JsonObject{{"delivered", true}}, {}};
        }
        if (channel == "webhook") {
            return send_webhook(context, title, text);
        }
        return Failed{FailureClass::Config, "with.channel must be 'log' or 'webhook', not '" + channel + "': mend it in the workflow"};
    }

 private:
    static sdk::Outcome send_webhook(sdk::TaskContext& context, const std::string& title, const std::string& text) {
        const JsonObject& input = context.input();
        const sdk::TaskIdentity& who = context.identity();
        http::Request request;
        request.method = "POST";
        request.url = sdk::text_input(input, "url");
        request.timeout = webhook_timeout;
        request.connect_timeout = webhook_timeout;
        request.answer_bytes_max = answer_bytes_max;
        request.allow_private = http::private_addresses_allowed(context);

        const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
        JsonObject data{{"title", title},   {"text", text},           {"workflow", who.workflow},      {"run", who.run},
                        {"task", who.task}, {"country", who.country}, {"correlation", who.correlation}};
        if (const Json* more = sdk::optional_input(input, "data")) {
            data["data"] = *more;
        }
        request.body = boost::json::serialize(JsonObject{{"type", "kontor.notification"}, {"timestamp", iso(now)}, {"data", std::move(data)}});

        const std::string id = message_id(who);
        request.headers = {{"Content-Type", "application/json"}, {"webhook-id", id}, {"webhook-timestamp", std::to_string(now)}};
        if (sdk::optional_input(input, "secret") != nullptr) {
            const std::string name = sdk::text_input(input, "secret");
            const std::optional<std::string> secret = context.setting(name);
            const std::string signed_with = secret ? signature(*secret, id, now, request.body) : "";
            if (signed_with.empty()) {
                // Sent without its signature it would be refused, or worse, taken.
                return Failed{
                    FailureClass::Config, "with.secret names the setting '" + name + "', which " +
                                              (secret ? "is no webhook secret" : "does not exist") + ": mend the workflow or the configuration"};
            }
            request.headers.emplace_back("webhook-signature", signed_with);
        }
        const std::string to = http::origin_of(request.url);
        const auto result = http::HttpClient().send(request, context.stop());
        if (const auto* none = std::get_if<http::NoAnswer>(&result)) {
            return http::failure_of(*none, to);
        }
        const auto& answer = std::get<http::Answer>(result);
        if (answer.status < 200 || answer.status > 299) {
            return http::failure_of(answer, to);
        }
        context.log(sdk::LogLevel::Info, "delivered " + id + " to " + to);
        return sdk::Succeeded{JsonObject{{"delivered", true}, {"id", id}}, {}};
    }
};

}  // namespace

void register_tasks(sdk::TaskRegistry& registry) {
    sdk::TaskType type;
    type.name = "notify.send";
    type.summary = "Tells people: a line of the log, or a webhook signed as Standard Webhooks has it.";
    type.pool = sdk::Pool::Io;
    type.input_schema = boost::json::parse(R"({
        "type": "object",
        "required": ["title"],
        "additionalProperties": false,
        "properties": {
            "channel": {"type": "string", "enum": ["log", "webhook"], "default": "log"},
            "url": {"type": ["string", "null"], "pattern": "^https?://", "description": "Of the webhook"},
            "title": {"type": "string", "minLength": 1, "maxLength": 500},
            "text": {"type": "string", "maxLength": 20000},
            "data": {"description": "Any JSON, sent beside title and text"},
            "secret": {"type": "string", "minLength": 1, "description": "The setting that holds the webhook's secret (whsec_...), two separated by a space while one replaces the other"}
        }
    })");
    type.make = [] { return std::make_unique<SendTask>(); };
    registry.add(std::move(type));
}

}  // namespace kontor::tasks::notify
