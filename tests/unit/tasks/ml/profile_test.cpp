#include "tasks/ml/profile.hpp"

#include "tasks/sdk/outcome.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace kontor::ml {
namespace {

Schema schema() { return {"id", {"title"}, {"price"}, {"brand"}, "code"}; }

struct Shop {
    std::mt19937 random{11};  // NOLINT: the same rows each time
    double dear = 0;          // raises prices
    double foreign = 0;       // share of words of another catalogue
    double new_brand = 0;
    double other_codes = 0;

    Table rows(int count) {
        Table table(schema());
        std::uniform_real_distribution<double> share(0, 1);
        std::normal_distribution<double> price(100 + dear, 20);
        const std::vector<std::string> words{
            "kettle", "radio", "lamp", "battery", "cable", "phone", "charger", "screen"};
        const std::vector<std::string> brands{"Acme", "Bolt", "Cirrus", ""};
        for (int i = 0; i < count; ++i) {
            table.ids.push_back(std::to_string(i));
            std::string title;
            for (int word = 0; word < 5; ++word) {
                title += (share(random) < foreign ? "x" + std::to_string(random() % 30)
                                                  : words[random() % words.size()]) +
                         " ";
            }
            table.text[0].push_back(title);
            table.numeric[0].push_back(share(random) < 0.1 ? std::nan("") : price(random));
            table.categorical[0].push_back(
                share(random) < new_brand ? "Zenith" : brands[random() % brands.size()]
            );
            table.labels.push_back(
                "c" + std::to_string(share(random) < other_codes ? 0 : random() % 20)
            );
        }
        return table;
    }
};

const Distribution& feature(const Profile& profile, const std::string& name) {
    for (const Distribution& each : profile.features) {
        if (each.feature == name) {
            return each;
        }
    }
    throw std::out_of_range(name);
}

Shift shift(const Table& before, const Table& now, const std::string& name) {
    const Profile profile = Profile::of(before, schema());
    Profile used = profile.emptied();
    used.add(now);
    for (const std::string& label : now.labels) {
        used.add_code(label);
    }
    return name == "codes" ? shift_between(profile.codes, used.codes)
                           : shift_between(feature(profile, name), feature(used, name));
}

TEST(Profile, RowsOfOneKindHaveNotMoved) {
    Shop shop;
    for (const int count : {100, 1000, 5000}) {
        const Table before = shop.rows(count);
        for (const char* name : {"title", "title (words)", "price", "brand", "codes"}) {
            double mean = 0;
            for (int round = 0; round < 20; ++round) {
                const Shift moved = shift(before, shop.rows(400), name);
                mean += moved.psi / 20;
                EXPECT_LT(moved.psi, 0.25) << name << " of " << count;
                EXPECT_LT(moved.js, 0.05) << name << " of " << count;
            }
            EXPECT_LT(mean, 0.08) << name << " of " << count;
        }
    }
}

TEST(Profile, WhatMovesIsToldOfTheFeatureThatMoved) {
    Shop shop;
    const Table before = shop.rows(2000);
    Shop dear{shop.random, 40, 0, 0, 0};
    EXPECT_GT(shift(before, dear.rows(500), "price").psi, 1.0);
    EXPECT_LT(shift(before, dear.rows(500), "title").psi, 0.1);
    Shop foreign{shop.random, 0, 0.5, 0, 0};
    EXPECT_GT(shift(before, foreign.rows(500), "title").psi, 0.5);
    EXPECT_LT(shift(before, foreign.rows(500), "price").psi, 0.1);
    Shop brand{shop.random, 0, 0, 0.3, 0};
    const Shift moved = shift(before, brand.rows(500), "brand");
    EXPECT_GT(moved.psi, 0.5);
    EXPECT_NEAR(moved.unseen, 0.3, 0.06);
    EXPECT_EQ(shift(before, shop.rows(500), "brand").unseen, 0);
    Shop codes{shop.random, 0, 0, 0, 0.6};
    EXPECT_GT(shift(before, codes.rows(500), "codes").psi, 0.5);
}

TEST(Profile, MissingNumbersAreABinOfTheirOwn) {
    Shop shop;
    const Table before = shop.rows(1000);
    Table now = shop.rows(500);
    for (std::size_t i = 0; i < now.rows(); i += 2) {
        now.numeric[0][i] = std::nan("");
    }
    EXPECT_GT(shift(before, now, "price").psi, 0.25);
}

TEST(Profile, ConstantAndEmptyColumnsHaveNotMoved) {
    Table before(schema());
    for (int i = 0; i < 50; ++i) {
        before.ids.push_back(std::to_string(i));
        before.text[0].emplace_back();
        before.numeric[0].push_back(std::nan(""));
        before.categorical[0].emplace_back();
        before.labels.emplace_back("c");
    }
    for (const char* name : {"title", "title (words)", "price", "brand", "codes"}) {
        EXPECT_EQ(shift(before, before, name).psi, 0) << name;
        EXPECT_EQ(shift(before, Table(schema()), name).psi, 0) << name;
    }
}

TEST(Profile, ComesBackFromItsText) {
    Shop shop;
    const Profile profile = Profile::of(shop.rows(300), schema());
    const Profile again = profile_from(to_json(profile));
    EXPECT_EQ(to_json(again), to_json(profile));
    EXPECT_EQ(again.rows, 300);
    sdk::Json damaged = to_json(profile);
    damaged.as_object()["features"].as_array()[0].as_object()["counts"].as_array().pop_back();
    EXPECT_THROW(profile_from(damaged), sdk::TaskFailure);
    EXPECT_THROW(profile_from(sdk::JsonObject{}), sdk::TaskFailure);
}

// The divergence of two halves that share nothing is one bit; of equal ones nothing (less what
// chance gives).
TEST(Profile, TheDivergenceIsInBits) {
    Distribution before{"f", DistributionKind::Category, {}, {"a", "b"}, {100000, 0, 0, 0}, 100000};
    Distribution now = before;
    now.counts = {0, 100000, 0, 0};
    EXPECT_NEAR(shift_between(before, now).js, 1.0, 0.001);
    EXPECT_EQ(shift_between(before, before).js, 0);
}

}  // namespace
}  // namespace kontor::ml
