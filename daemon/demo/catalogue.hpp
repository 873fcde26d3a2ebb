// Makes the items of one country: what a retailer's warehouse holds of electronics, with everything that is wrong in such
// tables. Every item follows from (seed, country, kind, number) alone, so any row can be made again by itself.
// Thread: const use from any.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/prng.hpp"
#include "demo/countries.hpp"
#include "demo/schemes.hpp"

namespace kontor::demo {

enum class ItemKind { Labelled, Sold };

// Everything is text, as in a landing table. Empty stands for NULL.
struct Item {
    std::string item_id;
    std::string title;
    std::string description;
    std::string brand;
    std::string price;
    std::string weight_kg;
    std::string voltage;
    std::string battery;
    std::string wattage;
    std::string code;   // Labelled
    std::string units;  // Sold
};

class CountryCatalogue {
 public:
    CountryCatalogue(const Country& country, std::uint64_t seed, std::string period);

    const Country& country() const { return country_; }
    const Scheme& scheme() const { return scheme_; }
    // `number` counts from 1.
    void make(ItemKind kind, std::int64_t number, Item& item) const;

 private:
    struct Draft;
    void name_item(ItemKind kind, std::int64_t number, Item& item) const;
    void describe(Draft& draft, Item& item) const;
    void measure(Draft& draft, Item& item) const;
    void spoil(Draft& draft, Item& item) const;
    void label(Draft& draft, Item& item) const;
    Product draw_product(Prng& random) const;
    const Lexicon& draw_language(Prng& random) const;

    const Country& country_;
    std::uint64_t seed_;
    std::string period_;
    Scheme scheme_;
    const Lexicon& words_;
    const Lexicon& second_words_;
    const Lexicon& english_;
    std::array<double, product_count> popularity_{};  // cumulative
};

}  // namespace kontor::demo
