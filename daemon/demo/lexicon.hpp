// Words of the demo catalogue, by language: what the product types, adjectives and features of electronics are called.
// Constant tables, parsed once. Thread: any.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::demo {

// Rows of a lexicon's `products`, in this order. One list for all languages.
enum class Product {
    Refrigerator, Freezer, AirConditioner, Dehumidifier, OilRadiator, Television, Monitor, Laptop, Tablet, PhotoFrame,
    LedLamp, FluorescentTube, EnergySavingLamp, WashingMachine, TumbleDryer, Dishwasher, Oven, Hob, SolarPanel, Copier,
    VacuumCleaner, Iron, Toaster, Kettle, CoffeeMachine, Microwave, HairDryer, Shaver, Toothbrush, Drill,
    Radio, Headphones, Camera, ToyCar, SmokeDetector, MobilePhone, Router, Printer, Keyboard, Charger,
};
inline constexpr std::size_t product_count = 40;
inline constexpr std::size_t category_count = 6;  // Annex III of Directive 2012/19/EU

// As written down: entries parted by ';', synonyms by '|'.
struct LexiconText {
    std::string_view language;    // ISO 639-1
    std::string_view products;    // product_count entries
    std::string_view adjectives;
    std::string_view features;    // of descriptions
    std::string_view categories;  // category_count entries
    std::string_view for_word;    // "charger FOR laptop"
};

struct Lexicon {
    std::string language;
    std::array<std::vector<std::string>, product_count> products;
    std::vector<std::string> adjectives;
    std::vector<std::string> features;
    std::vector<std::string> categories;
    std::string for_word;
};

// Requires: a language that a country of the demo speaks (countries.hpp).
const Lexicon& lexicon(std::string_view language);
// All of them.
const std::vector<Lexicon>& lexicons();

}  // namespace kontor::demo
