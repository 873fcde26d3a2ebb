// Classification schemes: which code a country gives to which group of products. Built from public categories
// (Directive 2012/19/EU, Harmonized System headings, and the schemes named in countries.hpp). Pure. Thread: any.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "demo/countries.hpp"
#include "demo/products.hpp"

namespace kontor::demo {

struct Code {
    std::string code;
    std::string title;
    std::string effective_from;  // YYYY-MM-DD
    std::string effective_to;    // empty: still in force
};

struct Scheme {
    std::vector<Code> codes;                          // those in force first
    std::size_t in_force = 0;
    std::array<std::size_t, product_count> regular{};  // index into `codes`, by product
    std::array<std::size_t, product_count> variant{};
};

Scheme make_scheme(const Country& country);

}  // namespace kontor::demo
