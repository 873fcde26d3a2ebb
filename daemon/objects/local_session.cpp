#include "objects/local_session.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "objects/sealed_file.hpp"

namespace kontor::objects {

using sdk::FailureClass;
using sdk::TaskFailure;

LocalSession::LocalSession(LocalObjects& store, sdk::TaskIdentity identity, std::string role)
    : store_(store), identity_(std::move(identity)), role_(std::move(role)) {}

void LocalSession::require_own_country(const ObjectKey& object) const {
    if (identity_.country.empty() || object.country == "all" || object.country == identity_.country) {
        return;
    }
    throw TaskFailure(
        FailureClass::Config, "a task of country " + identity_.country + " may not touch the object " + object.text + " of country " +
                                  object.country + ": pass it an object of its own country"
    );
}

std::unique_ptr<sdk::ByteReader> LocalSession::open(const sdk::ObjectRef& ref) {
    const ObjectKey object = parse_key(ref.key);
    store_.grants_.require(role_, Action::Decrypt, object.scope, object.country);
    require_own_country(object);

    Fd file(::open((store_.folder_ + "/" + object.text).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.is_open()) {
        if (errno == ENOENT) {
            throw TaskFailure(
                FailureClass::Data, "the object " + object.text + " is missing: restore it from a backup, or run the task that wrote it again"
            );
        }
        throw_errno(errno, "open the object " + object.text);
    }
    const OpenedHead head = open_sealed(file.get(), object, *store_.keys_);
    {
        const std::lock_guard lock(ledger_->mutex);
        ledger_->effects.push_back(sdk::ObjectOpened{object.text, role_, head.key_id});
    }
    return std::make_unique<LocalReader>(std::move(file), *head.data_key, head.stream, ref);
}

std::unique_ptr<sdk::ByteWriter> LocalSession::create(std::string_view scope, std::string_view country, std::string_view name) {
    ObjectKey object = make_key(identity_, scope, country, name);
    store_.grants_.require(role_, Action::Encrypt, object.scope, object.country);
    require_own_country(object);
    {
        const std::lock_guard lock(ledger_->mutex);
        if (!ledger_->keys.insert(object.text).second) {
            throw TaskFailure(FailureClass::Bug, "the task makes the object " + object.text + " twice: give each its own name");
        }
    }
    return std::make_unique<LocalWriter>(store_, std::move(object), ledger_);
}

std::vector<sdk::Effect> LocalSession::take_effects() {
    const std::lock_guard lock(ledger_->mutex);
    return std::exchange(ledger_->effects, {});
}

LocalReader::LocalReader(Fd file, const Secret& data_key, const StreamHead& head, sdk::ObjectRef object)
    : file_(std::move(file)), pieces_(data_key, head), object_(std::move(object)) {}

std::size_t LocalReader::read(std::span<std::byte> buffer) {
    const std::span<unsigned char> plain(reinterpret_cast<unsigned char*>(buffer.data()), buffer.size());
    const std::size_t given = pieces_.read(file_.get(), plain, object_.key);
    // As soon as the last piece is in: a task that knows where its data ends may never read the 0.
    if (pieces_.ended() && !checked_) {
        checked_ = true;
        const std::string sha256 = pieces_.sha256();
        if (sha256 != object_.sha256 || pieces_.plain_bytes() != object_.bytes) {
            throw_damaged(
                object_.key, "it holds " + std::to_string(pieces_.plain_bytes()) + " bytes with SHA-256 " + sha256 + ", but " +
                                 std::to_string(object_.bytes) + " bytes with " + storable(object_.sha256) + " are recorded"
            );
        }
    }
    return given;
}

LocalWriter::LocalWriter(LocalObjects& store, ObjectKey object, std::shared_ptr<Ledger> ledger)
    : store_(store), object_(std::move(object)), what_("write the object " + object_.text), ledger_(std::move(ledger)) {
    const WrappingKey wrapping = store_.keys_->current(object_.scope, object_.country);
    key_id_ = wrapping.id;
    const SecretPtr data_key = Secret::random();
    StreamHead stream{};
    pieces_ = std::make_unique<PieceWriter>(*data_key, stream);
    const std::vector<unsigned char> head = seal_head(object_, wrapping, *data_key, stream);
    head_bytes_ = static_cast<std::int64_t>(head.size());
    open_temporary();
    try {
        write_all(file_.get(), head, what_);
    } catch (const TaskFailure&) {
        ::unlink(temporary_.c_str());
        throw;
    }
    usable_ = true;
}

LocalWriter::~LocalWriter() {
    if (!temporary_.empty()) {
        ::unlink(temporary_.c_str());
    }
}

void LocalWriter::open_temporary() {
    for (;;) {
        std::array<unsigned char, 12> random{};
        std::array<char, 25> name{};
        randombytes_buf(random.data(), random.size());
        sodium_bin2hex(name.data(), name.size(), random.data(), random.size());
        std::string path = store_.folder_ + "/" + temporary_folder + "/" + name.data();
        Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!file.is_open()) {
            if (errno == EEXIST) {
                continue;
            }
            throw_errno(errno, what_);
        }
        // Another daemon that starts now on the same folder must not take it for a leftover.
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
            continue;
        }
        struct stat status {};
        if (::fstat(file.get(), &status) == 0 && status.st_nlink == 0) {
            continue;  // it did, just before the lock
        }
        temporary_ = std::move(path);
        file_ = std::move(file);
        return;
    }
}

void LocalWriter::require_usable() const {
    if (!usable_) {
        throw TaskFailure(FailureClass::Bug, "the object " + object_.text + " was written to after its commit or after a failure");
    }
}

void LocalWriter::write(std::span<const std::byte> bytes) {
    require_usable();
    usable_ = false;
    pieces_->write(file_.get(), {reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}, what_);
    usable_ = true;
}

void LocalWriter::move_into_place() {
    const std::string folder = object_.text.substr(0, object_.text.rfind('/'));
    const std::string path = store_.folder_ + "/" + object_.text;
    store_.folders_.make(folder, what_);
    // Replaces what the same attempt left there before the daemon died: nobody has recorded that.
    int error = ::rename(temporary_.c_str(), path.c_str()) == 0 ? 0 : errno;
    if (error == ENOENT) {
        // The folder was there once, and somebody has removed it since.
        store_.folders_.forget();
        store_.folders_.make(folder, what_);
        error = ::rename(temporary_.c_str(), path.c_str()) == 0 ? 0 : errno;
    }
    if (error != 0) {
        throw_errno(error, what_);
    }
    temporary_.clear();
    try {
        sync_folder(store_.folder_ + "/" + folder, what_);
    } catch (const TaskFailure&) {
        ::unlink(path.c_str());
        throw;
    }
}

sdk::ObjectRef LocalWriter::commit() {
    require_usable();
    usable_ = false;
    pieces_->finish(file_.get(), what_);
    sync_file(file_.get(), what_);
    move_into_place();
    file_ = Fd();
    sdk::ObjectRef ref{object_.text, pieces_->sha256(), pieces_->plain_bytes()};
    const std::int64_t stored = head_bytes_ + pieces_->stored_bytes();
    pieces_.reset();
    const std::lock_guard lock(ledger_->mutex);
    ledger_->effects.push_back(sdk::ObjectWritten{ref, object_.country, object_.scope, key_id_, stored});
    return ref;
}

}  // namespace kontor::objects
