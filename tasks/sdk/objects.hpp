// Reading and writing objects from a task. Bytes are plain here; encryption, hashing and grants lie behind.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tasks/sdk/outcome.hpp"

namespace kontor::sdk {

// Thread: one thread at a time. All members throw TaskFailure (Transient: storage; Data: corrupt; Config: not granted).
class ByteReader {
 public:
    virtual ~ByteReader() = default;
    // Fills `buffer` from its start; returns the number of bytes, 0 only at the end.
    virtual std::size_t read(std::span<std::byte> buffer) = 0;
};

// Destroyed without commit(), nothing is stored.
class ByteWriter {
 public:
    virtual ~ByteWriter() = default;
    virtual void write(std::span<const std::byte> bytes) = 0;
    // Ensures: durable on disk under its final name. Known to the world once the task's success is recorded.
    virtual ObjectRef commit() = 0;
};

class Objects {
 public:
    virtual ~Objects() = default;
    // Requires: the task's role is granted decrypt for the object's scope and country.
    // Ensures: what read() gives is authenticated piece by piece, and the whole against ref.sha256 at the end.
    virtual std::unique_ptr<ByteReader> open(const ObjectRef& object) = 0;
    // Makes `scope/<workflow>/<run>/<country>/<task>[.<item>].<attempt>.<name>`.
    // Requires: the task's role is granted encrypt for (scope, country); country is two capital letters or "all".
    virtual std::unique_ptr<ByteWriter> create(std::string_view scope, std::string_view country, std::string_view name) = 0;
};

}  // namespace kontor::sdk
