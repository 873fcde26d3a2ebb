#include "tasks/codes/crosswalk.hpp"

#include <algorithm>
#include <utility>

namespace kontor::tasks::codes {

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::Rename: return "rename";
        case Kind::Merge: return "merge";
        case Kind::Split: return "split";
        case Kind::End: return "end";
    }
    return "";
}

std::optional<Kind> kind_from(std::string_view word) {
    for (const Kind kind : {Kind::Rename, Kind::Merge, Kind::Split, Kind::End}) {
        if (word == to_string(kind)) {
            return kind;
        }
    }
    return std::nullopt;
}

Crosswalk::Crosswalk(std::vector<Step> steps) {
    std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.effective_from < b.effective_from; });
    for (Step& step : steps) {
        if (step.moves.empty()) {
            continue;
        }
        Indexed indexed{std::move(step.effective_from), {}};
        for (Move& move : step.moves) {
            indexed.by_from[move.from].push_back(std::move(move));
        }
        steps_.push_back(std::move(indexed));
    }
}

bool Crosswalk::changes_after(std::string_view since) const { return !steps_.empty() && steps_.back().effective_from > since; }

std::vector<Share> Crosswalk::now(std::string_view code, std::string_view since) const {
    std::map<std::string, double, std::less<>> shares{{std::string(code), 1.0}};
    for (const Indexed& step : steps_) {
        if (step.effective_from <= since) {
            continue;
        }
        std::map<std::string, double, std::less<>> next;
        for (const auto& [each, weight] : shares) {
            const auto found = step.by_from.find(each);
            if (found == step.by_from.end()) {
                next[each] += weight;
                continue;
            }
            for (const Move& move : found->second) {
                if (move.kind != Kind::End) {
                    next[move.to] += weight * move.weight;
                }
            }
        }
        shares = std::move(next);
    }
    std::vector<Share> now;
    for (auto& [each, weight] : shares) {
        now.push_back({each, weight});
    }
    std::stable_sort(now.begin(), now.end(), [](const Share& a, const Share& b) { return a.weight > b.weight; });
    return now;
}

}  // namespace kontor::tasks::codes
