#include "objects/piece_stream.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/check.hpp"
#include "objects/local_objects.hpp"

namespace kontor::objects {

struct StreamState {
    ~StreamState() { sodium_memzero(&state, sizeof state); }
    crypto_secretstream_xchacha20poly1305_state state{};
};

namespace {

constexpr std::size_t seal_bytes = crypto_secretstream_xchacha20poly1305_ABYTES;

}  // namespace

void throw_damaged(const std::string& object, const std::string& why) {
    throw sdk::TaskFailure(
        sdk::FailureClass::Data, "the object " + object + " is damaged: " + why +
                                     "; restore it from a backup, or run the task that wrote it again"
    );
}

PieceWriter::PieceWriter(const Secret& data_key, StreamHead& head) : state_(std::make_unique<StreamState>()), plain_(piece_bytes), sealed_(piece_bytes + seal_bytes) {
    KONTOR_CHECK(crypto_secretstream_xchacha20poly1305_init_push(&state_->state, head.data(), data_key.data()) == 0);
}

PieceWriter::~PieceWriter() { sodium_memzero(plain_.data(), plain_.size()); }

void PieceWriter::push(int fd, unsigned char tag, const std::string& what) {
    const std::span<const unsigned char> plain(plain_.data(), filled_);
    unsigned long long size = 0;
    crypto_secretstream_xchacha20poly1305_push(&state_->state, sealed_.data(), &size, plain.data(), plain.size(), nullptr, 0, tag);
    digest_.update(plain);
    write_all(fd, {sealed_.data(), static_cast<std::size_t>(size)}, what);
    plain_bytes_ += static_cast<std::int64_t>(filled_);
    stored_bytes_ += static_cast<std::int64_t>(size);
    filled_ = 0;
}

void PieceWriter::write(int fd, std::span<const unsigned char> plain, const std::string& what) {
    while (!plain.empty()) {
        // A full piece waits for more: were it the last, it would have to carry the mark of the end.
        if (filled_ == piece_bytes) {
            push(fd, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE, what);
        }
        const std::size_t some = std::min(plain.size(), piece_bytes - filled_);
        std::copy_n(plain.begin(), some, plain_.begin() + static_cast<std::ptrdiff_t>(filled_));
        filled_ += some;
        plain = plain.subspan(some);
    }
}

void PieceWriter::finish(int fd, const std::string& what) { push(fd, crypto_secretstream_xchacha20poly1305_TAG_FINAL, what); }

PieceReader::PieceReader(const Secret& data_key, const StreamHead& head) : state_(std::make_unique<StreamState>()), plain_(piece_bytes), sealed_(piece_bytes + seal_bytes) {
    KONTOR_CHECK(crypto_secretstream_xchacha20poly1305_init_pull(&state_->state, head.data(), data_key.data()) == 0);
}

PieceReader::~PieceReader() { sodium_memzero(plain_.data(), plain_.size()); }

void PieceReader::pull(int fd, const std::string& object) {
    const std::size_t got = read_full(fd, sealed_, "read the object " + object);
    if (got == 0) {
        throw_damaged(object, "its end is missing");
    }
    unsigned long long size = 0;
    unsigned char tag = 0;
    const bool authentic = got >= seal_bytes && crypto_secretstream_xchacha20poly1305_pull(
                                                    &state_->state, plain_.data(), &size, &tag, sealed_.data(), got, nullptr, 0
                                                ) == 0;
    if (!authentic) {
        throw_damaged(object, "the piece after byte " + std::to_string(plain_bytes_) + " was changed, moved or cut off");
    }
    ended_ = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (!ended_ && got < sealed_.size()) {
        throw_damaged(object, "its end is missing");
    }
    unsigned char beyond = 0;
    if (ended_ && read_full(fd, {&beyond, 1}, "read the object " + object) != 0) {
        throw_damaged(object, "something was appended to it");
    }
    from_ = 0;
    filled_ = static_cast<std::size_t>(size);
    digest_.update({plain_.data(), filled_});
    plain_bytes_ += static_cast<std::int64_t>(filled_);
}

std::size_t PieceReader::read(int fd, std::span<unsigned char> plain, const std::string& object) {
    std::size_t given = 0;
    while (given < plain.size()) {
        if (from_ == filled_) {
            if (ended_) {
                break;
            }
            pull(fd, object);
            continue;
        }
        const std::size_t some = std::min(plain.size() - given, filled_ - from_);
        std::copy_n(plain_.begin() + static_cast<std::ptrdiff_t>(from_), some, plain.begin() + static_cast<std::ptrdiff_t>(given));
        from_ += some;
        given += some;
    }
    return given;
}

}  // namespace kontor::objects
