#include <array>
#include <cmath>
#include <limits>

#include "core/expr/functions.hpp"
#include "core/expr/node.hpp"
#include "core/expr/operators.hpp"

namespace kontor::core::expr {
namespace {

class Evaluator {
 public:
    Evaluator(const Scope& scope, Budget& budget) : scope_(scope), budget_(budget) {}

    Outcome run(const Node& node) {
        switch (node.kind) {
            case NodeKind::Literal: return Value::borrow(node.value);
            case NodeKind::Name: return name(node);
            case NodeKind::Member: return member_of(node);
            case NodeKind::Index: return index(node);
            case NodeKind::List: return list(node);
            case NodeKind::Map: return map(node);
            case NodeKind::Not:
            case NodeKind::Negate: return unary(node);
            case NodeKind::Binary: return binary(node);
            case NodeKind::Conditional: return conditional(node);
            case NodeKind::Call: return call(node);
            case NodeKind::Has: return has(node);
            case NodeKind::Default: return with_default(node);
        }
        KONTOR_UNREACHABLE();
    }

 private:
    Outcome name(const Node& node) {
        const Json* found = scope_.find(node.text);
        if (found == nullptr) {
            return Failure{"there is no name '" + node.text + "' here", true};
        }
        return Value::borrow(*found);
    }

    // The part of `of` that `found` points to: still borrowed, or moved out of the owned value.
    static Value part_of(Value& of, const Json* found) {
        return of.is_borrowed() ? Value::borrow(*found) : Value::own(*found);
    }

    Outcome select(const Node& node, Value of, std::string_view key) {
        const Json& json = of.get();
        if (!json.is_object()) {
            std::string message = path_text(*node.children[0]) + " is " + std::string(type_name(json)) +
                                  ", so it has no member '" + std::string(key) + "'";
            message += json.is_array() ? "; take one of its elements with [0]" : "";
            return Failure{std::move(message), json.is_null()};
        }
        const Json* found = json.get_object().if_contains(key);
        if (found == nullptr) {
            return Failure{path_text(*node.children[0]) + " has no member '" + std::string(key) + "'", true};
        }
        return part_of(of, found);
    }

    Outcome member_of(const Node& node) {
        auto of = run(*node.children[0]);
        return of ? select(node, std::move(*of), node.text) : of;
    }

    Outcome index(const Node& node) {
        auto of = run(*node.children[0]);
        if (!of) {
            return of;
        }
        const auto by = run(*node.children[1]);
        if (!by) {
            return by;
        }
        const Json& key = by->get();
        if (key.is_string()) {
            return select(node, std::move(*of), key.get_string());
        }
        const Json& json = of->get();
        // CEL takes 2.0 for 2 here.
        const bool whole = key.is_double() && key.get_double() >= 0 && key.get_double() < 0x1p53 && std::trunc(key.get_double()) == key.get_double();
        if (!is_number(key) || (key.is_double() && !whole)) {
            return Failure{"an index is a text or a whole number, not " + std::string(type_name(key))};
        }
        if (!json.is_array()) {
            return Failure{path_text(*node.children[0]) + " is " + std::string(type_name(json)) +
                           ", so it has no element " + to_text(key), json.is_null()};
        }
        const auto& array = json.get_array();
        const std::int64_t at = whole ? static_cast<std::int64_t>(key.get_double()) : key.is_int64() ? key.get_int64() : -1;
        if (at < 0 || static_cast<std::uint64_t>(at) >= array.size()) {
            return Failure{path_text(*node.children[0]) + " has " + std::to_string(array.size()) +
                           " elements, so none at " + to_text(key), true};
        }
        return part_of(*of, &array[static_cast<std::size_t>(at)]);
    }

    Outcome list(const Node& node) {
        JsonArray items;
        items.reserve(node.children.size());
        for (const auto& child : node.children) {
            auto item = run(*child);
            if (!item) {
                return item;
            }
            if (!budget_.spend(size_of(item->get()))) {
                return Budget::exhausted();
            }
            items.push_back(std::move(*item).take());
        }
        return Value::own(Json(std::move(items)));
    }

    Outcome map(const Node& node) {
        JsonObject object;
        for (std::size_t i = 0; i < node.children.size(); i += 2) {
            const auto key = run(*node.children[i]);
            if (!key) {
                return key;
            }
            if (!key->get().is_string()) {
                return Failure{"a map's key is a text, not " + std::string(type_name(key->get()))};
            }
            auto item = run(*node.children[i + 1]);
            if (!item) {
                return item;
            }
            if (!budget_.spend(size_of(item->get()) + size_of(key->get()))) {
                return Budget::exhausted();
            }
            if (!object.emplace(key->get().get_string(), std::move(*item).take()).second) {
                return Failure{"the key '" + std::string(key->get().get_string()) + "' stands twice in a map"};
            }
        }
        return Value::own(Json(std::move(object)));
    }

    Outcome unary(const Node& node) {
        auto of = run(*node.children[0]);
        if (!of) {
            return of;
        }
        const Json& json = of->get();
        if (node.kind == NodeKind::Not) {
            if (!json.is_bool()) {
                return Failure{"'!' takes a boolean, not " + std::string(type_name(json))};
            }
            return Value::own(Json(!json.get_bool()));
        }
        return negate(json);
    }

    Outcome binary(const Node& node) {
        if (node.op == Operator::And || node.op == Operator::Or) {
            return logic(node);
        }
        auto left = run(*node.children[0]);
        if (!left) {
            return left;
        }
        auto right = run(*node.children[1]);
        return right ? apply(node.op, *left, *right, budget_) : right;
    }

    // CEL: an error on one side is forgotten when the other side alone decides.
    Outcome logic(const Node& node) {
        const bool decides = node.op == Operator::Or;
        Outcome failure = Value();
        bool failed = false;
        for (const auto& child : node.children) {
            auto side = run(*child);
            if (side && side->get().is_bool()) {
                if (side->get().get_bool() == decides) {
                    return Value::own(Json(decides));
                }
                continue;
            }
            if (!failed) {
                failure = side ? Outcome(Failure{"'" + std::string(to_string(node.op)) + "' takes booleans, not " +
                                                 std::string(type_name(side->get()))})
                               : std::move(side);
            }
            failed = true;
        }
        return failed ? failure : Value::own(Json(!decides));
    }

    Outcome conditional(const Node& node) {
        const auto condition = run(*node.children[0]);
        if (!condition) {
            return condition;
        }
        if (!condition->get().is_bool()) {
            return Failure{"what stands before '?' must be a boolean, not " + std::string(type_name(condition->get()))};
        }
        return run(*node.children[condition->get().get_bool() ? 1 : 2]);
    }

    Outcome call(const Node& node) {
        std::vector<Value> arguments;
        arguments.reserve(node.children.size());
        for (const auto& child : node.children) {
            auto argument = run(*child);
            if (!argument) {
                return argument;
            }
            arguments.push_back(std::move(*argument));
        }
        if (node.pattern != nullptr && arguments[0].get().is_string()) {
            return Value::own(Json(pattern_matches(*node.pattern, arguments[0].get().get_string())));
        }
        return node.function->call(arguments, budget_);
    }

    // As in CEL, only the last step may be missing: has(a.b.c) fails when a.b is not there.
    Outcome has(const Node& node) {
        const Node& path = *node.children[0];
        auto of = run(*path.children[0]);
        if (!of) {
            return of;
        }
        const auto found = path.kind == NodeKind::Member ? select(path, std::move(*of), path.text) : run(path);
        if (!found && !found.error().missing) {
            return found.error();
        }
        return Value::own(Json(found.has_value()));
    }

    Outcome with_default(const Node& node) {
        auto value = run(*node.children[0]);
        const bool missing = value ? value->get().is_null() : value.error().missing;
        return missing ? run(*node.children[1]) : value;
    }

    const Scope& scope_;
    Budget& budget_;
};

}  // namespace

Outcome evaluate_node(const Node& node, const Scope& scope, Budget& budget) { return Evaluator(scope, budget).run(node); }

Result<Json> evaluate(const Program& program, const Scope& scope) {
    Budget budget;
    auto value = evaluate_node(program.root(), scope, budget);
    if (!value) {
        return invalid("expression", value.error().message);
    }
    if (value->is_borrowed() && !budget.spend(size_of(value->get()))) {
        return invalid("expression", Budget::exhausted().message);
    }
    return std::move(*value).take();
}

}  // namespace kontor::core::expr
