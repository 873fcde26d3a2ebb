#include "cli/rest_client.hpp"

#include "base/check.hpp"

#include <curl/curl.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>

namespace kontor::cli {
namespace {

// An answer is a page of a list at most: more is a fault, not data.
constexpr std::size_t reply_bytes_max = 256U * 1024 * 1024;
constexpr long connect_ms_max = 5'000;

std::size_t append_reply(char* bytes, std::size_t size, std::size_t count, void* into) {
    auto& body = *static_cast<std::string*>(into);
    const std::size_t length = size * count;
    if (body.size() + length > reply_bytes_max) {
        return 0;
    }
    body.append(bytes, length);
    return length;
}

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
        text.pop_back();
    }
    return text;
}

// nullopt when it cannot be read.
std::optional<std::string> file_text(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::string unreachable_sentence(const Target& target, std::string_view why) {
    return "no daemon answers at " + target.url + " (" + std::string(why) +
           "). Start one with 'kontor serve', or name another with --url or KONTOR_URL.";
}

// As `kontor serve` takes it; 0 would mean any.
bool is_port(const std::string& text) {
    return !text.empty() && text.size() <= 5 && text.front() != '0' &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

ErrorKind kind_of(int status) {
    for (const ErrorKind kind :
         {ErrorKind::Invalid,
          ErrorKind::NotFound,
          ErrorKind::Conflict,
          ErrorKind::Unavailable,
          ErrorKind::Timeout}) {
        if (http_status(kind) == status) {
            return kind;
        }
    }
    return status < 500 ? ErrorKind::Invalid : ErrorKind::Internal;
}

}  // namespace

std::string fresh_key() {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::random_device device;
    std::string key = "cli-";
    for (int i = 0; i < 4; ++i) {
        for (unsigned value = device(), n = 0; n < 8; ++n, value >>= 4U) {
            key.push_back(digits[value & 0xFU]);
        }
    }
    return key;
}

struct RestClient::Handle {
    CURL* curl = nullptr;
};

struct RestClient::Request {
    const char* method = "GET";
    std::string path;
    std::optional<std::string> body{};
    std::string content_type{};
    std::string idempotency_key{};
    std::string if_match{};
    std::string coding{};
};

Environment process_environment() {
    return [](const char* name) -> std::string {
        const char* value = std::getenv(name);
        return value == nullptr ? "" : value;
    };
}

std::string default_data_folder(const Environment& environment, bool is_root) {
    if (const std::string folder = environment("KONTOR_DATA"); !folder.empty()) {
        return folder;
    }
    if (is_root) {
        return "/var/lib/kontor";
    }
    if (const std::string folder = environment("XDG_DATA_HOME"); !folder.empty()) {
        return folder + "/kontor";
    }
    const std::string home = environment("HOME");
    return home.empty() ? "/var/lib/kontor" : home + "/.local/share/kontor";
}

Result<Target> find_target(
    const std::string& url,
    const std::string& token_file,
    const Environment& environment,
    bool is_root
) {
    Target target;
    if (!url.empty()) {
        target.url = url;
    } else if (const std::string named = environment("KONTOR_URL"); !named.empty()) {
        target.url = named;
    } else if (const std::string port = environment("KONTOR_PORT"); is_port(port)) {
        target.url = "http://127.0.0.1:" + port;
    }
    if (target.url.find("://") == std::string::npos) {
        target.url = "http://" + target.url;
    }
    while (target.url.back() == '/') {
        target.url.pop_back();
    }
    if (!token_file.empty()) {
        const std::optional<std::string> text = file_text(token_file);
        if (!text) {
            return invalid("", "cannot read the token file " + token_file);
        }
        target.token = trimmed(*text);
        target.token_from = token_file;
    } else if (const std::string token = environment("KONTOR_TOKEN"); !token.empty()) {
        target.token = trimmed(token);
        target.token_from = "KONTOR_TOKEN";
    } else {
        target.token_from = default_data_folder(environment, is_root) + "/token";
        target.token = trimmed(file_text(target.token_from).value_or(""));
    }
    return target;
}

Error error_from_reply(int status, std::string_view body, const Target& target) {
    Error error{kind_of(status), "", "", {}};
    const Result<Json> problem = json_from_text(body);
    if (problem && problem->is_object()) {
        const std::string title = text_member(*problem, "title");
        const std::string detail = text_member(*problem, "detail");
        error.message = detail.empty() ? title : detail;
        if (const Json* errors = member(*problem, "errors");
            errors != nullptr && errors->is_array()) {
            for (const Json& one : errors->get_array()) {
                error.details.push_back({text_member(one, "pointer"), text_member(one, "message")});
            }
            // The detail has said it already; but a place in a file (line:column) is shown with its line.
            if (error.details.size() == 1 && error.details[0].pointer.find(':') == std::string::npos &&
                error.message.find(error.details[0].message) != std::string::npos) {
                error.details.clear();
            }
        }
    }
    if (error.message.empty()) {
        error.message = "the daemon answered with HTTP status " + std::to_string(status);
    }
    if (status == 401) {
        error.message += target.token.empty()
                             ? ". No token was sent: none was found in " + target.token_from +
                                   "; name it with --token-file or KONTOR_TOKEN."
                             : ". The token came from " + target.token_from +
                                   "; the daemon's is in the file 'token' of its data folder.";
    }
    return error;
}

std::string percent_encoded(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    static constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (plain.find(c) != std::string_view::npos) {
            encoded.push_back(c);
        } else {
            encoded += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
        }
    }
    return encoded;
}

std::string with_query(
    std::string_view path, const std::vector<std::pair<std::string, std::string>>& query
) {
    std::string whole(path);
    char separator = '?';
    for (const auto& [name, value] : query) {
        if (!value.empty()) {
            whole += separator + name + "=" + percent_encoded(value);
            separator = '&';
        }
    }
    return whole;
}

RestClient::RestClient(Target target, std::chrono::milliseconds patience)
    : target_(std::move(target)), patience_(patience), handle_(std::make_unique<Handle>()) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    KONTOR_CHECK(initialised == CURLE_OK);
    handle_->curl = curl_easy_init();
    KONTOR_CHECK(handle_->curl != nullptr);
}

RestClient::~RestClient() { curl_easy_cleanup(handle_->curl); }

Result<Json> RestClient::get(const std::string& path) { return perform({"GET", path}); }

Result<std::string> RestClient::get_text(const std::string& path) { return perform_text({"GET", path}, "*/*"); }

Result<Json> RestClient::post(
    const std::string& path, const Json& body, const std::string& idempotency_key
) {
    return perform(
        {"POST",
         path,
         to_text(body),
         "application/json",
         idempotency_key.empty() ? fresh_key() : idempotency_key}
    );
}

Result<Json> RestClient::put_text(
    const std::string& path, std::string_view body, const std::string& content_type, const std::string& if_match
) {
    return perform({"PUT", path, std::string(body), content_type, fresh_key(), if_match});
}

Result<Json> RestClient::perform(const Request& request) {
    const Result<std::string> body = perform_text(request, "application/json");
    if (!body) {
        return body.error();
    }
    if (body->empty()) {
        return Json(nullptr);
    }
    Result<Json> value = json_from_text(*body);
    if (!value) {
        return internal(
            "",
            "what answers at " + target_.url + request.path + " does not speak JSON; is it Kontor?"
        );
    }
    return value;
}

Result<RestClient::Reply> RestClient::post_bytes(
    const std::string& path, std::string_view body, const std::string& content_type, const std::string& coding
) {
    Request request{"POST", path, std::string(body), content_type, fresh_key()};
    request.coding = coding;
    return exchange(request, "application/json");
}

Result<RestClient::Reply> RestClient::exchange(const Request& request, const char* accept) {
    CURL* curl = handle_->curl;
    curl_easy_reset(curl);
    std::string body;
    std::array<char, CURL_ERROR_SIZE> why{};
    curl_slist* headers = nullptr;
    const auto add_header = [&](const std::string& header) {
        headers = curl_slist_append(headers, header.c_str());
    };
    add_header(std::string("Accept: ") + accept);
    if (!target_.token.empty()) {
        add_header("Authorization: Bearer " + target_.token);
    }
    if (!request.idempotency_key.empty()) {
        add_header("Idempotency-Key: " + request.idempotency_key);
    }
    if (!request.if_match.empty()) {
        add_header("If-Match: \"" + request.if_match + "\"");
    }
    if (!request.coding.empty()) {
        add_header("Content-Encoding: " + request.coding);
    }
    if (request.body) {
        add_header("Content-Type: " + request.content_type);
        // Without this libcurl asks for a "100 Continue" before a large body, and waits a second
        // for it.
        add_header("Expect:");
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body->data());
        curl_easy_setopt(
            curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size())
        );
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method);
    curl_easy_setopt(curl, CURLOPT_URL, (target_.url + request.path).c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    // A proxy from the environment is not for the daemon on this machine.
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, std::min<long>(connect_ms_max, patience_.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(patience_.count()));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append_reply);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
    const CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    if (code != CURLE_OK) {
        return unavailable(
            "",
            unreachable_sentence(target_, why[0] != '\0' ? why.data() : curl_easy_strerror(code))
        );
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return Reply{static_cast<int>(status), std::move(body)};
}

Result<std::string> RestClient::perform_text(const Request& request, const char* accept) {
    Result<Reply> reply = exchange(request, accept);
    if (!reply) {
        return reply.error();
    }
    if (reply->status < 200 || reply->status >= 300) {
        return error_from_reply(reply->status, reply->body, target_);
    }
    return std::move(reply->body);
}

}  // namespace kontor::cli
