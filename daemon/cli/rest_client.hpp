// A blocking client of Kontor's REST API over libcurl. One connection, kept alive. Thread: one at a
// time.
#pragma once

#include "base/json.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::cli {

struct Target {
    std::string url = "http://127.0.0.1:8080";
    std::string token;       // empty: none is sent
    std::string token_from;  // where the token came from, or was looked for; for the sentence about
                             // a refused one
};

// Looks a variable of the environment up; empty when it is not set.
using Environment = std::function<std::string(const char*)>;
Environment process_environment();

// Where the daemon keeps what it makes: $KONTOR_DATA, else /var/lib/kontor for root (whose home the
// database's user cannot enter), else $XDG_DATA_HOME/kontor, else ~/.local/share/kontor.
std::string default_data_folder(const Environment& environment, bool is_root);

// URL: `url`, else KONTOR_URL, else this machine at KONTOR_PORT, else the default. Token: `token_file`, else KONTOR_TOKEN, else <data
// folder>/token when it can be read. Errors: Invalid when a token file that was named cannot be
// read.
Result<Target> find_target(
    const std::string& url,
    const std::string& token_file,
    const Environment& environment,
    bool is_root
);

// A refusal as sentences: what failed, the detail, and one line per pointer. `body` is problem+json
// or any text.
Error error_from_reply(int status, std::string_view body, const Target& target);

// "/v1/runs?workflow=train&limit=50": empty values are left out, others percent-encoded.
std::string with_query(
    std::string_view path, const std::vector<std::pair<std::string, std::string>>& query
);
std::string percent_encoded(std::string_view text);
// Never the same twice: for an Idempotency-Key, or the id of an event.
std::string fresh_key();

class RestClient {
  public:
    // No request takes longer than `patience`, which is more than the daemon lets a mutation wait for its commit.
    explicit RestClient(Target target, std::chrono::milliseconds patience = std::chrono::minutes(1));
    ~RestClient();
    RestClient(const RestClient&) = delete;
    RestClient& operator=(const RestClient&) = delete;

    const Target& target() const { return target_; }

    // The reply's JSON (null for an empty one). Errors: Unavailable (no daemon answers), or by the
    // reply's status (error_from_reply).
    Result<Json> get(const std::string& path);
    // The reply as it stands, whatever it is.
    Result<std::string> get_text(const std::string& path);
    // A POST carries an Idempotency-Key: `idempotency_key`, or a fresh one when that is empty.
    Result<Json> post(
        const std::string& path, const Json& body, const std::string& idempotency_key = ""
    );
    Result<Json> put_text(
        const std::string& path, std::string_view body, const std::string& content_type, const std::string& if_match = ""
    );

    struct Reply {
        int status = 0;
        std::string body;
    };
    // The reply whatever its status says. `coding`: a Content-Encoding, or empty. Errors: Unavailable alone.
    Result<Reply> post_bytes(
        const std::string& path, std::string_view body, const std::string& content_type, const std::string& coding
    );

  private:
    struct Request;
    Result<Reply> exchange(const Request& request, const char* accept);
    Result<Json> perform(const Request& request);
    Result<std::string> perform_text(const Request& request, const char* accept);

    Target target_;
    std::chrono::milliseconds patience_;
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

}  // namespace kontor::cli
