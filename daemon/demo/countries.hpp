// The 38 countries of the demo: language, currency, mains voltage, and how each writes its classification codes.
// Constant table. Thread: any.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace kontor::demo {

inline constexpr std::size_t country_count = 38;

// Where a country's codes come from (schemes.hpp).
enum class SchemeKind {
    Weee,            // the six categories of Directive 2012/19/EU with national sub-codes
    HarmonizedTariff,  // headings of the Harmonized System, written as the country's tariff does
    UnitedKingdom,   // the fourteen categories of the UK WEEE regulations
    Canada,          // product categories of the provincial stewardship programmes
    Japan,           // Home Appliance Recycling Law and Small Home Appliance Recycling Law
    Korea,           // groups of the Act on Resource Circulation of Electrical and Electronic Equipment
    India,           // Schedule I of the E-Waste (Management) Rules
};

struct Country {
    std::string_view code;       // ISO 3166
    std::string_view language;
    std::string_view second_language;  // of a part of the items; may equal the first
    std::string_view currency;
    double units_per_euro;       // rounded: prices must only have the right size
    int mains_volts;
    SchemeKind scheme;
    // Weee: #c category, #n number within it, #l the same as a letter. HarmonizedTariff: #h heading, #d heading with a dot.
    std::string_view code_style;
};

std::span<const Country> countries();

}  // namespace kontor::demo
