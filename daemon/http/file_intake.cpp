// A file for a country: all of it or nothing.
#include "http/input.hpp"
#include "http/intake.hpp"
#include "http/problem.hpp"

namespace kontor::http {

namespace {

class FileIntake final : public Intake {
  public:
    FileIntake(std::unique_ptr<ports::FileStream> stream, std::string key, const Match& match, const Request& request, Context& context)
        : Intake(match, request, context), stream_(std::move(stream)), key_(std::move(key)), keys_(context.keys_in_work) {}
    ~FileIntake() override { keys_.end(key_); }

  private:
    std::optional<Response> piece(std::string_view bytes, bool last) override {
        if (const Result<void> taken = stream_->take(bytes); !taken) {
            return problem(taken.error());
        }
        if (!last) {
            return std::nullopt;
        }
        Result<ports::FileReply> reply = stream_->finish();
        if (!reply) {
            return problem(reply.error());
        }
        Response response;
        response.status = reply->status;
        response.body = std::move(reply->body);
        response.on_record = reply->on_record;
        if (response.status >= 400) {
            response.content_type = "application/problem+json";
        }
        return response;
    }
    Response broken() override { return problem(internal("http.intake", "exception")); }

    const std::unique_ptr<ports::FileStream> stream_;
    const std::string key_;
    KeysInWork& keys_;
};

}  // namespace

std::variant<Response, std::shared_ptr<Intake>> begin_file(const Match& match, const Request& request, Context& context) {
    QueryInput query(request);
    const Parameter name = query.text("name");
    const bool dry_run = query.one_of("dry_run", {"true", "false"}).value_or("") == "true";
    if (auto refusal = query.refusal()) {
        return std::move(*refusal);
    }
    if (!name || !ports::is_file_name(*name)) {
        return problem(
            400,
            "The query does not fit: name must be up to 200 letters, digits, '.', '_', '-' and '/', where no part begins with a dot."
        );
    }
    if (auto refusal = check_idempotency_key(request)) {
        return std::move(*refusal);
    }
    if (context.files == nullptr) {
        return problem(404, "This server takes no files.");
    }
    const engine::IdempotencyKey key = idempotency(request);
    if (!context.keys_in_work.begin(key.key)) {
        return problem(409, "A request with this Idempotency-Key is in work; ask again once it is answered.");
    }
    auto stream = context.files->open(
        {request.caller, name_of(*match.route), storable(request.path), storable(field(request.fields, reason_field)),
         match.path.find("country")->second, *name, key.key, key.fingerprint + "\n" + *name, dry_run}
    );
    if (!stream) {
        context.keys_in_work.end(key.key);
        return problem(stream.error());
    }
    return std::make_shared<FileIntake>(std::move(*stream), key.key, match, request, context);
}

}  // namespace kontor::http
