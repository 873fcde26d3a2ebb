#include "app/file_desk.hpp"

#include "base/sha256.hpp"
#include "objects/inbox.hpp"

namespace kontor::app {
namespace {

Error not_stored(const sdk::TaskFailure& failure) { return unavailable("files", "the file could not be stored: " + failure.reason()); }

engine::FileArrival arrival_of(const ports::FileSender& sender, const std::string& identity, sdk::ObjectRef object) {
    engine::FileArrival file;
    file.by = sender.by;
    file.audit = {sender.route, sender.resource, sender.country, sender.dry_run, sender.reason};
    file.idempotency = {sender.reply_key, sha256_hex(sender.fingerprint + "\n" + object.sha256)};
    file.identity = identity;
    file.name = sender.country + "/" + sender.name;
    file.country = sender.country;
    file.object = std::move(object);
    return file;
}

Result<ports::FileReply> answered(const Result<engine::Reply>& reply) {
    return reply ? Result<ports::FileReply>(ports::FileReply{reply->status, reply->body, reply->replayed, reply->on_record}) : reply.error();
}

class Stream final : public ports::FileStream {
 public:
    // Errors: TaskFailure.
    Stream(engine::Engine& engine, ports::ObjectStore& objects, ports::FileSender sender, std::string identity)
        : engine_(engine), sender_(std::move(sender)), identity_(std::move(identity)) {
        session_ = objects::receiving(objects, identity_, sender_.country, std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
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
        engine::FileArrival file = arrival_of(sender_, identity_, std::move(object));
        file.effects = session_->take_effects();
        return answered(engine_.file_arrived(std::move(file)));
    }

 private:
    engine::Engine& engine_;
    const ports::FileSender sender_;
    const std::string identity_;
    std::unique_ptr<ports::ObjectSession> session_;
    std::unique_ptr<sdk::ByteWriter> writer_;
};

// Keeps nothing of what comes but its length.
class Foreseen final : public ports::FileStream {
 public:
    Foreseen(engine::Engine& engine, ports::FileSender sender, std::string identity)
        : engine_(engine), sender_(std::move(sender)), identity_(std::move(identity)) {}

    Result<void> take(std::string_view bytes) override {
        bytes_ += static_cast<std::int64_t>(bytes.size());
        return {};
    }
    Result<ports::FileReply> finish() override { return answered(engine_.file_arrived(arrival_of(sender_, identity_, {"", "", bytes_}))); }

 private:
    engine::Engine& engine_;
    const ports::FileSender sender_;
    const std::string identity_;
    std::int64_t bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<ports::FileStream>> FileDesk::open(ports::FileSender sender) {
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    const std::string identity =
        objects::delivery_identity(sender.country + "/" + sender.name + "\n" + std::to_string(now) + "\n" + std::to_string(opened_++));
    if (sender.dry_run) {
        return std::unique_ptr<ports::FileStream>(std::make_unique<Foreseen>(engine_, std::move(sender), identity));
    }
    try {
        return std::unique_ptr<ports::FileStream>(std::make_unique<Stream>(engine_, objects_, std::move(sender), identity));
    } catch (const sdk::TaskFailure& failure) {
        return not_stored(failure);
    }
}

}  // namespace kontor::app
