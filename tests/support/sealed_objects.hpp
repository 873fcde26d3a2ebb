// Encrypted objects in a folder of their own, as the daemon keeps them, for benchmarks of whole tasks.
#pragma once

#include <boost/json/parse.hpp>
#include <memory>
#include <stdexcept>
#include <string>

#include "objects/local_objects.hpp"
#include "support/temporary_folder.hpp"

namespace kontor::test {

class SealedObjects {
 public:
    SealedObjects() {
        constexpr const char* grants = R"({"roles": {"bench": [
            {"action": "encrypt", "scope": "raw"}, {"action": "decrypt", "scope": "raw"},
            {"action": "encrypt", "scope": "model"}, {"action": "decrypt", "scope": "model"},
            {"action": "encrypt", "scope": "prediction"}, {"action": "decrypt", "scope": "prediction"},
            {"action": "encrypt", "scope": "quarantine"}]}})";
        auto opened = objects::LocalObjects::open(
            (folder_.path() / "objects").string(), (folder_.path() / "keys.json").string(),
            objects::Grants::from_json(boost::json::parse(grants)).value()
        );
        if (!opened) {
            throw std::runtime_error(describe(opened.error()));
        }
        store_ = std::move(opened.value());
    }
    // The objects of one more attempt: it may use the names of those before again. Valid until the next call.
    sdk::Objects& next_attempt(const sdk::TaskIdentity& identity) {
        sdk::TaskIdentity own = identity;
        own.run = 1;
        own.workflow = "bench";
        own.task = "bench";
        own.attempt = ++attempts_;
        session_ = store_->session(own, "bench");
        return *session_;
    }

 private:
    TemporaryFolder folder_;
    std::unique_ptr<objects::LocalObjects> store_;
    std::unique_ptr<ports::ObjectSession> session_;
    int attempts_ = 0;
};

}  // namespace kontor::test
