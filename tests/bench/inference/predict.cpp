// What model.predict costs for a month's items, from encrypted items to encrypted predictions, against LIBLINEAR's own predict on
// a matrix that is ready in memory. Usage: bench_inference [items] [codes] [cores]
#include <linear.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "support/sealed_objects.hpp"
#include "support/task_bench.hpp"
#include "tasks/dataset/table_reader.hpp"
#include "tasks/ml/families.hpp"
#include "tasks/ml/training.hpp"
#include "tasks/model/register.hpp"

namespace {

using namespace kontor;

constexpr int rounds = 5;
constexpr std::size_t training_rows = 4000;

// Of this process's CPU: what else runs on the machine hardly counts.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
double wall_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// Titles of about 60 characters; each code has words of its own, half of a title's words are anybody's.
std::string items_csv(std::size_t items, std::size_t codes, std::uint64_t seed, bool labelled) {
    ml::Random random(seed);
    const auto word = [&](std::uint64_t number) {
        static constexpr const char* syllables[] = {"ka", "lo", "mi", "ter", "von", "sch", "pre", "dul", "ax", "ion", "ber", "qui"};
        std::string made;
        for (std::uint64_t rest = number + 12; rest > 0; rest /= 12) {
            made += syllables[rest % 12];
        }
        return made;
    };
    std::string csv = labelled ? "item_id,title,code\n" : "item_id,title\n";
    for (std::size_t i = 0; i < items; ++i) {
        const std::uint64_t code = random.below(codes);
        std::string title;
        while (title.size() < 54) {
            title += (title.empty() ? "" : " ") + (random.unit() < 0.5 ? word(20'000 + code * 10 + random.below(10)) : word(random.below(9000)));
        }
        csv += "i" + std::to_string(i) + "," + title + (labelled ? ",c" + std::to_string(code) : std::string()) + "\n";
    }
    return csv;
}

sdk::JsonObject run(test::TaskBench& bench, const sdk::TaskRegistry& registry, std::string_view type, sdk::JsonObject input) {
    const sdk::Outcome outcome = bench.run(registry, type, std::move(input));
    if (const auto* failed = std::get_if<sdk::Failed>(&outcome)) {
        std::fprintf(stderr, "%s: %s\n", std::string(type).c_str(), failed->reason.c_str());
        std::exit(1);
    }
    return std::get<sdk::Succeeded>(outcome).outputs.get_object();
}

struct Reference {
    double seconds = 0;
    double wall_seconds = 0;
    double features_seconds = 0;
    double cells_per_row = 0;
};

// The same features of the same items, made beforehand; then nothing but LIBLINEAR's predict, row by row.
Reference by_liblinear(const ml::Table& train, const ml::Table& items, std::size_t codes) {
    ml::CsrMatrix ignored;
    const ml::TextFeatures features =
        ml::TextFeatures::fit(train, ml::TextOptions{ml::text_recipe("word_char"), 2}, [] {}, ignored);
    ml::CsrMatrix matrix;
    ml::Scratch scratch;
    Reference reference;
    const double begin = cpu_seconds();
    for (std::size_t row = 0; row < items.rows(); ++row) {
        features.append(items, row, scratch, matrix);
        matrix.end_row();
    }
    reference.features_seconds = cpu_seconds() - begin;
    reference.cells_per_row = static_cast<double>(matrix.columns.size()) / static_cast<double>(items.rows());
    std::vector<::feature_node> nodes;
    std::vector<std::size_t> begins;
    for (std::size_t row = 0; row < items.rows(); ++row) {
        begins.push_back(nodes.size());
        for (std::size_t i = 0; i < matrix.columns_of(row).size(); ++i) {
            nodes.push_back({static_cast<int>(matrix.columns_of(row)[i]) + 1, static_cast<double>(matrix.values_of(row)[i])});
        }
        nodes.push_back({-1, 0.0});
    }
    std::vector<double> weights((features.width() + 1) * codes);
    ml::Random random(3);
    std::generate(weights.begin(), weights.end(), [&] { return random.between(-1, 1); });
    std::vector<int> labels(codes);
    for (std::size_t code = 0; code < codes; ++code) {
        labels[code] = static_cast<int>(code);
    }
    ::model model{};
    model.param.solver_type = L2R_LR;
    model.nr_class = static_cast<int>(codes);
    model.nr_feature = static_cast<int>(features.width());
    model.bias = -1;
    model.label = labels.data();
    model.w = weights.data();
    std::vector<double> probabilities(codes);
    std::vector<double> times;
    std::vector<double> wall_times;
    double sum = 0;
    for (int round = 0; round < rounds; ++round) {
        const double start = cpu_seconds();
        const double wall_start = wall_seconds();
        for (const std::size_t at : begins) {
            sum += ::predict_probability(&model, nodes.data() + at, probabilities.data());
        }
        times.push_back(cpu_seconds() - start);
        wall_times.push_back(wall_seconds() - wall_start);
    }
    std::fprintf(stderr, "check sum %.0f\n", sum);
    reference.seconds = median(times);
    reference.wall_seconds = median(wall_times);
    return reference;
}

}  // namespace

int main(int count, char** arguments) {
    const std::size_t items = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 50'000;
    const std::size_t codes = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 20;
    test::SealedObjects sealed;
    test::TaskBench bench;
    bench.elsewhere_ = &sealed.next_attempt(bench.identity());
    bench.cores_ = count > 3 ? std::atoi(arguments[3]) : 1;
    sdk::TaskRegistry registry;
    tasks::model::register_tasks(registry);
    const sdk::Json schema = boost::json::parse(R"({"id":"item_id","text":["title"],"label":"code"})");
    const csv::Dataset train = bench.store_csv(items_csv(training_rows, codes, 1, true), training_rows);
    bench.elsewhere_ = &sealed.next_attempt(bench.identity());
    const csv::Dataset sold = bench.store_csv(items_csv(items, codes, 2, false), static_cast<std::int64_t>(items));
    const auto trial = run(
        bench, registry, "model.trial",
        {{"train", csv::to_json(train)}, {"schema", schema}, {"trial", 0}, {"families", sdk::JsonArray{"linear"}}, {"keep", true}}
    );
    std::vector<double> times;
    std::vector<double> wall_times;
    std::string predictions;
    for (int round = 0; round < rounds; ++round) {
        bench.elsewhere_ = &sealed.next_attempt(bench.identity());
        const double begin = cpu_seconds();
        const double wall_begin = wall_seconds();
        const sdk::JsonObject made =
            run(bench, registry, "model.predict", {{"items", csv::to_json(sold)}, {"model", trial.at("model")}, {"schema", schema}});
        times.push_back(cpu_seconds() - begin);
        wall_times.push_back(wall_seconds() - wall_begin);
        predictions = boost::json::serialize(made.at("predictions").at("object").at("sha256"));
    }
    const ml::Schema columns = ml::schema_from(schema);
    ml::Table train_table(columns);
    ml::Table items_table(columns);
    tasks::dataset::TableReader(csv::open_rows(bench.objects(), train.object), columns, true, "train").read_all(train_table);
    tasks::dataset::TableReader(csv::open_rows(bench.objects(), sold.object), columns, false, "items").read_all(items_table);
    const Reference reference = by_liblinear(train_table, items_table, codes);
    const double own = median(times);
    const auto rows = static_cast<double>(items);
    std::printf("%zu items, %zu codes, %.0f cells per row; rows per second of CPU\n", items, codes, reference.cells_per_row);
    const double own_wall = median(wall_times);
    std::printf("model.predict, sealed items to sealed predictions   %8.0f rows/s\n", rows / own);
    std::printf("features of the same rows alone                     %8.0f rows/s\n", rows / reference.features_seconds);
    std::printf("LIBLINEAR's predict on the ready matrix             %8.0f rows/s\n", rows / reference.seconds);
    std::printf("model.predict takes %.2f x the CPU time of LIBLINEAR's predict\n", own / reference.seconds);
    std::printf(
        "by the clock, on %d cores: %.0f rows/s, LIBLINEAR on one core %.0f rows/s: %.2f x its time\n", bench.cores(), rows / own_wall,
        rows / reference.wall_seconds, own_wall / reference.wall_seconds
    );
    std::printf("SHA-256 of the predictions: %s\n", predictions.c_str());
    return 0;
}
