#include "app/file_desk.hpp"

#include "base/sha256.hpp"
#include "core/trigger/match.hpp"

namespace kontor::app {
namespace {

constexpr const char* role = "receiver";
constexpr std::size_t identity_digits = 32;

Error not_stored(const sdk::TaskFailure& failure) { return unavailable("files", "the file could not be stored: " + failure.reason()); }

class Stream final : public ports::FileStream {
 public:
    // Errors: TaskFailure.
    Stream(engine::Engine& engine, ports::ObjectStore& objects, ports::FileSender sender, std::string identity)
        : engine_(engine), sender_(std::move(sender)), identity_(std::move(identity)) {
        sdk::TaskIdentity who;
        who.workflow = "arrived";
        const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
        const std::chrono::year_month_day date(today);
        who.run = static_cast<int>(date.year()) * 10'000LL + static_cast<unsigned>(date.month()) * 100LL + static_cast<unsigned>(date.day());
        who.task = identity_.substr(0, identity_digits / 2);
        who.country = sender_.country;
        who.attempt = 1;
        session_ = objects.session(who, role);
        writer_ = session_->create("inbox", sender_.country, sender_.name.substr(sender_.name.rfind('/') + 1));
    }

    Result<void> take(std::string_view bytes) override {
        try {
            writer_->write(std::as_bytes(std::span(bytes)));
            return {};
        } catch (const sdk::TaskFailure& failure) {
            return not_stored(failure);
        }
    }

    Result<ports::FileReply> finish() override {
        sdk::ObjectRef object;
        try {
            object = writer_->commit();
        } catch (const sdk::TaskFailure& failure) {
            return not_stored(failure);
        }
        const std::string name = sender_.country + "/" + sender_.name;
        engine::PostedEvent event;
        event.by = sender_.by;
        event.audit = {sender_.route, sender_.resource, sender_.country, false, sender_.reason};
        event.idempotency = {sender_.reply_key, sha256_hex(sender_.fingerprint + "\n" + object.sha256)};
        event.ce_id = identity_;
        event.source = "kontor/inbox";
        event.type = core::trigger::file_arrived;
        event.subject = name;
        event.data = JsonObject{{"name", name}, {"object", sdk::to_json(object)}, {"bytes", object.bytes}, {"country", sender_.country}};
        const Result<engine::Reply> reply = engine_.file_arrived(std::move(event), session_->take_effects());
        if (!reply) {
            return reply.error();
        }
        return ports::FileReply{reply->status, reply->body, reply->replayed, reply->on_record};
    }

 private:
    engine::Engine& engine_;
    const ports::FileSender sender_;
    const std::string identity_;
    std::unique_ptr<ports::ObjectSession> session_;
    std::unique_ptr<sdk::ByteWriter> writer_;
};

}  // namespace

Result<std::unique_ptr<ports::FileStream>> FileDesk::open(ports::FileSender sender) {
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    const std::string identity =
        sha256_hex(sender.country + "/" + sender.name + "\n" + std::to_string(now) + "\n" + std::to_string(opened_++)).substr(0, identity_digits);
    try {
        return std::unique_ptr<ports::FileStream>(std::make_unique<Stream>(engine_, objects_, std::move(sender), identity));
    } catch (const sdk::TaskFailure& failure) {
        return not_stored(failure);
    }
}

}  // namespace kontor::app
