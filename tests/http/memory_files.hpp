// Files in memory, as the door hands them on.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ports/files.hpp"

namespace kontor::http_test {

class MemoryFiles final : public ports::FileDesk {
  public:
    struct Arrived {
        ports::FileSender sender;
        std::string bytes;
    };
    Result<std::unique_ptr<ports::FileStream>> open(ports::FileSender sender) override {
        ++opened_;
        return std::unique_ptr<ports::FileStream>(std::make_unique<Stream>(*this, std::move(sender)));
    }

    std::vector<Arrived> arrived_;
    int opened_ = 0;
    bool away_ = false;  // nothing can be committed

  private:
    class Stream final : public ports::FileStream {
      public:
        Stream(MemoryFiles& owner, ports::FileSender sender) : owner_(owner), file_{std::move(sender), {}} {}
        Result<void> take(std::string_view bytes) override {
            file_.bytes.append(bytes);
            return {};
        }
        Result<ports::FileReply> finish() override {
            if (owner_.away_) {
                return unavailable("files", "the database takes nothing now");
            }
            owner_.arrived_.push_back(std::move(file_));
            return ports::FileReply{200, "{}", false, true};
        }

      private:
        MemoryFiles& owner_;
        Arrived file_;
    };
};

}  // namespace kontor::http_test
