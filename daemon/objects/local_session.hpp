// One attempt's view of LocalObjects: checks grants, keeps the ledger of what was written and opened.
// Thread: any; each reader and writer one thread at a time. Owner: the executor, through the port.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "objects/local_objects.hpp"
#include "objects/piece_stream.hpp"

namespace kontor::objects {

// Below the store's folder, so that a rename never crosses file systems. No key can name it.
inline constexpr const char* temporary_folder = ".tmp";

// Shared with the writers, which may be destroyed after the session.
struct Ledger {
    std::mutex mutex;
    std::vector<sdk::Effect> effects;
    std::set<std::string> keys;  // given out by create()
};

class LocalSession final : public ports::ObjectSession {
 public:
    LocalSession(LocalObjects& store, sdk::TaskIdentity identity, std::string role);
    std::unique_ptr<sdk::ByteReader> open(const sdk::ObjectRef& object) override;
    std::unique_ptr<sdk::ByteWriter> create(std::string_view scope, std::string_view country, std::string_view name) override;
    std::vector<sdk::Effect> take_effects() override;

 private:
    void require_own_country(const ObjectKey& object) const;

    LocalObjects& store_;
    const sdk::TaskIdentity identity_;
    const std::string role_;
    const std::shared_ptr<Ledger> ledger_ = std::make_shared<Ledger>();
};

class LocalReader final : public sdk::ByteReader {
 public:
    // Requires: `file` stands behind the head.
    LocalReader(Fd file, const Secret& data_key, const StreamHead& head, sdk::ObjectRef object);
    std::size_t read(std::span<std::byte> buffer) override;

 private:
    const Fd file_;
    PieceReader pieces_;
    const sdk::ObjectRef object_;
    bool checked_ = false;
};

class LocalWriter final : public sdk::ByteWriter {
 public:
    LocalWriter(LocalObjects& store, ObjectKey object, std::shared_ptr<Ledger> ledger);
    ~LocalWriter() override;
    LocalWriter(const LocalWriter&) = delete;
    LocalWriter& operator=(const LocalWriter&) = delete;
    void write(std::span<const std::byte> bytes) override;
    sdk::ObjectRef commit() override;

 private:
    void open_temporary();
    void require_usable() const;
    void move_into_place();

    LocalObjects& store_;
    const ObjectKey object_;
    const std::string what_;
    const std::shared_ptr<Ledger> ledger_;
    std::string key_id_;
    std::string temporary_;
    Fd file_;
    std::unique_ptr<PieceWriter> pieces_;
    std::int64_t head_bytes_ = 0;
    bool usable_ = false;  // false before the head is written, after a failure, after commit
};

}  // namespace kontor::objects
