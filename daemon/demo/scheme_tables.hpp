// The tables behind schemes.hpp. Private to the demo.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "demo/products.hpp"

namespace kontor::demo {

using GroupSplit = std::vector<std::vector<Group>>;
// By category: the ways in which countries split it into national sub-codes.
const std::array<std::vector<GroupSplit>, category_count>& weee_splits();

struct Headings {
    std::string_view regular;
    std::string_view variant;
};
std::span<const Headings> tariff_headings();  // by Product, Harmonized System 2022

struct TableCode {
    std::string_view code;
    std::string_view title;
    std::string_view effective_from;
    std::vector<Group> groups;
};
std::span<const TableCode> united_kingdom_codes();
std::span<const TableCode> canada_codes();
std::span<const TableCode> japan_codes();
std::span<const TableCode> korea_codes();
std::span<const TableCode> india_codes();

}  // namespace kontor::demo
