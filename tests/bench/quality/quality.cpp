// Learns from one CSV file and is measured on another, as `train` does it: trials, the best one's
// parameters on all rows. Usage: bench_quality SCHEMA_JSON TRAIN.csv TEST.csv [codes=LIST.csv]
// [families=linear,rerank] [trials=1] [seed=1] [threads=2]
//        [params=JSON]      with params, one fit of the first family and no search
// Prints one JSON object.
#include "tasks/dataset/table_reader.hpp"
#include "tasks/ml/families.hpp"
#include "tasks/ml/pruning.hpp"
#include "tasks/ml/search.hpp"
#include "tasks/ml/training.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

namespace {

using namespace kontor;
using sdk::Json;
using sdk::JsonArray;
using sdk::JsonObject;

class FileBytes final : public sdk::ByteReader {
  public:
    explicit FileBytes(const std::string& path) : file_(path, std::ios::binary) {
        if (!file_) {
            throw sdk::TaskFailure(sdk::FailureClass::Config, "cannot read " + path);
        }
    }
    std::size_t read(std::span<std::byte> buffer) override {
        file_.read(
            reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size())
        );
        return static_cast<std::size_t>(file_.gcount());
    }

  private:
    std::ifstream file_;
};

ml::Table read_table(const std::string& path, const ml::Schema& schema) {
    ml::Table table(schema);
    tasks::dataset::TableReader(csv::Reader(std::make_unique<FileBytes>(path)), schema, true, path)
        .read_all(table);
    return table;
}

std::vector<ml::CodeText> read_codes(const std::string& path) {
    std::vector<ml::CodeText> codes;
    if (path.empty()) {
        return codes;
    }
    csv::Reader reader(std::make_unique<FileBytes>(path));
    const auto code = static_cast<std::size_t>(reader.column("code"));
    const auto title = static_cast<std::size_t>(reader.column("title"));
    for (csv::Row row; reader.next(row);) {
        codes.push_back({std::string(row[code]), std::string(row[title])});
    }
    return codes;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::vector<std::string> parts_of(const std::string& text) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

struct Chosen {
    std::string family;
    JsonObject params;
    JsonArray trials;
};

// The search of model.trial, wave by wave as workflows/train.yaml has it, and the choice of
// model.choose.
Chosen search(
    const ml::Training& training,
    const std::map<std::string, std::string>& options,
    const ml::FitControl& control
) {
    const int trials = std::stoi(options.at("trials"));
    const auto seed = static_cast<std::uint64_t>(std::stoll(options.at("seed")));
    const auto families = parts_of(options.at("families"));
    Chosen chosen;
    double best = -1;
    std::vector<ml::Finished> finished;
    const int wave = options.at("sampler") == "random" || trials < 8 ? 0 : trials / 3;
    std::vector<ml::Finished> known;
    std::vector<std::pair<std::string, ml::Pruner::Curve>> curves;
    std::size_t curves_known = 0;
    for (int trial = 0; trial < trials; ++trial) {
        if (wave > 0 && (trial == trials - 2 * wave || trial == trials - wave)) {
            known = finished;
            curves_known = curves.size();
        }
        const auto begin = std::chrono::steady_clock::now();
        const auto candidate = ml::candidate({trial, families, std::nullopt, known, seed});
        ml::Pruner pruner;
        for (std::size_t i = 0; i < curves_known; ++i) {
            if (curves[i].first == candidate.family) {
                pruner.add(curves[i].second);
            }
        }
        ml::FitControl own = control;
        own.explain = false;
        own.goes_on = [&pruner](int rounds, double loss) { return pruner.goes_on(rounds, loss); };
        const auto trained = ml::train_model(training, candidate.family, candidate.params, own);
        curves.emplace_back(candidate.family, pruner.curve());
        finished.push_back(
            {trial, {candidate.family, trained.fitted.params}, trained.metrics.macro_f1}
        );
        chosen.trials.push_back(JsonObject{
            {"family", candidate.family},
            {"macro_f1", trained.metrics.macro_f1},
            {"seconds", seconds_since(begin)},
            {"pruned", pruner.has_pruned()},
            {"params", trained.fitted.params}});
        if (trained.metrics.macro_f1 > best) {
            best = trained.metrics.macro_f1;
            chosen.family = candidate.family;
            chosen.params = trained.fitted.params;
        }
    }
    return chosen;
}

// Among the rows whose code training lacks: how many get it all the same.
JsonObject unseen_figures(ml::Model& model, const ml::Table& test, const ml::Table& train) {
    const std::set<std::string> known(train.labels.begin(), train.labels.end());
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < test.rows(); ++row) {
        if (!known.contains(test.labels[row])) {
            rows.push_back(row);
        }
    }
    if (rows.empty()) {
        return {};
    }
    const ml::Table unseen = test.take(rows);
    ml::Scores scores;
    model.predict(unseen, scores);
    std::int64_t first = 0;
    std::int64_t among_five = 0;
    for (std::size_t row = 0; row < unseen.rows(); ++row) {
        const auto at =
            std::lower_bound(model.classes().begin(), model.classes().end(), unseen.labels[row]);
        if (at == model.classes().end() || *at != unseen.labels[row]) {
            continue;
        }
        const auto values = scores.row(row);
        const float own = values[static_cast<std::size_t>(at - model.classes().begin())];
        const auto better =
            std::count_if(values.begin(), values.end(), [own](float value) { return value > own; });
        first += better == 0 ? 1 : 0;
        among_five += better < 5 ? 1 : 0;
    }
    const auto count = static_cast<double>(rows.size());
    return {
        {"rows", rows.size()},
        {"recall", static_cast<double>(first) / count},
        {"recall_5", static_cast<double>(among_five) / count}};
}

int run(int argc, char** argv) {
    std::map<std::string, std::string> options{
        {"families", "linear"},
        {"trials", "1"},
        {"seed", "1"},
        {"threads", "2"},
        {"params", ""},
        {"codes", ""},
        {"sampler", "tpe"},
        {"min_class_rows", "2"}};
    for (int i = 4; i < argc; ++i) {
        const std::string text = argv[i];
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || !options.contains(text.substr(0, equals))) {
            std::cerr << "unknown option " << text << "\n";
            return 2;
        }
        options[text.substr(0, equals)] = text.substr(equals + 1);
    }
    const ml::Schema schema = ml::schema_from(boost::json::parse(argv[1]));
    const ml::Table train = read_table(argv[2], schema);
    const ml::Table test = read_table(argv[3], schema);
    const auto codes = read_codes(options["codes"]);
    ml::FitControl control;
    control.threads = std::stoi(options["threads"]);
    control.seed = static_cast<std::uint64_t>(std::stoll(options["seed"]));
    control.explain = true;
    const auto least = static_cast<std::size_t>(std::stoi(options["min_class_rows"]));
    const auto begin = std::chrono::steady_clock::now();
    Chosen chosen;
    if (options["params"].empty()) {
        chosen = search(ml::make_training(schema, train, {0.2, least}, codes), options, control);
    } else {
        chosen.family = parts_of(options["families"]).front();
        chosen.params = boost::json::parse(options["params"]).as_object();
    }
    const auto trained = ml::train_model(
        ml::make_training(schema, train, {0, least}, codes), chosen.family, chosen.params, control
    );
    const double train_s = seconds_since(begin);
    JsonArray importances;
    const auto predicting = std::chrono::steady_clock::now();
    const ml::Metrics metrics = ml::measure_model(*trained.fitted.model, test);
    JsonObject result = ml::to_json(metrics);
    result["predict_s"] = seconds_since(predicting);
    result["train_s"] = train_s;
    result["family"] = chosen.family;
    result["params"] = trained.fitted.params;
    result["trials"] = std::move(chosen.trials);
    result["model_bytes"] = ml::save_model(*trained.fitted.model, trained.fitted.params).size();
    for (const ml::Importance& each : trained.fitted.importances) {
        importances.push_back(JsonObject{{"feature", each.feature}, {"share", each.share}});
    }
    result["importances"] = std::move(importances);
    result["unseen"] = unseen_figures(*trained.fitted.model, test, train);
    std::cout << boost::json::serialize(result) << "\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::cerr << "usage: bench_quality SCHEMA_JSON TRAIN.csv TEST.csv [option=value ...]\n";
        return 2;
    }
    try {
        return run(argc, argv);
    } catch (const sdk::TaskFailure& failure) {
        std::cerr << failure.reason() << "\n";
        return 1;
    }
}
