// A small catalogue of electronic goods as CSV, made from a seed: words, weights and brands that tell the code, with noise.
#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "tasks/ml/random.hpp"

namespace kontor::test {

struct CatalogueOptions {
    int rows = 400;
    bool labelled = true;
    std::uint64_t seed = 1;
    std::string prefix = "i";
    int codes = 5;
};

inline std::string catalogue_csv(const CatalogueOptions& options) {
    struct Kind {
        const char* code;
        std::array<const char*, 3> words;
        double weight;
        const char* brand;
    };
    static const std::array<Kind, 5> kinds{{
        {"1.1", {"Kühlschrank", "fridge", "No Frost"}, 60, "Alpina"},
        {"1.2", {"Waschmaschine", "washing machine", "8 kg"}, 70, "Bora"},
        {"2.1", {"Monitor", "Bildschirm", "27 inch"}, 5, "Clarus"},
        {"5.1", {"Wasserkocher", "kettle", "1.7 L"}, 1, "Bora"},
        {"6.1", {"USB-C Kabel", "charging cable", "2 m"}, 0.1, "Dexa"},
    }};
    static const std::array<const char*, 8> noise{"schwarz", "white", "neu", "230V", "A++", "set", "für Zuhause", "2026"};
    ml::Random random(options.seed);
    std::string csv = options.labelled ? "item_id,title,weight_kg,units,brand,code\n" : "item_id,title,weight_kg,units,brand\n";
    for (int i = 0; i < options.rows; ++i) {
        const double skew = random.unit() * random.unit();
        const Kind& kind = kinds[static_cast<std::size_t>(skew * options.codes)];
        std::string title = kind.words[random.below(3)];
        for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
            title += std::string(" ") + noise[random.below(noise.size())];
        }
        char weight[32];
        std::snprintf(weight, sizeof weight, "%.3f", kind.weight * random.between(0.7, 1.4));
        csv += options.prefix + std::to_string(i) + ",\"" + title + "\"," + (random.unit() < 0.1 ? "" : weight) + "," +
               std::to_string(1 + random.below(20)) + "," + (random.unit() < 0.2 ? "" : kind.brand);
        csv += options.labelled ? std::string(",") + kind.code + "\n" : "\n";
    }
    return csv;
}

inline constexpr const char* catalogue_schema =
    R"({"id":"item_id","text":["title"],"numeric":["weight_kg"],"categorical":["brand"],"label":"code"})";

}  // namespace kontor::test
