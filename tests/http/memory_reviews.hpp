// A queue of one review, and its item, for tests of the HTTP door.
#pragma once

#include "ports/reviews.hpp"

#include <string>
#include <vector>

namespace kontor::http_test {

class MemoryReviews : public ports::Reviews, public ports::Evidence {
  public:
    Result<std::vector<ports::ReviewBatch>> waiting() override {
        return std::vector<ports::ReviewBatch>{};
    }
    Result<bool> take_in(
        const ports::ReviewBatch& /*batch*/,
        const std::vector<ports::ReviewCode>& /*codes*/,
        const std::function<bool(ports::ReviewRow&)>& /*next*/,
        Instant /*at*/
    ) override {
        return false;
    }
    Result<void> refuse(
        const ports::ReviewBatch& /*batch*/, const std::string& /*why*/, Instant /*at*/
    ) override {
        return {};
    }
    Result<std::vector<ports::ReviewPlace>> claim(const ports::ReviewClaim& claim) override {
        claims.push_back(claim);
        return std::vector<ports::ReviewPlace>{here()};
    }
    Result<std::optional<ports::ReviewPlace>> place(std::int64_t /*review*/) override {
        return std::optional(here());
    }
    Result<ports::ReviewReply> decide(
        std::int64_t review,
        const core::review::Word& word,
        const ports::ReviewCaller& by,
        Instant /*at*/
    ) override {
        said.push_back(
            by.who + (by.admin ? " (admin)" : "") + " " + std::string(to_string(word.verdict)) +
            " " + word.code + " of " + std::to_string(review) + " because " + by.audit.reason
        );
        return ports::ReviewReply{R"({"state":"decided"})", false};
    }
    Result<ports::ReviewReply> skip(
        std::int64_t review, const ports::ReviewCaller& by, Instant /*at*/
    ) override {
        said.push_back(by.who + " skips " + std::to_string(review));
        return ports::ReviewReply{R"({"state":"open"})", false};
    }
    Result<ports::ReviewReply> undo(
        std::int64_t /*review*/, const ports::ReviewCaller& by, Instant /*at*/
    ) override {
        said.push_back(by.who + " takes it back");
        return ports::ReviewReply{R"({"state":"open"})", false};
    }
    Result<std::vector<ports::ReviewLabel>> labels(const std::string& /*country*/) override {
        return std::vector<ports::ReviewLabel>{};
    }
    Result<ports::OpenedEvidence> open(const std::vector<ports::ReviewPlace>& places) override {
        ports::OpenedEvidence opened;
        opened.items.assign(places.size(), JsonObject{{"title", "a kettle"}});
        opened.effects.emplace_back(
            sdk::ObjectOpened{places.front().object.key, "reviewer", "review/DE/1"}
        );
        return opened;
    }

    std::vector<ports::ReviewClaim> claims;
    std::vector<std::string> said;

  private:
    static ports::ReviewPlace here() {
        return {1, 2, 3, "DE", {"review/infer/2/DE/report.1.reviews.csv.zst", "", 0}, 1};
    }
};

}  // namespace kontor::http_test
