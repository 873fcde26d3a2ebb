#include "demo/catalogue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/json.hpp"
#include "demo/demo.hpp"
#include "demo/typos.hpp"

namespace kontor::demo {
namespace {

CountryCatalogue catalogue_of(std::string_view code, std::uint64_t seed = 1) {
    for (const Country& country : countries()) {
        if (country.code == code) {
            return CountryCatalogue(country, seed, "2026-11");
        }
    }
    throw std::runtime_error("no such country");
}

std::string line_of(const Item& item) {
    return item.item_id + "|" + item.title + "|" + item.description + "|" + item.brand + "|" + item.price + "|" + item.weight_kg + "|" +
           item.voltage + "|" + item.battery + "|" + item.wattage + "|" + item.code + "|" + item.units;
}

TEST(Countries, AreThirtyEightDifferentOnesAndNorwayIsAmongThem) {
    std::set<std::string_view> codes;
    for (const Country& country : countries()) {
        codes.insert(country.code);
        EXPECT_EQ(country.code.size(), 2U);
    }
    EXPECT_EQ(codes.size(), 38U);
    EXPECT_TRUE(codes.contains("NO"));
}

TEST(Lexicons, EveryLanguageNamesEveryProductInValidUtf8) {
    ASSERT_GE(lexicons().size(), 20U);
    for (const Lexicon& words : lexicons()) {
        for (const auto& names : words.products) {
            for (const std::string& name : names) {
                EXPECT_FALSE(name.empty()) << words.language;
                EXPECT_TRUE(is_valid_utf8(name)) << words.language;
            }
        }
        EXPECT_GE(words.adjectives.size(), 8U) << words.language;
        EXPECT_GE(words.features.size(), 6U) << words.language;
    }
}

TEST(Schemes, EveryCountryHasEightToTwentyOneDifferentCodesInForce) {
    for (const Country& country : countries()) {
        const Scheme scheme = make_scheme(country);
        EXPECT_GE(scheme.in_force, 8U) << country.code;
        EXPECT_LE(scheme.in_force, 23U) << country.code;
        std::set<std::string> codes;
        std::set<std::size_t> used;
        for (std::size_t i = 0; i < scheme.codes.size(); ++i) {
            codes.insert(scheme.codes[i].code);
            EXPECT_FALSE(scheme.codes[i].title.empty()) << country.code;
            EXPECT_EQ(scheme.codes[i].effective_to.empty(), i < scheme.in_force) << country.code;
        }
        used.insert(scheme.regular.begin(), scheme.regular.end());
        used.insert(scheme.variant.begin(), scheme.variant.end());
        EXPECT_EQ(codes.size(), scheme.codes.size()) << country.code;
        EXPECT_EQ(used.size(), scheme.in_force) << country.code << ": a code without a product";
    }
}

TEST(CountryCatalogue, TheSameSeedGivesTheSameItemsAndAnotherSeedOthers) {
    const CountryCatalogue one = catalogue_of("PL");
    const CountryCatalogue same = catalogue_of("PL");
    const CountryCatalogue other = catalogue_of("PL", 2);
    Item a;
    Item b;
    int different = 0;
    for (int i = 1; i <= 200; ++i) {
        one.make(ItemKind::Labelled, i, a);
        same.make(ItemKind::Labelled, i, b);
        EXPECT_EQ(line_of(a), line_of(b));
        other.make(ItemKind::Labelled, i, b);
        different += line_of(a) == line_of(b) ? 0 : 1;
    }
    EXPECT_GT(different, 195);
}

TEST(CountryCatalogue, ItemsAreSkewedDirtyAndAlwaysValidText) {
    for (const Country& country : countries()) {
        const CountryCatalogue catalogue(country, 1, "2026-11");
        std::map<std::string, int> by_code;
        std::map<std::string, int> ids;
        int no_weight = 0;
        int no_id = 0;
        int unknown = 0;
        Item item;
        for (int i = 1; i <= 3000; ++i) {
            catalogue.make(ItemKind::Labelled, i, item);
            ASSERT_TRUE(is_valid_utf8(line_of(item))) << country.code << " " << i;
            EXPECT_FALSE(item.title.empty());
            ++by_code[item.code];
            ++ids[item.item_id];
            no_weight += item.weight_kg.empty() ? 1 : 0;
            no_id += item.item_id.empty() ? 1 : 0;
            unknown += item.code == "UNKNOWN-99" ? 1 : 0;
        }
        EXPECT_GE(by_code.size(), 8U) << country.code;
        EXPECT_GT(no_weight, 90) << country.code;
        EXPECT_GT(no_id + unknown, 0) << country.code;
        EXPECT_LT(ids.size(), 3000U) << country.code << ": no duplicates";
        int most = 0;
        int least = 3000;
        for (const auto& code : catalogue.scheme().codes) {
            if (code.effective_to.empty()) {
                most = std::max(most, by_code[code.code]);
                least = std::min(least, by_code[code.code]);
            }
        }
        EXPECT_GT(most, 5 * least) << country.code;
        EXPECT_GT(least, 5) << country.code;
    }
}

TEST(CountryCatalogue, SoldItemsHaveUnitsAndNoCode) {
    Item item;
    catalogue_of("JP").make(ItemKind::Sold, 7, item);
    EXPECT_EQ(item.item_id, "JP-S2026-11-0000007");
    EXPECT_TRUE(item.code.empty());
    EXPECT_GE(std::stoi(item.units), 1);
}

TEST(Misspell, ChangesOneCharacterAndKeepsUtf8) {
    Prng random(3);
    int changed = 0;
    for (int i = 0; i < 500; ++i) {
        std::string text = "Kühlschrank 冷蔵庫 ψυγείο";
        misspell(text, random);
        EXPECT_TRUE(is_valid_utf8(text));
        changed += text == "Kühlschrank 冷蔵庫 ψυγείο" ? 0 : 1;
    }
    EXPECT_GT(changed, 480);
    std::string tiny = "TV";
    misspell(tiny, random);
    EXPECT_EQ(tiny, "TV");
}

TEST(DemoOptions, ScaleToANumberOfItemsInAll) {
    const DemoOptions large = scaled_to({}, 3'300'000);
    EXPECT_EQ(large.labelled_per_country + large.unlabelled_per_country, 86842);
    EXPECT_EQ(large.labelled_per_country, 28947);
    const DemoOptions tiny = scaled_to({}, 0);
    EXPECT_EQ(tiny.labelled_per_country, 1);
    EXPECT_EQ(tiny.unlabelled_per_country, 1);
}

}  // namespace
}  // namespace kontor::demo
