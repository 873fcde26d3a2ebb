#include "codes/impact.hpp"

#include <set>

#include "tasks/codes/crosswalk.hpp"

namespace kontor::codes {
namespace {

using tasks::codes::Kind;

constexpr std::size_t examples_max = 20;

enum class Fate { Kept, Renamed, Merged, Split, Doubtful, Ended, Lost };

// What becomes of the codes of the list before.
class Fates {
 public:
    Fates(const std::vector<ports::ListRow>& rows, const std::vector<ports::ListMove>& moves, double share) : share_(share) {
        std::vector<tasks::codes::Move> steps;
        for (const ports::ListRow& row : rows) {
            listed_.insert(row.code);
        }
        for (const ports::ListMove& move : moves) {
            const Kind kind = tasks::codes::kind_from(move.kind).value_or(Kind::End);
            kinds_.emplace(move.from, kind);
            steps.push_back({move.from, move.to, kind, move.weight});
        }
        crosswalk_ = tasks::codes::Crosswalk({{"", {}}, {"1", std::move(steps)}});
    }
    bool lists(std::string_view code) const { return listed_.contains(code); }
    Fate of(std::string_view code) const {
        const auto kind = kinds_.find(code);
        if (kind == kinds_.end()) {
            return lists(code) ? Fate::Kept : Fate::Lost;
        }
        switch (kind->second) {
            case Kind::Rename: return Fate::Renamed;
            case Kind::Merge: return Fate::Merged;
            case Kind::End: return Fate::Ended;
            case Kind::Split: {
                const auto shares = crosswalk_.now(code);
                return !shares.empty() && shares.front().weight >= share_ ? Fate::Split : Fate::Doubtful;
            }
        }
        return Fate::Lost;
    }

 private:
    const double share_;
    std::set<std::string_view> listed_;
    std::map<std::string_view, Kind> kinds_;
    tasks::codes::Crosswalk crosswalk_;
};

struct Counts {
    std::int64_t kept = 0;
    std::int64_t renamed = 0;
    std::int64_t merged = 0;
    std::int64_t split = 0;     // most of it goes on under one code
    std::int64_t doubtful = 0;  // split into parts that only a person tells apart
    std::int64_t ended = 0;
    std::int64_t lost = 0;

    void add(Fate fate, std::int64_t count) {
        switch (fate) {
            case Fate::Kept: kept += count; return;
            case Fate::Renamed: renamed += count; return;
            case Fate::Merged: merged += count; return;
            case Fate::Split: split += count; return;
            case Fate::Doubtful: doubtful += count; return;
            case Fate::Ended: ended += count; return;
            case Fate::Lost: lost += count; return;
        }
    }
    std::int64_t all() const { return kept + renamed + merged + split + doubtful + ended + lost; }
    JsonObject told() const {
        return {{"kept", kept}, {"renamed", renamed}, {"merged", merged}, {"split", split}, {"split_in_doubt", doubtful}, {"ended", ended}, {"lost", lost}};
    }
};

void add_example(JsonArray& list, const std::string& code) {
    if (list.size() < examples_max) {
        list.emplace_back(code);
    }
}

Json items_of(const ports::KnownLists& known, const Fates& fates) {
    if (known.period.empty()) {
        return nullptr;
    }
    Counts counts;
    for (const auto& [code, items] : known.items) {
        counts.add(fates.of(code), items);
    }
    JsonObject told = counts.told();
    told["period"] = known.period;
    told["total"] = counts.all() + known.waiting;
    told["waiting"] = known.waiting;
    told["expected_review"] = JsonObject{
        {"crosswalk", counts.doubtful + counts.ended + counts.lost + known.waiting}, {"review", counts.all() + known.waiting}};
    return told;
}

// What the model in force is bound to, and whether that is another list than this one will be.
Json model_of(const ports::KnownLists& known, const std::string& effective_from) {
    if (!known.winner.is_object()) {
        return nullptr;
    }
    const Json* list = member(known.winner, "list");
    const std::string bound = list == nullptr ? "" : text_member(*list, "effective_from");
    return JsonObject{{"id", text_member(known.winner, "id")}, {"list", list == nullptr ? Json() : *list}, {"outdated", bound < effective_from}};
}

}  // namespace

Json impact_of(
    const ports::KnownLists& known, const std::string& effective_from, const std::vector<ports::ListRow>& rows,
    const std::vector<ports::ListMove>& moves, double split_share
) {
    const Fates fates(rows, moves, split_share);
    Counts counts;
    JsonArray lost;
    JsonArray fresh;
    JsonArray warnings;
    std::set<std::string_view> before;
    if (known.before) {
        for (const ports::ListRow& row : known.before->rows) {
            before.insert(row.code);
            const Fate fate = fates.of(row.code);
            counts.add(fate, 1);
            if (fate == Fate::Lost) {
                add_example(lost, row.code);
            }
        }
    }
    std::int64_t fresh_count = 0;
    for (const ports::ListRow& row : rows) {
        if (known.before && !before.contains(row.code)) {
            ++fresh_count;
            add_example(fresh, row.code);
        }
    }
    if (counts.lost > 0) {
        warnings.emplace_back(
            std::to_string(counts.lost) + " codes of the list before are gone, and the crosswalk does not name them: their items go to review, their labels into quarantine"
        );
    }
    std::set<std::string_view> reused;
    for (const ports::ListMove& move : moves) {
        if (fates.lists(move.from) && move.to != move.from) {
            reused.insert(move.from);
        }
    }
    for (const std::string_view code : reused) {
        warnings.emplace_back("\"" + std::string(code) + "\" stands in both lists and moves: a label of that name is taken for neither meaning");
        if (warnings.size() > examples_max) {
            break;
        }
    }
    if (known.later > 0) {
        warnings.emplace_back(std::to_string(known.later) + " lists of later days are there: their crosswalks were made for the list before this one");
    }
    JsonObject codes = counts.told();
    codes["in_list"] = static_cast<std::int64_t>(rows.size());
    codes["new"] = fresh_count;
    return JsonObject{
        {"before",
         known.before ? Json(JsonObject{{"version", known.before->version}, {"effective_from", known.before->effective_from}}) : Json()},
        {"codes", known.before ? Json(std::move(codes)) : Json(JsonObject{{"in_list", static_cast<std::int64_t>(rows.size())}})},
        {"examples", JsonObject{{"new", std::move(fresh)}, {"lost", std::move(lost)}}},
        {"items", items_of(known, fates)},
        {"model", model_of(known, effective_from)},
        {"warnings", std::move(warnings)}};
}

}  // namespace kontor::codes
