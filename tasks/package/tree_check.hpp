// XGBoost's own files, read before XGBoost reads them: it trusts every index in a file, and a wrong one takes the process down or
// sends it round for ever. What passes is written anew from what was understood, so that XGBoost reads that and nothing else.
// Source of the form: XGBoost 1.7, doc/model.schema and RegTree::LoadModel.
// Thread: pure.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace kontor::tasks::package {

struct TreeBounds {
    std::size_t classes = 0;  // whose margins the trees give: one tree per class and round; 0: one margin per row
    std::initializer_list<std::string_view> objectives;
};

// `bytes`: as save_model and save_raw of XGBoost write it, JSON or UBJSON. Answers the same trees as JSON.
// Errors: TaskFailure(Data) that names the tree and the node: another booster than gbtree, another objective, arrays of unequal
// length, a child, parent or column out of range, a node with two parents or none, a split by categories, a number that is not
// finite or beyond 1e9.
std::string checked_trees(std::string_view bytes, const TreeBounds& bounds);

}  // namespace kontor::tasks::package
