// What the evaluator passes around: a Json that is borrowed from the scope or owned. Private to core/expr.
#pragma once

#include <boost/system/result.hpp>
#include <compare>
#include <string>

#include "core/expr/expr.hpp"

namespace kontor::core::expr {

class Value {
 public:
    static Value borrow(const Json& json) {
        Value value;
        value.borrowed_ = &json;
        return value;
    }
    static Value own(Json json) {
        Value value;
        value.owned_ = std::move(json);
        return value;
    }
    const Json& get() const { return borrowed_ != nullptr ? *borrowed_ : owned_; }
    bool is_borrowed() const { return borrowed_ != nullptr; }
    Json& owned() { return owned_; }
    Json take() && { return borrowed_ != nullptr ? *borrowed_ : std::move(owned_); }

 private:
    const Json* borrowed_ = nullptr;
    Json owned_;
};

// Why an evaluation stopped. `missing` when a name, member or element is not there: default() answers that one.
struct Failure {
    std::string message;
    bool missing = false;
};
using Outcome = boost::system::result<Value, Failure>;

// How much one evaluation may still build.
class Budget {
 public:
    bool spend(std::size_t bytes) {
        if (bytes > left_) {
            return false;
        }
        left_ -= bytes;
        return true;
    }
    static Failure exhausted();

 private:
    std::size_t left_ = built_bytes_max;
};

// Bytes a copy of `json` takes, about.
std::size_t size_of(const Json& json);

// "a text", "a list", "a whole number", ...
std::string_view type_name(const Json& json);
inline bool is_integer(const Json& json) { return json.is_int64() || json.is_uint64(); }
inline bool is_number(const Json& json) { return is_integer(json) || json.is_double(); }
// Requires: both are numbers. Exact, also between int64, uint64 and double.
std::partial_ordering compare_numbers(const Json& a, const Json& b);
// CEL's: 1 == 1.0; values of different types are unequal, not an error.
bool equal(const Json& a, const Json& b);
// Texts as they are, everything else as JSON.
std::string display(const Json& json);

}  // namespace kontor::core::expr
