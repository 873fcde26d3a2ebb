// The family `rerank`: cheap scorers propose a few codes for an item, boosted trees over (item,
// code) pairs decide between them. Its cost hardly grows with the number of codes, and a code
// without labelled items is found by its own text in the code list.
#include "tasks/ml/booster.hpp"
#include "tasks/ml/families.hpp"
#include "tasks/ml/murmur.hpp"
#include "tasks/ml/opinions.hpp"
#include "tasks/ml/twins.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>

namespace kontor::ml {
namespace {

// The ranker learns from so many items; more would make it slower, not better.
constexpr std::size_t ranked_items_max = 20'000;
constexpr std::string_view fold_salt = "kontor.rerank.fold.1";
constexpr std::string_view check_salt = "kontor.rerank.check.1";
// Of the items that the scorers judged, the share that ends the boosting and sets the temperature.
constexpr double check_share = 0.15;
constexpr int patience_rounds = 15;
constexpr int rounds_between_checks = 5;
// Codes with a larger share of the items than this are never learned as if they were new.
constexpr double new_code_share_max = 0.02;

struct Ranker {
    Booster booster;
    double temperature = 1;
    double recall = 1;  // how often the true code is among the candidates
};

// Log-probabilities of the candidates, and of any other code.
void spread(std::span<float> margins, double temperature) {
    const float top = *std::max_element(margins.begin(), margins.end());
    double sum = 0;
    for (const float margin : margins) {
        sum += std::exp(static_cast<double>(margin - top) / temperature);
    }
    for (float& margin : margins) {
        margin =
            static_cast<float>(static_cast<double>(margin - top) / temperature - std::log(sum));
    }
}

class RerankModel final : public Model {
  public:
    RerankModel(
        Schema schema,
        std::vector<std::string> classes,
        CommonGround ground,
        Opinions opinions,
        Ranker ranker,
        std::size_t candidates
    )
        : Model(std::move(schema), std::move(classes)),
          ground_(std::move(ground)),
          opinions_(std::move(opinions)),
          ranker_(std::move(ranker)),
          candidates_(candidates) {}
    std::string_view family() const override { return "rerank"; }

    void score(const Table& rows, Scores& out) override {
        const std::size_t count = classes().size();
        out.classes = count;
        out.values.assign(rows.rows() * count, 0.0F);
        Pairs pairs;
        opinions_.gather(ground_, rows, candidates_, {}, 0, pairs);
        std::vector<float> margins;
        if (!pairs.codes.empty()) {
            const DataMatrix matrix(pairs.features);
            const std::scoped_lock lock(predicting_);
            margins = ranker_.booster.margins(matrix);
        }
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            const auto codes = pairs.codes_of(row);
            const auto sums = out.row(row);
            const double inside = codes.size() == count ? 1.0
                                  : codes.empty()       ? 0.0
                                                        : ranker_.recall;
            if (codes.size() < count) {
                const double outside = (1.0 - inside) / static_cast<double>(count - codes.size());
                std::fill(sums.begin(), sums.end(), static_cast<float>(std::log(outside)));
            }
            if (!codes.empty()) {
                const auto own = std::span(margins).subspan(pairs.begins[row], codes.size());
                spread(own, ranker_.temperature);
                for (std::size_t i = 0; i < codes.size(); ++i) {
                    sums[codes[i]] = own[i] + static_cast<float>(std::log(inside));
                }
            }
        }
    }

  private:
    sdk::Json save(Sections& sections) const override {
        sections["rerank.trees"] = ranker_.booster.to_bytes();
        const auto names = Opinions::names(schema());
        return sdk::JsonObject{
            {"words", ground_.words.save(sections)},
            {"neighbours", ground_.neighbours.save(sections)},
            {"opinions", opinions_.save(sections)},
            {"figures", sdk::JsonArray(names.begin(), names.end())},
            {"temperature", ranker_.temperature},
            {"recall", ranker_.recall},
            {"candidates", candidates_}};
    }
    CommonGround ground_;
    Opinions opinions_;
    Ranker ranker_;
    std::size_t candidates_;
    std::mutex predicting_;  // XGBoost shares one prediction out among threads of its own
};

// The candidates of items that the scorers had not seen, with the true codes.
struct Lesson {
    Pairs pairs;
    std::vector<std::int32_t> truth;  // per item
    std::vector<bool> checks;         // items that the trees do not learn from
};

struct Folds {
    std::vector<std::uint8_t> of;  // per row
    std::vector<bool> taken;       // rows that the ranker learns from
};

// Twins fall into one fold. All rows of some rare codes do too, when codes have texts: the scorers
// of that fold have never seen them, and the ranker learns how far a text alone can be trusted.
Folds make_folds(
    const Table& table,
    const std::vector<std::int32_t>& labels,
    const std::vector<std::string>& classes,
    int count,
    double new_codes
) {
    const auto groups = twin_groups(table);
    std::vector<std::size_t> members(classes.size());
    for (const std::int32_t label : labels) {
        ++members[static_cast<std::size_t>(label)];
    }
    Folds folds;
    const double share = static_cast<double>(ranked_items_max) /
                         static_cast<double>(std::max<std::size_t>(table.rows(), 1));
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto label = static_cast<std::size_t>(labels[row]);
        const std::uint64_t code = murmur3_64(classes[label]);
        const bool rare = static_cast<double>(members[label]) <=
                          new_code_share_max * static_cast<double>(table.rows());
        const bool as_new = rare && split_point(code, fold_salt) < new_codes;
        const double place = split_point(as_new ? code + 1 : groups[row], fold_salt);
        folds.of.push_back(static_cast<std::uint8_t>(place * count));
        folds.taken.push_back(split_point(murmur3_64(table.ids[row]), fold_salt) < share);
    }
    return folds;
}

void set_parameters(Booster& booster, const sdk::JsonObject& params, const FitControl& control) {
    const std::string objective = text_param(params, "objective");
    if (objective != "pairwise" && objective != "logistic") {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            "model parameters: \"objective\" must be pairwise or logistic"
        );
    }
    booster.set("booster", "gbtree");
    booster.set("objective", objective == "pairwise" ? "rank:pairwise" : "binary:logistic");
    booster.set("tree_method", "hist");
    booster.set("max_bin", "64");
    booster.set("verbosity", "0");
    // Pairs are drawn thread by thread: one thread makes the same trees everywhere.
    booster.set("nthread", "1");
    booster.set("seed", std::to_string(control.seed % 2'000'000'000U));
    booster.set("max_depth", std::to_string(int_param(params, "max_depth")));
    for (const char* name : {"eta", "min_child_weight", "subsample", "lambda"}) {
        booster.set(name, std::to_string(number_param(params, name)));
    }
}

// The pairs of the items with checks[item] == wanted, as XGBoost takes them; items without their
// true code teach nothing.
struct Part {
    CsrMatrix features;
    std::vector<std::int32_t> labels;
    std::vector<std::uint32_t> groups;
};

Part part_of(const Lesson& lesson, bool checks) {
    Part part;
    part.features.width = lesson.pairs.features.width;
    for (std::size_t item = 0; item < lesson.pairs.items(); ++item) {
        const auto codes = lesson.pairs.codes_of(item);
        const auto truth = static_cast<std::uint32_t>(lesson.truth[item]);
        if (lesson.checks[item] != checks ||
            std::find(codes.begin(), codes.end(), truth) == codes.end()) {
            continue;
        }
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const std::size_t row = lesson.pairs.begins[item] + i;
            const auto columns = lesson.pairs.features.columns_of(row);
            const auto values = lesson.pairs.features.values_of(row);
            part.features.columns.insert(
                part.features.columns.end(), columns.begin(), columns.end()
            );
            part.features.values.insert(part.features.values.end(), values.begin(), values.end());
            part.features.end_row();
            part.labels.push_back(codes[i] == truth ? 1 : 0);
        }
        part.groups.push_back(static_cast<std::uint32_t>(codes.size()));
    }
    return part;
}

// Mean log-loss of a softmax within each item.
double loss_of(const Part& part, std::span<const float> margins, double temperature) {
    double loss = 0;
    std::size_t begin = 0;
    for (const std::uint32_t size : part.groups) {
        const auto own = margins.subspan(begin, size);
        const float top = *std::max_element(own.begin(), own.end());
        double sum = 0;
        double truth = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const double scaled = static_cast<double>(own[i] - top) / temperature;
            sum += std::exp(scaled);
            truth += part.labels[begin + i] == 1 ? scaled : 0.0;
        }
        loss += std::log(sum) - truth;
        begin += size;
    }
    return loss / static_cast<double>(std::max<std::size_t>(part.groups.size(), 1));
}

double best_temperature(const Part& part, std::span<const float> margins) {
    double best = 1;
    double least = loss_of(part, margins, best);
    for (int step = -24; step <= 24; ++step) {
        const double temperature = std::exp(step * 0.1);
        const double loss = loss_of(part, margins, temperature);
        if (loss < least) {
            least = loss;
            best = temperature;
        }
    }
    return best;
}

DataMatrix to_matrix(const Part& part) {
    DataMatrix matrix(part.features);
    matrix.set_labels(part.labels);
    matrix.set_groups(part.groups);
    return matrix;
}

Ranker learn_ranker(
    const Lesson& lesson, const sdk::JsonObject& params, const FitControl& control, int& rounds
) {
    std::size_t found = 0;
    for (std::size_t item = 0; item < lesson.pairs.items(); ++item) {
        const auto codes = lesson.pairs.codes_of(item);
        found +=
            std::find(codes.begin(), codes.end(), static_cast<std::uint32_t>(lesson.truth[item])) !=
                    codes.end()
                ? 1U
                : 0U;
    }
    const Part taught = part_of(lesson, false);
    const Part check = part_of(lesson, true);
    if (taught.groups.empty()) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Data,
            "the family rerank finds no code for any item: use linear, or more labelled rows"
        );
    }
    const DataMatrix train = to_matrix(taught);
    const bool checked = !check.groups.empty();
    const DataMatrix aside = checked ? to_matrix(check) : train;
    const Part& judge = checked ? check : taught;
    Booster booster(train, {&aside});
    set_parameters(booster, params, control);
    int best_rounds = std::max(rounds, 1);
    double least = INFINITY;
    for (int round = 0; round < rounds; ++round) {
        control.stop_point();
        booster.update(round, train);
        if (!checked || (round + 1) % rounds_between_checks != 0) {
            continue;
        }
        const std::vector<float> margins = booster.margins(aside);
        const double loss = loss_of(judge, margins, best_temperature(judge, margins));
        control.progress(0.8 + 0.2 * round / rounds, "boosting over pairs");
        if (loss < least) {
            least = loss;
            best_rounds = round + 1;
        } else if (round + 1 - best_rounds >= patience_rounds) {
            break;
        }
        if (!control.goes_on(round + 1, loss)) {
            break;
        }
    }
    rounds = best_rounds;
    Ranker ranker{booster.first_rounds(best_rounds)};
    const double items = static_cast<double>(lesson.pairs.items());
    ranker.recall = (static_cast<double>(found) + 1.0) / (items + 2.0);
    ranker.temperature = best_temperature(judge, ranker.booster.margins(aside));
    return ranker;
}

sdk::JsonObject linear_params(const sdk::JsonObject& params) {
    sdk::JsonObject own;
    for (const char* name :
         {"loss", "c", "balance", "text", "min_rows", "number_weight", "category_weight"}) {
        own[name] = params.at(name);
    }
    return own;
}

FitControl quiet(const FitControl& control, double begin, double end) {
    FitControl part = control;
    part.progress = [&control, begin, end](double fraction, std::string_view what) {
        control.progress(begin + (end - begin) * fraction, what);
    };
    return part;
}

// Every code of the list can be given, whether it has labelled items or not.
std::vector<std::string> all_classes(const Training& training) {
    std::vector<std::string> classes = training.classes;
    for (const CodeText& code : training.codes) {
        classes.push_back(code.code);
    }
    std::sort(classes.begin(), classes.end());
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    return classes;
}

Fitted fit_rerank(
    const Training& training, const sdk::JsonObject& params, const FitControl& control
) {
    const std::vector<std::string> classes = all_classes(training);
    const auto place = [&classes](const std::string& code) {
        return static_cast<std::size_t>(
            std::lower_bound(classes.begin(), classes.end(), code) - classes.begin()
        );
    };
    std::vector<std::int32_t> labels;
    for (const std::int32_t label : training.labels) {
        labels.push_back(
            static_cast<std::int32_t>(place(training.classes[static_cast<std::size_t>(label)]))
        );
    }
    std::vector<std::string> texts(classes.size());
    for (const CodeText& code : training.codes) {
        texts[place(code.code)] = code.text;
    }
    const auto candidates =
        static_cast<std::size_t>(std::clamp(int_param(params, "candidates"), 2, 64));
    const int count = std::clamp(int_param(params, "folds"), 2, 10);
    const Table& table = training.train;
    control.progress(0, "reading words");
    CsrMatrix words;
    CommonGround ground;
    ground.words = ItemWords::fit(table, texts, control.stop_point, words);
    ground.neighbours = Neighbours::fit(words, labels);
    const Folds folds = make_folds(
        table,
        labels,
        classes,
        count,
        ground.words.knows_codes() ? number_param(params, "new_codes") : 0.0
    );
    const sdk::JsonObject linear = linear_params(params);
    Lesson lesson;
    std::vector<bool> used(table.rows());
    for (int fold = 0; fold < count; ++fold) {
        std::vector<std::size_t> asked;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            used[row] = folds.of[row] != fold;
            if (!used[row] && folds.taken[row]) {
                asked.push_back(row);
            }
        }
        if (asked.empty() || std::find(used.begin(), used.end(), true) == used.end()) {
            continue;
        }
        const FitControl part = quiet(control, 0.6 * fold / count, 0.6 * (fold + 1) / count);
        Opinions opinions =
            Opinions::fit({table, words, labels, used}, training.schema, classes, linear, part);
        opinions.gather(
            ground,
            table.take(asked),
            candidates,
            folds.of,
            static_cast<std::uint8_t>(fold),
            lesson.pairs
        );
        for (const std::size_t row : asked) {
            lesson.truth.push_back(labels[row]);
            lesson.checks.push_back(
                split_point(murmur3_64(table.ids[row]), check_salt) < check_share
            );
        }
    }
    used.assign(table.rows(), true);
    Opinions opinions = Opinions::fit(
        {table, words, labels, used}, training.schema, classes, linear, quiet(control, 0.6, 0.8)
    );
    sdk::JsonObject resolved = params;
    int rounds = std::max(int_param(params, "rounds"), 1);
    Ranker ranker = learn_ranker(lesson, params, control, rounds);
    return Fitted{
        std::make_unique<RerankModel>(
            training.schema,
            classes,
            std::move(ground),
            std::move(opinions),
            std::move(ranker),
            candidates
        ),
        std::move(resolved)};
}

std::unique_ptr<Model> load_rerank(const ModelParts& parts) {
    CommonGround ground{
        ItemWords::load(model_member(parts.header, "words"), parts.sections, parts.classes.size()),
        Neighbours::load(
            model_member(parts.header, "neighbours"), parts.sections, parts.classes.size()
        )};
    Opinions opinions = Opinions::load(
        model_member(parts.header, "opinions"), parts.sections, parts.schema, parts.classes
    );
    Ranker ranker{
        Booster::from_bytes(section(parts.sections, "rerank.trees")),
        model_number(parts.header, "temperature"),
        model_number(parts.header, "recall")};
    ranker.booster.set("nthread", std::to_string(parts.threads));
    return std::make_unique<RerankModel>(
        parts.schema,
        parts.classes,
        std::move(ground),
        std::move(opinions),
        std::move(ranker),
        static_cast<std::size_t>(model_number(parts.header, "candidates"))
    );
}

sdk::JsonObject rerank_defaults() {
    sdk::JsonObject params = linear_family().defaults();
    params["candidates"] = 8;
    params["folds"] = 3;
    params["objective"] = "pairwise";
    params["eta"] = 0.1;
    params["max_depth"] = 5;
    params["rounds"] = 150;
    params["min_child_weight"] = 5.0;
    params["subsample"] = 0.8;
    params["lambda"] = 1.0;
    params["new_codes"] = 0.05;
    return params;
}

std::vector<Dimension> rerank_space() {
    using Kind = Dimension::Kind;
    return {
        {.name = "c", .kind = Kind::LogReal, .low = 0.2, .high = 5},
        {.name = "balance", .low = -0.5, .high = 0.6, .least = 0},
        {.name = "candidates", .kind = Kind::Integer, .low = 5, .high = 14},
        {.name = "objective", .kind = Kind::Choice, .choices = {"pairwise", "logistic"}},
        {.name = "eta", .kind = Kind::LogReal, .low = 0.05, .high = 0.25},
        {.name = "max_depth", .kind = Kind::Integer, .low = 3, .high = 7},
        {.name = "min_child_weight", .kind = Kind::LogReal, .low = 1, .high = 20},
        {.name = "subsample", .low = 0.6, .high = 1},
        {.name = "lambda", .kind = Kind::LogReal, .low = 0.3, .high = 10}};
}

}  // namespace

const Family& rerank_family() {
    static const Family family{
        "rerank", &fit_rerank, &load_rerank, &rerank_defaults, &rerank_space};
    return family;
}

}  // namespace kontor::ml
