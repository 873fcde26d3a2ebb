#include "tasks/dataset/label_map.hpp"

namespace kontor::tasks::dataset {
namespace {

// What adding up shares may lose.
constexpr double share_tolerance = 1e-9;

}  // namespace

const LabelMap::Meaning& LabelMap::of(std::string_view label, std::string_view month) {
    const std::string since = month.empty() ? std::string() : std::string(month) + "-01";
    // A day has no blank in it.
    const auto [known, is_new] = known_.try_emplace(since + " " + std::string(label));
    if (is_new) {
        known->second = find(label, since);
    }
    return known->second;
}

LabelMap::Meaning LabelMap::find(std::string_view label, const std::string& since) const {
    const std::vector<codes::Share> now = crosswalk_.now(label, since);
    const std::string_view own = list_.find(label);
    if (now.size() == 1 && now.front().code == label) {
        return own.empty() ? Meaning{"", "unknown_label"} : Meaning{std::string(own), ""};
    }
    if (now.empty()) {
        return {"", own.empty() || !since.empty() ? "ended_code" : "code_reused"};
    }
    if (now.front().weight + share_tolerance < split_share_) {
        return {"", "split_code"};
    }
    const std::string_view code = list_.find(now.front().code);
    if (code.empty()) {
        return {"", "unknown_label"};
    }
    if (since.empty() && !own.empty() && own != code) {
        return {"", "code_reused"};
    }
    return {std::string(code), "", own != code};
}

}  // namespace kontor::tasks::dataset
