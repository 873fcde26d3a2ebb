// What a label means in the list in force: itself, where the crosswalk puts it, or nothing that could be learned.
// Thread: one thread at a time. Owner: the task. Memory: an entry per different label.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "tasks/codes/crosswalk.hpp"
#include "tasks/dataset/code_list.hpp"

namespace kontor::tasks::dataset {

class LabelMap {
 public:
    // `split_share`: so much of an old code must be under one new code for the label to be that one. Requires: `list` outlives this.
    LabelMap(const CodeList& list, codes::Crosswalk crosswalk, double split_share)
        : list_(list), crosswalk_(std::move(crosswalk)), split_share_(split_share) {}

    struct Meaning {
        std::string code;    // as the list spells it; empty with a fault
        std::string fault;   // unknown_label, ended_code, split_code, code_reused
        bool moved = false;  // it is another code than the label says
    };
    // `month` (YYYY-MM) is the one by whose list the label was given: only what moved afterwards counts. Where it is not known (empty), all
    // does, and a label that is in the list and moves elsewhere has a fault: it may have been given before or after.
    const Meaning& of(std::string_view label, std::string_view month = {});

 private:
    Meaning find(std::string_view label, const std::string& since) const;

    const CodeList& list_;
    const codes::Crosswalk crosswalk_;
    const double split_share_;
    std::unordered_map<std::string, Meaning> known_;
};

}  // namespace kontor::tasks::dataset
