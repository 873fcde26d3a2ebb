#include "tasks/package/tree_check.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "tasks/sdk/outcome.hpp"

namespace kontor::tasks::package {
namespace {

// Floats are four bytes long here, as in XGBoost: so they are written as they were read.
using Tree = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t, std::uint64_t, float>;

constexpr float value_max = 1e9F;
// XGBoost walks a tree by recursion when it explains.
constexpr int depth_max = 256;
constexpr std::int64_t no_child = -1;
constexpr std::int64_t no_parent = 2147483647;

[[noreturn]] void broken(const std::string& what) {
    throw sdk::TaskFailure(sdk::FailureClass::Data, "the trees cannot be used: " + what);
}

const Tree& member(const Tree& value, const char* name) {
    const auto found = value.is_object() ? value.find(name) : value.end();
    if (!value.is_object() || found == value.end()) {
        broken(std::string("\"") + name + "\" is missing");
    }
    return *found;
}

// XGBoost writes its parameters as texts.
std::int64_t number_in(const Tree& value, const char* name) {
    const Tree& text = member(value, name);
    std::int64_t number = -1;
    if (text.is_string()) {
        const auto& digits = text.get_ref<const std::string&>();
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error == std::errc() && end == digits.data() + digits.size()) {
            return number;
        }
    }
    broken(std::string("\"") + name + "\" is no number");
}

class TreeCheck {
 public:
    TreeCheck(const Tree& tree, std::size_t number, std::int64_t columns) : tree_(tree), number_(number), columns_(columns) {}

    void check() {
        const Tree& param = member(tree_, "tree_param");
        const std::int64_t nodes = number_in(param, "num_nodes");
        constexpr std::int64_t nodes_max = 1 << 24;
        if (nodes < 1 || nodes > nodes_max || number_in(param, "num_feature") != columns_) {
            fault("its number of nodes or of columns is out of range");
        }
        if (number_in(param, "size_leaf_vector") != 0) {
            fault("it has leaves of several values");
        }
        size_ = static_cast<std::size_t>(nodes);
        left_ = whole("left_children");
        right_ = whole("right_children");
        parents_ = whole("parents");
        columns_of_ = whole("split_indices");
        finite("split_conditions");
        finite("base_weights");
        finite("loss_changes");
        finite("sum_hessian");
        array("default_left");
        no_categories();
        if (walk() + number_in(param, "num_deleted") != nodes) {
            fault("some of its nodes hang nowhere");
        }
    }

 private:
    [[noreturn]] void fault(const std::string& what) const { broken("tree " + std::to_string(number_) + ": " + what); }
    [[noreturn]] void fault(std::size_t node, const std::string& what) const { fault("node " + std::to_string(node) + ": " + what); }

    const Tree& array(const char* name) const {
        const Tree& values = member(tree_, name);
        if (!values.is_array() || values.size() != size_) {
            fault(std::string("\"") + name + "\" has not one entry per node");
        }
        return values;
    }
    std::vector<std::int64_t> whole(const char* name) const {
        std::vector<std::int64_t> numbers;
        numbers.reserve(size_);
        for (const Tree& value : array(name)) {
            if (!value.is_number_integer() || (value.is_number_unsigned() && value.get<std::uint64_t>() > no_parent)) {
                fault(numbers.size(), std::string("\"") + name + "\" holds no whole number");
            }
            numbers.push_back(value.get<std::int64_t>());
        }
        return numbers;
    }
    void finite(const char* name) const {
        std::size_t node = 0;
        for (const Tree& value : array(name)) {
            if (!value.is_number() || !(std::abs(value.get<float>()) <= value_max)) {
                fault(node, std::string("\"") + name + "\" holds no number, or one beyond 1e9");
            }
            ++node;
        }
    }
    void no_categories() const {
        const auto types = tree_.find("split_type");
        const bool plain = types == tree_.end() || std::all_of(types->begin(), types->end(), [](const Tree& type) {
            return type.is_number_integer() && type.get<std::int64_t>() == 0;
        });
        const auto holds = [this](const char* name) {
            const auto found = tree_.find(name);
            return found != tree_.end() && !found->empty();
        };
        if (!plain || holds("categories") || holds("categories_nodes") || holds("categories_segments") || holds("categories_sizes")) {
            fault("it splits by categories, which no model of Kontor does");
        }
    }
    // How many nodes hang on the root. What is deleted hangs nowhere, and nobody goes there.
    std::int64_t walk() const {
        std::vector<bool> seen(size_);
        std::vector<std::pair<std::size_t, int>> open{{0, 0}};
        seen[0] = true;
        std::int64_t reached = 0;
        if (parents_[0] != no_parent) {
            fault(0, "the root has a parent");
        }
        while (!open.empty()) {
            const auto [node, depth] = open.back();
            open.pop_back();
            ++reached;
            if (depth > depth_max) {
                fault(node, "it lies deeper than " + std::to_string(depth_max));
            }
            if (left_[node] == no_child && right_[node] == no_child) {
                continue;
            }
            if (columns_of_[node] < 0 || columns_of_[node] >= columns_) {
                fault(node, "it splits by column " + std::to_string(columns_of_[node]) + " of " + std::to_string(columns_));
            }
            for (const std::int64_t child : {left_[node], right_[node]}) {
                const auto place = static_cast<std::size_t>(child);
                if (child <= 0 || place >= size_ || seen[place] || parents_[place] != static_cast<std::int64_t>(node)) {
                    fault(node, "its child " + std::to_string(child) + " is none of its own");
                }
                seen[place] = true;
                open.emplace_back(place, depth + 1);
            }
        }
        return reached;
    }

    const Tree& tree_;
    const std::size_t number_;
    const std::int64_t columns_;
    std::size_t size_ = 0;
    std::vector<std::int64_t> left_;
    std::vector<std::int64_t> right_;
    std::vector<std::int64_t> parents_;
    std::vector<std::int64_t> columns_of_;
};

void check_head(const Tree& learner, const TreeBounds& bounds) {
    const Tree& objective = member(member(learner, "objective"), "name");
    const bool known = objective.is_string() && std::find(bounds.objectives.begin(), bounds.objectives.end(), objective.get_ref<const std::string&>()) != bounds.objectives.end();
    if (!known) {
        broken("their objective must be " + std::string(*bounds.objectives.begin()));
    }
    const std::int64_t classes = number_in(member(learner, "learner_model_param"), "num_class");
    const std::int64_t of_objective =
        bounds.classes == 0 ? 0 : number_in(member(member(learner, "objective"), "softmax_multiclass_param"), "num_class");
    if (classes != static_cast<std::int64_t>(bounds.classes) || of_objective != classes) {
        broken("they know " + std::to_string(classes) + " classes, model.json " + std::to_string(bounds.classes));
    }
    // Otherwise XGBoost gives as many values for each row as the file likes, and makes room for them.
    const Tree& parameters = member(learner, "learner_model_param");
    if (parameters.contains("num_target") && number_in(parameters, "num_target") != 1) {
        broken("they give several values for each row");
    }
    const Tree& base = member(parameters, "base_score");
    const std::string text = base.is_string() ? base.get<std::string>() : std::string();
    float score = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), score);
    if (error != std::errc() || end != text.data() + text.size() || !(std::abs(score) <= value_max)) {
        broken("\"base_score\" is no number, or beyond 1e9");
    }
    const Tree& name = member(member(learner, "gradient_booster"), "name");
    if (!name.is_string() || name.get_ref<const std::string&>() != "gbtree") {
        broken("their booster must be gbtree");
    }
}

void check_trees(const Tree& learner, const TreeBounds& bounds) {
    const Tree& model = member(member(learner, "gradient_booster"), "model");
    const Tree& trees = member(model, "trees");
    const Tree& info = member(model, "tree_info");
    const Tree& param = member(model, "gbtree_model_param");
    if (!trees.is_array() || !info.is_array() || trees.empty() || trees.size() != info.size() ||
        number_in(param, "num_trees") != static_cast<std::int64_t>(trees.size())) {
        broken("\"trees\", \"tree_info\" and \"num_trees\" do not fit together");
    }
    const std::size_t groups = std::max<std::size_t>(bounds.classes, 1);
    if (number_in(param, "num_parallel_tree") != 1 || trees.size() % groups != 0) {
        broken("one tree per class and round is expected");
    }
    const std::int64_t columns = number_in(member(learner, "learner_model_param"), "num_feature");
    constexpr std::int64_t columns_max = 1 << 26;
    if (columns < 1 || columns > columns_max) {
        broken("their number of columns is out of range");
    }
    for (std::size_t i = 0; i < trees.size(); ++i) {
        if (!info[i].is_number_integer() || info[i].get<std::int64_t>() != static_cast<std::int64_t>(i % groups)) {
            broken("tree " + std::to_string(i) + ": \"tree_info\" gives it to another class");
        }
        const Tree& id = member(trees[i], "id");
        if (!id.is_number_integer() || id.get<std::int64_t>() != static_cast<std::int64_t>(i)) {
            broken("tree " + std::to_string(i) + ": its id is another");
        }
        TreeCheck(trees[i], i, columns).check();
    }
}

Tree parsed(std::string_view bytes) {
    // JSON begins with a brace and a quotation mark, or white space between; UBJSON with a brace and a length.
    const std::size_t second = bytes.find_first_not_of(" \t\r\n", 1);
    const bool text = bytes.starts_with('{') && second != std::string_view::npos && bytes[second] == '"';
    Tree whole = text ? Tree::parse(bytes.begin(), bytes.end(), nullptr, false)
                      : Tree::from_ubjson(bytes.begin(), bytes.end(), true, false);
    if (whole.is_discarded()) {
        broken("they are neither JSON nor UBJSON");
    }
    return whole;
}

}  // namespace

std::string checked_trees(std::string_view bytes, const TreeBounds& bounds) {
    Tree whole = parsed(bytes);
    const Tree& learner = member(whole, "learner");
    check_head(learner, bounds);
    check_trees(learner, bounds);
    // Best iterations, names of columns and what else a program may note would only make another model of the same trees.
    whole["learner"]["attributes"] = Tree::object();
    whole["learner"]["feature_names"] = Tree::array();
    whole["learner"]["feature_types"] = Tree::array();
    return whole.dump();
}

}  // namespace kontor::tasks::package
