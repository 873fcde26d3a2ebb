// How fast titles of about 60 characters become hashed n-gram counts, on one core.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "tasks/ml/random.hpp"
#include "tasks/ml/text.hpp"

namespace {

using kontor::ml::Analyzer;
using kontor::ml::TextSpec;

std::vector<std::string> titles(const std::vector<std::string>& words) {
    kontor::ml::Random random(7);
    std::vector<std::string> made(2000);
    for (std::string& title : made) {
        while (title.size() < 52) {
            title += (title.empty() ? "" : " ") + words[random.below(words.size())];
        }
    }
    return made;
}
const std::vector<std::string> ascii = titles(
    {"Kettle", "vacuum", "cleaner", "Bosch", "stainless", "steel", "230V", "50Hz", "washing", "machine", "USB-C", "charger",
     "wireless", "A++", "black", "2200", "W", "refrigerator", "portable", "speaker", "LED", "monitor", "27-inch", "4K"}
);
const std::vector<std::string> latin = titles(
    {"Kühlschrank", "réfrigérateur", "żelazko", "für", "Wäsche", "Staubsauger", "frigorífico", "230V", "weiß", "hűtőszekrény",
     "A++", "pequeño", "čistička", "lave-linge", "Ladegerät", "Bosch"}
);

void count(benchmark::State& state, const std::vector<std::string>& texts, const std::vector<TextSpec>& specs) {
    kontor::ml::TextHasher hasher;
    std::size_t cells = 0;
    for (auto _ : state) {
        for (const std::string& text : texts) {
            hasher.set_text(text);
            for (const TextSpec& spec : specs) {
                cells += hasher.count(spec).size();
            }
        }
    }
    const auto rows = static_cast<double>(texts.size()) * static_cast<double>(state.iterations());
    state.counters["rows/s"] = benchmark::Counter(rows, benchmark::Counter::kIsRate);
    state.counters["cells/row"] = static_cast<double>(cells) / rows;
}

const TextSpec words{Analyzer::Word, 1, 2, 1U << 18U, true};
const TextSpec chars{Analyzer::Char, 3, 5, 1U << 18U, true};
const TextSpec chars_wb{Analyzer::CharWb, 3, 5, 1U << 18U, true};

BENCHMARK_CAPTURE(count, ascii_word_1_2, ascii, {words});
BENCHMARK_CAPTURE(count, ascii_word_1_2_char_3_5, ascii, {words, chars});
BENCHMARK_CAPTURE(count, ascii_word_1_2_char_wb_3_5, ascii, {words, chars_wb});
BENCHMARK_CAPTURE(count, latin_word_1_2_char_3_5, latin, {words, chars});

}  // namespace

BENCHMARK_MAIN();
