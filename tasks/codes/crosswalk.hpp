// How codes of an older list stand in a newer one: renamed, merged, split by shares, or ended. Pure; what training, inference, live
// predictions and the preview of a list have in common. Thread: const members from any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::tasks::codes {

enum class Kind { Rename, Merge, Split, End };
std::string_view to_string(Kind kind);
std::optional<Kind> kind_from(std::string_view word);

// A line of a crosswalk. `to` is empty of an end; a split has a line per new code, whose weights make 1.
struct Move {
    std::string from;
    std::string to;
    Kind kind = Kind::Rename;
    double weight = 1;
    friend bool operator==(const Move&, const Move&) = default;
};

// What came with one list.
struct Step {
    std::string effective_from;  // YYYY-MM-DD
    std::vector<Move> moves;
};

// So large a share of a code's items must be under one new code for that code to stand for all of them.
inline constexpr double split_share_usual = 0.8;

struct Share {
    std::string code;
    double weight = 1;  // of the old code's items
};

class Crosswalk {
 public:
    Crosswalk() = default;
    // Requires: of a step, the weights of what has the same `from` make 1 together (an end counts as none of them).
    explicit Crosswalk(std::vector<Step> steps);

    bool empty() const { return steps_.empty(); }
    // Whether any code of a list that was in force on the day `since` moved after it. An empty day is before all lists.
    bool changes_after(std::string_view since) const;
    // Where that code stands after all steps: the heaviest first, of equals the lesser code; nothing when it has ended. A code that no
    // step names stands for itself. Ensures: the weights make 1 together unless a part of it ended.
    std::vector<Share> now(std::string_view code, std::string_view since = {}) const;

 private:
    struct Indexed {
        std::string effective_from;
        std::map<std::string, std::vector<Move>, std::less<>> by_from;
    };
    std::vector<Indexed> steps_;  // oldest first
};

}  // namespace kontor::tasks::codes
