// What a list would change, before it is in force: its codes, the items that were reported last, the model in force.
// Thread: any; pure.
#pragma once

#include "base/json.hpp"
#include "ports/code_lists.hpp"

namespace kontor::codes {

// {before, codes: {in_list, kept, new, renamed, merged, split, ended, lost}, examples: {new, lost}, items, model, warnings}.
// `lost` are codes that are gone and that no line of the crosswalk names. `items` is null before the first report; else the last one's,
// by what becomes of their code, and how many go to review: with the crosswalk, or when all do because the model is bound to another list.
Json impact_of(
    const ports::KnownLists& known, const std::string& effective_from, const std::vector<ports::ListRow>& rows,
    const std::vector<ports::ListMove>& moves, double split_share
);

}  // namespace kontor::codes
