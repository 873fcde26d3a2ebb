// From the codes that a model knows to those that may be given in the items' month. A code of an older list goes where the crosswalk
// puts it: what becomes one code is added up, what is split is shared out. What the model gives to codes that lead nowhere is not shared
// out among the others: an item that it takes for such a code goes to a person.
// Thread: const members from any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tasks/codes/crosswalk.hpp"
#include "tasks/model/model_object.hpp"

namespace kontor::tasks::model {

// What says how a list is kept to: members of a task's input, and of the record of a batch, which live predictions go by.
// {crosswalk: dataset or null, list: {codes_sha256, ...} or null, outdated_model: crosswalk|review, split_share}
sdk::Json code_rules(const sdk::JsonObject& input);

class CodeMap {
 public:
    CodeMap() = default;
    // Each class is its own code. `allowed` says which may be given.
    CodeMap(std::vector<std::string> classes, std::vector<bool> allowed);
    // Classes of a model whose list was in force on the day `since` (empty: before all lists), where `listed` are the codes in force.
    CodeMap(
        const std::vector<std::string>& classes, const std::vector<std::string>& listed, const codes::Crosswalk& crosswalk,
        const std::string& since, double split_share
    );

    const std::vector<std::string>& codes() const { return codes_; }
    const std::vector<bool>& allowed() const { return allowed_; }
    // Probabilities of classes are those of the codes, as they stand.
    bool is_plain() const { return routes_.empty(); }
    // Classes that lead to no code that may be given.
    std::size_t outside() const { return outside_; }
    // The model is bound to another list than the one in force; and whether nothing that it says is taken without a person then.
    bool outdated() const { return outdated_; }
    bool all_to_review() const { return outdated_ && review_; }
    void set_outdated(bool outdated, bool review) {
        outdated_ = outdated;
        review_ = review;
    }

    // Of each code what the model gives to it, and the part of it that leads there without doubt (a split's lesser parts do not).
    // Requires: !is_plain(); both spans as long as codes().
    void apply(std::span<const float> classes, std::span<float> all, std::span<float> clear) const;
    // The class that speaks most for a code. Requires: as apply.
    std::size_t source_of(std::size_t code, std::span<const float> classes) const;

 private:
    struct Route {
        std::size_t from;
        std::size_t to;
        float weight;
        bool clear;
    };
    std::vector<std::string> codes_;
    std::vector<bool> allowed_;
    std::vector<Route> routes_;
    std::size_t outside_ = 0;
    bool outdated_ = false;
    bool review_ = false;
};

// Of a model for the list `codes` (a dataset; null: it may give all that it knows) by `rules`, which may be null.
// Errors: TaskFailure as read_codes and read_steps have it; (Config) for rules in another form.
CodeMap map_codes(sdk::Objects& objects, const ModelRef& ref, const std::vector<std::string>& classes, const sdk::Json& codes, const sdk::Json& rules);

}  // namespace kontor::tasks::model
