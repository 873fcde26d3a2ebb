// `http`: calls a service and gives its answer.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tasks/http/client.hpp"
#include "tasks/http/outcome.hpp"
#include "tasks/http/register.hpp"

namespace kontor::tasks::http {
namespace {

using sdk::Failed;
using sdk::FailureClass;
using sdk::Json;
using sdk::JsonArray;
using sdk::JsonObject;
using sdk::TaskFailure;

// Outputs stand in one row of the database (256 KiB with what surrounds the body).
constexpr std::size_t answer_bytes_max = 200U * 1024;

// Equal for every try of the same task instance: a service that knows the header carries the request out once.
std::string idempotency_key(const sdk::TaskIdentity& who) {
    std::string key = "kontor-" + std::to_string(who.run) + "-" + who.task + "-" + who.country + "-" + who.item;
    std::replace_if(key.begin(), key.end(), [](char c) { return c <= ' ' || c > '~'; }, '_');
    return key;
}

Headers headers_of(const sdk::TaskContext& context, bool json_body) {
    Headers headers;
    bool has_type = false;
    bool has_key = false;
    if (const Json* given = sdk::optional_input(context.input(), "headers")) {
        if (!given->is_object()) {
            throw TaskFailure(FailureClass::Config, "with.headers must be an object of names and texts: mend it in the workflow");
        }
        for (const auto& entry : given->get_object()) {
            std::string name(entry.key());
            std::string lower = name;
            std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
            has_type = has_type || lower == "content-type";
            has_key = has_key || lower == "idempotency-key";
            headers.emplace_back(
                std::move(name), entry.value().is_string() ? std::string(entry.value().get_string()) : boost::json::serialize(entry.value())
            );
        }
    }
    if (json_body && !has_type) {
        headers.emplace_back("Content-Type", "application/json");
    }
    if (!has_key) {
        headers.emplace_back("Idempotency-Key", idempotency_key(context.identity()));
    }
    return headers;
}

bool is_expected(const JsonObject& input, int status) {
    const Json* expect = sdk::optional_input(input, "expect");
    if (expect == nullptr) {
        return status >= 200 && status < 300;
    }
    if (!expect->is_array()) {
        throw TaskFailure(FailureClass::Config, "with.expect must be a list of statuses: mend it in the workflow");
    }
    return std::any_of(expect->get_array().begin(), expect->get_array().end(), [&](const Json& one) { return one == Json(status); });
}

// Boost.JSON's parser refuses what is not UTF-8; the database takes no zero byte either.
bool is_text(const std::string& body) {
    boost::json::error_code error;
    boost::json::parse(boost::json::serialize(Json(body)), error);
    return !error && body.find('\0') == std::string::npos;
}

Json body_of(const Answer& answer, const std::string& who) {
    if (!is_text(answer.body)) {
        throw TaskFailure(FailureClass::Data, who + " answered with bytes that are no UTF-8 text: only text can be an output");
    }
    const std::string_view type = answer.header("content-type").value_or("");
    const std::string_view media = type.substr(0, type.find(';'));
    if (media != "application/json" && !media.ends_with("+json")) {
        return Json(answer.body);
    }
    boost::json::parse_options options;
    options.max_depth = 60;
    boost::json::error_code error;
    Json value = boost::json::parse(answer.body, error, {}, options);
    if (error) {
        throw TaskFailure(FailureClass::Data, who + " says that its answer is JSON, but it is not: " + error.message());
    }
    return value;
}

class HttpTask final : public sdk::Task {
 public:
    sdk::Outcome run(sdk::TaskContext& context) override {
        const JsonObject& input = context.input();
        Request request;
        request.url = sdk::text_input(input, "url");
        request.method = sdk::text_input_or(input, "method", "GET");
        const Json* body = sdk::optional_input(input, "body");
        const bool json_body = body != nullptr && !body->is_string();
        if (body != nullptr) {
            request.body = json_body ? boost::json::serialize(*body) : std::string(body->get_string());
        }
        request.headers = headers_of(context, json_body);
        request.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(sdk::number_input_or(input, "timeout_seconds", 30) * 1000));
        request.answer_bytes_max = answer_bytes_max;
        request.allow_private = private_addresses_allowed(context);

        const std::string who = origin_of(request.url);
        const auto result = HttpClient().send(request, context.stop());
        if (const auto* none = std::get_if<NoAnswer>(&result)) {
            return failure_of(*none, who);
        }
        const Answer& answer = std::get<Answer>(result);
        context.log(sdk::LogLevel::Info, request.method + " " + who + ": " + std::to_string(answer.status));
        if (!is_expected(input, answer.status)) {
            return failure_of(answer, who);
        }
        JsonObject headers;
        for (const auto& [name, bytes] : answer.headers) {
            std::string value = bytes;
            std::replace_if(value.begin(), value.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
            // A repeated header is one list (RFC 9110, 5.3).
            const auto [at, is_new] = headers.emplace(name, value);
            if (!is_new) {
                at->value() = std::string(at->value().get_string()) + ", " + value;
            }
        }
        return sdk::Succeeded{JsonObject{{"status", answer.status}, {"headers", std::move(headers)}, {"body", body_of(answer, who)}}, {}};
    }
};

}  // namespace

void register_tasks(sdk::TaskRegistry& registry) {
    sdk::TaskType type;
    type.name = "http";
    type.summary = "Calls a service over HTTP and gives its answer.";
    type.pool = sdk::Pool::Io;
    type.input_schema = boost::json::parse(R"({
        "type": "object",
        "required": ["url"],
        "additionalProperties": false,
        "properties": {
            "url": {"type": "string", "pattern": "^https?://", "description": "http or https; private addresses only with the setting http.allow_private"},
            "method": {"type": "string", "enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], "default": "GET"},
            "headers": {"type": "object"},
            "body": {"description": "A text is sent as it is, anything else as JSON"},
            "expect": {"type": "array", "items": {"type": "integer", "minimum": 100, "maximum": 599}, "description": "Statuses that are a success; 2xx unless given"},
            "timeout_seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": 3600, "default": 30}
        }
    })");
    type.make = [] { return std::make_unique<HttpTask>(); };
    registry.add(std::move(type));
}

}  // namespace kontor::tasks::http
