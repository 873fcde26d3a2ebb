// The pieces of an object's body: encrypted to a file and back. Each piece is authenticated with its place in the row, and
// only the last one carries the mark of the end: cuts, swaps, repeats and appended bytes are all refused.
// Thread: one at a time. Owner: a reader or writer of one object.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "objects/digest.hpp"
#include "objects/envelope.hpp"
#include "objects/files.hpp"

namespace kontor::objects {

// libsodium's; wiped when its reader or writer goes.
struct StreamState;

class PieceWriter {
 public:
    PieceWriter(const Secret& data_key, StreamHead& head);
    ~PieceWriter();
    PieceWriter(const PieceWriter&) = delete;
    PieceWriter& operator=(const PieceWriter&) = delete;

    void write(int fd, std::span<const unsigned char> plain, const std::string& what);
    // Writes the last piece, which may be empty.
    void finish(int fd, const std::string& what);
    std::int64_t plain_bytes() const { return plain_bytes_; }
    std::int64_t stored_bytes() const { return stored_bytes_; }
    // Requires: finish() was called; once.
    std::string sha256() { return digest_.finish(); }

 private:
    void push(int fd, unsigned char tag, const std::string& what);

    std::unique_ptr<StreamState> state_;
    Sha256Stream digest_;
    std::vector<unsigned char> plain_;
    std::vector<unsigned char> sealed_;
    std::size_t filled_ = 0;
    std::int64_t plain_bytes_ = 0;
    std::int64_t stored_bytes_ = 0;
};

class PieceReader {
 public:
    PieceReader(const Secret& data_key, const StreamHead& head);
    ~PieceReader();
    PieceReader(const PieceReader&) = delete;
    PieceReader& operator=(const PieceReader&) = delete;

    // 0 only at the end. Throws TaskFailure(Data), which says of `object` what is wrong.
    std::size_t read(int fd, std::span<unsigned char> plain, const std::string& object);
    // The last piece was authenticated; read() may still have bytes of it to give.
    bool ended() const { return ended_; }
    std::int64_t plain_bytes() const { return plain_bytes_; }
    // Requires: ended(); once.
    std::string sha256() { return digest_.finish(); }

 private:
    void pull(int fd, const std::string& object);

    std::unique_ptr<StreamState> state_;
    Sha256Stream digest_;
    std::vector<unsigned char> plain_;
    std::vector<unsigned char> sealed_;
    std::size_t from_ = 0;
    std::size_t filled_ = 0;
    std::int64_t plain_bytes_ = 0;
    bool ended_ = false;
};

// Throws TaskFailure(Data): the object's name, why, what to do.
[[noreturn]] void throw_damaged(const std::string& object, const std::string& why);

}  // namespace kontor::objects
