#include "tasks/ml/search.hpp"

#include "tasks/ml/families.hpp"
#include "tasks/ml/pruning.hpp"
#include "tasks/ml/tpe.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace kontor::ml {
namespace {

TEST(Space, EveryFamilysPlacesGiveParametersThatTheFamilyTakesAndBack) {
    for (const char* name : {"linear", "softprob", "rerank"}) {
        const Family& family = *find_family(name);
        const auto space = family.space();
        Random random(5);
        for (int i = 0; i < 200; ++i) {
            const Place place = random_place(space, random);
            const sdk::JsonObject params = params_at(space, place, family.defaults());
            EXPECT_NO_THROW(complete_params(family, params)) << boost::json::serialize(params);
            const sdk::JsonObject again =
                params_at(space, place_of(space, params), family.defaults());
            for (const auto& member : params) {
                if (member.value().is_double()) {
                    EXPECT_NEAR(
                        again.at(member.key()).get_double(), member.value().get_double(), 1e-9
                    ) << member.key();
                } else {
                    EXPECT_EQ(again.at(member.key()), member.value()) << member.key();
                }
            }
        }
    }
}

TEST(Space, ADimensionAppliesOnlyWhereItsChoiceWasMade) {
    const auto space = find_family("linear")->space();
    Random random(1);
    bool hinge = false;
    bool logistic = false;
    for (int i = 0; i < 50; ++i) {
        const auto params =
            params_at(space, random_place(space, random), find_family("linear")->defaults());
        const double c = params.at("c").get_double();
        if (params.at("loss").get_string() == "logistic") {
            logistic = true;
            EXPECT_GE(c, 1);
            EXPECT_LE(c, 100);
        } else {
            hinge = true;
            EXPECT_LE(c, 10);
        }
    }
    EXPECT_TRUE(hinge && logistic);
}

TEST(Search, BeginsWithDefaultsThenTheChampionThenGoesItsOwnWay) {
    const std::vector<std::string> families{"linear", "softprob"};
    sdk::JsonObject liked = find_family("linear")->defaults();
    liked["c"] = 3.5;
    const SearchInput first{
        .trial = 0, .families = families, .champion = Candidate{"linear", liked}};
    EXPECT_EQ(candidate(first).params, find_family("linear")->defaults());
    SearchInput third = first;
    third.trial = 2;
    EXPECT_EQ(candidate(third).params.at("c").get_double(), 3.5);
    // Whichever family it is, so that a short search does not miss it.
    third.champion = Candidate{"softprob", {{"eta", 0.125}}};
    EXPECT_EQ(candidate(third).family, "softprob");
    EXPECT_EQ(candidate(third).params.at("eta").get_double(), 0.125);
    third.champion->family = "constant";
    EXPECT_EQ(candidate(third).family, "linear");
    SearchInput later = first;
    later.trial = 4;
    const auto drawn = candidate(later);
    EXPECT_EQ(drawn.params, candidate(later).params);
    later.seed = 9;
    EXPECT_NE(drawn.params, candidate(later).params);
}

// Two families; the first is better, and best at c = 1 with balance 0.3.
double quality(const Candidate& candidate) {
    if (candidate.family != "linear") {
        return 0.5;
    }
    const double c = std::log(candidate.params.at("c").to_number<double>());
    const double balance = candidate.params.at("balance").to_number<double>();
    const double loss = candidate.params.at("loss").get_string() == "logistic" ? 0.1 : 0.0;
    return 0.9 - 0.05 * c * c - (balance - 0.3) * (balance - 0.3) - loss;
}

std::vector<Finished> search(std::int64_t trials, bool tpe, std::uint64_t seed) {
    std::vector<Finished> finished;
    std::vector<Finished> known;
    for (std::int64_t trial = 0; trial < trials; ++trial) {
        if (tpe && (trial == trials - 2 * (trials / 3) || trial == trials - trials / 3)) {
            known = finished;
        }
        const Candidate tried = candidate(
            {.trial = trial, .families = {"linear", "softprob"}, .finished = known, .seed = seed}
        );
        finished.push_back({trial, tried, quality(tried)});
    }
    return finished;
}

TEST(Search, WhatEarlierTrialsFoundMakesTheLastOnesBetterThanRandom) {
    double with = 0;
    double without = 0;
    int better_family = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        for (const auto& finished : search(30, true, seed)) {
            if (finished.trial >= 20) {
                with += finished.value / 200;
                better_family += finished.candidate.family == "linear" ? 1 : 0;
            }
        }
        for (const auto& finished : search(30, false, seed)) {
            without += finished.trial >= 20 ? finished.value / 200 : 0;
        }
    }
    EXPECT_GT(with, without + 0.03);
    EXPECT_GT(better_family, 130);  // of 200; turns would give 100
}

TEST(Search, TrialsAtTheSameTimeAreDifferentAndEachFollowsFromItsNumber) {
    const auto known = search(10, false, 1);
    std::set<std::string> seen;
    for (std::int64_t trial = 10; trial < 18; ++trial) {
        const SearchInput input{
            .trial = trial, .families = {"linear", "softprob"}, .finished = known, .seed = 1};
        const Candidate tried = candidate(input);
        EXPECT_EQ(tried.params, candidate(input).params);
        seen.insert(tried.family + boost::json::serialize(tried.params));
    }
    EXPECT_EQ(seen.size(), 8U);
    // The order in which results are told does not matter.
    auto turned = known;
    std::reverse(turned.begin(), turned.end());
    const auto a =
        candidate({.trial = 12, .families = {"linear", "softprob"}, .finished = known, .seed = 1});
    const auto b =
        candidate({.trial = 12, .families = {"linear", "softprob"}, .finished = turned, .seed = 1});
    EXPECT_EQ(a.params, b.params);
}

TEST(Pruner, LetsTheBestThirdOfEachRungGoOn) {
    for (const int rounds : {5, 15, 45, 135}) {
        EXPECT_TRUE(Pruner::is_rung(rounds));
    }
    EXPECT_FALSE(Pruner::is_rung(10));
    Pruner first;
    EXPECT_TRUE(first.goes_on(5, 9.0));
    EXPECT_EQ(first.curve().size(), 1U);
    const auto others = [] {
        Pruner pruner;
        for (const double loss : {1.0, 2.0, 3.0, 4.0, 5.0}) {
            pruner.add({{5, loss}, {15, loss / 2}});
        }
        return pruner;
    };
    Pruner good = others();
    EXPECT_TRUE(good.goes_on(5, 1.5));
    EXPECT_TRUE(good.goes_on(10, 99));
    EXPECT_FALSE(good.goes_on(15, 2.0));
    EXPECT_TRUE(good.has_pruned());
    Pruner bad = others();
    EXPECT_FALSE(bad.goes_on(5, 4.5));
}

}  // namespace
}  // namespace kontor::ml
