#include "core/expr/operators.hpp"

#include <cmath>
#include <limits>

namespace kontor::core::expr {
namespace {

Failure no_operator(Operator op, const Json& left, const Json& right) {
    std::string message = "'" + std::string(to_string(op)) + "' does not go between " + std::string(type_name(left)) +
                          " and " + std::string(type_name(right));
    if (is_number(left) && is_number(right)) {
        message += "; convert one with int() or double()";
    } else if (op == Operator::Add && (left.is_string() || right.is_string())) {
        message += "; convert with string()";
    }
    return {std::move(message)};
}

Outcome integer_result(Operator op, std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    bool overflow = false;
    const bool divides = op == Operator::Divide || op == Operator::Modulo;
    if (divides && b == 0) {
        return Failure{"division by zero"};
    }
    if (op == Operator::Add) {
        overflow = __builtin_add_overflow(a, b, &result);
    } else if (op == Operator::Subtract) {
        overflow = __builtin_sub_overflow(a, b, &result);
    } else if (op == Operator::Multiply) {
        overflow = __builtin_mul_overflow(a, b, &result);
    } else if (a == std::numeric_limits<std::int64_t>::min() && b == -1) {
        // The processor traps on it, for the remainder too, which is 0.
        overflow = op == Operator::Divide;
    } else {
        result = op == Operator::Divide ? a / b : a % b;
    }
    if (overflow) {
        return Failure{"'" + std::string(to_string(op)) + "' overflows a 64-bit whole number"};
    }
    return Value::own(Json(result));
}

Outcome double_result(Operator op, double a, double b) {
    const double result = op == Operator::Add        ? a + b
                          : op == Operator::Subtract ? a - b
                          : op == Operator::Multiply ? a * b
                                                     : a / b;
    if (!std::isfinite(result)) {
        return Failure{"'" + std::string(to_string(op)) + "' gives no finite number"};
    }
    return Value::own(Json(result));
}

Outcome add_texts(Value& left, const Json& right, Budget& budget) {
    if (!budget.spend(left.get().get_string().size() + right.get_string().size())) {
        return Budget::exhausted();
    }
    Json sum = std::move(left).take();
    sum.get_string().append(right.get_string());
    return Value::own(std::move(sum));
}

Outcome add_lists(Value& left, const Json& right, Budget& budget) {
    if (!budget.spend(size_of(right) + (left.is_borrowed() ? size_of(left.get()) : 0))) {
        return Budget::exhausted();
    }
    Json sum = std::move(left).take();
    auto& list = sum.get_array();
    list.insert(list.end(), right.get_array().begin(), right.get_array().end());
    return Value::own(std::move(sum));
}

Outcome arithmetic(Operator op, Value& left, const Json& right, Budget& budget) {
    const Json& a = left.get();
    if (a.is_int64() && right.is_int64()) {
        return integer_result(op, a.get_int64(), right.get_int64());
    }
    if (is_integer(a) && is_integer(right)) {
        return Failure{"'" + std::string(to_string(op)) + "' overflows a 64-bit whole number"};
    }
    if (a.is_double() && right.is_double() && op != Operator::Modulo) {
        return double_result(op, a.get_double(), right.get_double());
    }
    if (op == Operator::Add && a.is_string() && right.is_string()) {
        return add_texts(left, right, budget);
    }
    if (op == Operator::Add && a.is_array() && right.is_array()) {
        return add_lists(left, right, budget);
    }
    return no_operator(op, a, right);
}

Outcome order(Operator op, const Json& a, const Json& b) {
    std::partial_ordering ordering = std::partial_ordering::unordered;
    if (is_number(a) && is_number(b)) {
        ordering = compare_numbers(a, b);
    } else if (a.is_string() && b.is_string()) {
        ordering = std::string_view(a.get_string()) <=> std::string_view(b.get_string());
    } else if (a.is_bool() && b.is_bool()) {
        ordering = a.get_bool() <=> b.get_bool();
    } else {
        return no_operator(op, a, b);
    }
    const bool result = op == Operator::Less        ? ordering < 0
                        : op == Operator::LessEqual ? ordering <= 0
                        : op == Operator::Greater   ? ordering > 0
                                                    : ordering >= 0;
    return Value::own(Json(result));
}

Outcome membership(const Json& item, const Json& of) {
    if (const auto* list = of.if_array()) {
        for (const Json& candidate : *list) {
            if (equal(candidate, item)) {
                return Value::own(Json(true));
            }
        }
        return Value::own(Json(false));
    }
    if (of.is_object()) {
        return Value::own(Json(item.is_string() && of.get_object().contains(item.get_string())));
    }
    std::string message = "'in' looks into a list or a map, not into " + std::string(type_name(of));
    message += of.is_string() ? "; write text.contains(part)" : "";
    return Failure{std::move(message)};
}

}  // namespace

Outcome apply(Operator op, Value& left, const Value& right, Budget& budget) {
    switch (op) {
        case Operator::Equal: return Value::own(Json(equal(left.get(), right.get())));
        case Operator::NotEqual: return Value::own(Json(!equal(left.get(), right.get())));
        case Operator::Less:
        case Operator::LessEqual:
        case Operator::Greater:
        case Operator::GreaterEqual: return order(op, left.get(), right.get());
        case Operator::In: return membership(left.get(), right.get());
        case Operator::Add:
        case Operator::Subtract:
        case Operator::Multiply:
        case Operator::Divide:
        case Operator::Modulo: return arithmetic(op, left, right.get(), budget);
        case Operator::Or:
        case Operator::And: break;
    }
    KONTOR_UNREACHABLE();
}

Outcome negate(const Json& json) {
    if (json.is_double()) {
        return Value::own(Json(-json.get_double()));
    }
    if (json.is_int64() && json.get_int64() != std::numeric_limits<std::int64_t>::min()) {
        return Value::own(Json(-json.get_int64()));
    }
    if (is_integer(json)) {
        return Failure{"'-' overflows a 64-bit whole number"};
    }
    return Failure{"'-' takes a number, not " + std::string(type_name(json))};
}

}  // namespace kontor::core::expr
