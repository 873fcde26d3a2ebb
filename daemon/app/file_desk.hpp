// What is sent by HTTP goes the way of a file in the inbox folder: an object of the scope `inbox`, and the event of its arrival.
// Owner: Daemon. Thread: any; a stream is one request's.
#pragma once

#include <atomic>

#include "engine/engine.hpp"
#include "ports/files.hpp"
#include "ports/object_store.hpp"

namespace kontor::app {

class FileDesk final : public ports::FileDesk {
 public:
    // Both outlive this and its streams.
    FileDesk(engine::Engine& engine, ports::ObjectStore& objects) : engine_(engine), objects_(objects) {}
    Result<std::unique_ptr<ports::FileStream>> open(ports::FileSender sender) override;

 private:
    engine::Engine& engine_;
    ports::ObjectStore& objects_;
    std::atomic<std::uint64_t> opened_ = 0;
};

}  // namespace kontor::app
