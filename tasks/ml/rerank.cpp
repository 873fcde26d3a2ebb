// The family `rerank`: cheap scorers propose a few codes for an item, boosted trees over (item,
// code) pairs decide between them. Its cost hardly grows with the number of codes, and a code
// without labelled items is found by its own text in the code list.
#include "tasks/ml/families.hpp"
#include "tasks/ml/murmur.hpp"
#include "tasks/ml/ranker.hpp"
#include "tasks/ml/twins.hpp"

#include <algorithm>
#include <array>
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
// Codes with a larger share of the items than this are never learned as if they were new.
constexpr double new_code_share_max = 0.02;
// So many codes at least are learned as new: one or two would teach their words, not how to go by words.
constexpr double new_codes_min = 4;
constexpr int candidates_max = 64;
// With fewer items to learn from there is nothing to rank: the linear model alone is better.
constexpr std::size_t ranked_items_min = 20;

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
        Grounds ground,
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
            if (margins.size() != pairs.codes.size()) {
                broken_model("its trees do not give one value for each code");
            }
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

    // The trees know the item by what the scorers think of it: that is what can be said, and of the linear scorer its words.
    Explanation explain(const Table& rows, std::size_t row, std::size_t which) override {
        const Table own = rows.take(std::array{row});
        Pairs pairs;
        opinions_.gather(ground_, own, candidates_, {}, 0, pairs);
        const auto codes = pairs.codes_of(0);
        const auto at = std::find(codes.begin(), codes.end(), which);
        if (at == codes.end()) {
            return {"none of the scorers proposes this code: it gets a small share of what the proposed ones leave", 0, {}};
        }
        const DataMatrix matrix(pairs.features);
        std::vector<float> amounts;
        {
            const std::scoped_lock lock(predicting_);
            amounts = ranker_.booster.contributions(matrix);
        }
        const std::vector<std::string> names = Opinions::names(schema());
        const std::size_t width = amounts.size() / codes.size();
        if (width != names.size() + 1) {
            broken_model("its trees have another number of figures");
        }
        const auto ours = std::span(amounts).subspan(static_cast<std::size_t>(at - codes.begin()) * width, width);
        Explanation told{
            "what each opinion about (item, code) adds in the trees that decide between the proposed codes; with the base they "
            "sum to the margin",
            static_cast<double>(ours.back()),
            {},
            opinions_.words(own, 0, static_cast<std::uint32_t>(which))};
        for (std::size_t i = 0; i < names.size(); ++i) {
            told.contributions.push_back({names[i], static_cast<double>(ours[i])});
        }
        return told;
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
    Grounds ground_;
    Opinions opinions_;
    Ranker ranker_;
    std::size_t candidates_;
    std::mutex predicting_;  // XGBoost shares one prediction out among threads of its own
};

struct Folds {
    std::vector<std::uint8_t> of;  // per row
    std::vector<bool> taken;       // rows that the ranker learns from
};

// The codes whose items are learned as if they were new: some of the rarer ones, chosen by their names. None when every code of
// the list has items already.
std::vector<bool> codes_as_new(
    const std::vector<std::size_t>& members, const std::vector<std::string>& classes, std::size_t rows, double share
) {
    const auto seen = static_cast<double>(members.size()) -
                      static_cast<double>(std::count(members.begin(), members.end(), std::size_t{0}));
    std::vector<bool> chosen(classes.size());
    if (share <= 0 || seen == static_cast<double>(classes.size())) {
        return chosen;
    }
    const double rare = static_cast<double>(rows) * std::max(new_code_share_max, 2 / seen);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t c = 0; c < classes.size(); ++c) {
        if (members[c] > 0 && static_cast<double>(members[c]) <= rare) {
            order.emplace_back(split_point(murmur3_64(classes[c]), fold_salt), c);
        }
    }
    std::sort(order.begin(), order.end());
    const double wanted = std::min(std::max(std::ceil(share * seen), new_codes_min), std::floor(seen / 5));
    for (std::size_t i = 0; i < std::min(order.size(), static_cast<std::size_t>(wanted)); ++i) {
        chosen[order[i].second] = true;
    }
    return chosen;
}

// Twins fall into one fold. All rows of a code learned as new do too: the scorers of that fold have never seen it, and the ranker
// learns how far a text alone can be trusted.
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
    const std::vector<bool> as_new = codes_as_new(members, classes, table.rows(), new_codes);
    Folds folds;
    const double share = static_cast<double>(ranked_items_max) /
                         static_cast<double>(std::max<std::size_t>(table.rows(), 1));
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto label = static_cast<std::size_t>(labels[row]);
        const std::uint64_t key = as_new[label] ? murmur3_64(classes[label]) + 1 : groups[row];
        folds.of.push_back(static_cast<std::uint8_t>(split_point(key, fold_salt) * count));
        folds.taken.push_back(split_point(murmur3_64(table.ids[row]), fold_salt) < share);
    }
    return folds;
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
    part.explain = false;
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
        static_cast<std::size_t>(std::clamp(int_param(params, "candidates"), 2, candidates_max));
    const int count = std::clamp(int_param(params, "folds"), 2, 10);
    const Table& table = training.train;
    control.progress(0, "reading words");
    CsrMatrix words;
    Grounds ground;
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
    if (items_to_learn(lesson) < ranked_items_min) {
        return linear_family().fit(training, linear, control);
    }
    used.assign(table.rows(), true);
    Opinions opinions = Opinions::fit(
        {table, words, labels, used}, training.schema, classes, linear, quiet(control, 0.6, 0.8)
    );
    sdk::JsonObject resolved = params;
    int rounds = std::max(int_param(params, "rounds"), 1);
    Ranker ranker = learn_ranker(lesson, params, control, rounds);
    resolved["rounds"] = rounds;
    std::vector<Importance> importances;
    if (control.explain) {
        importances = importances_of(ranker.booster.gains(), [&](std::span<const std::uint32_t> columns) {
            const auto all = Opinions::names(training.schema);
            std::vector<std::string> names;
            for (const std::uint32_t column : columns) {
                names.push_back(all[column]);
            }
            return names;
        });
    }
    return Fitted{
        std::make_unique<RerankModel>(
            training.schema,
            classes,
            std::move(ground),
            std::move(opinions),
            std::move(ranker),
            candidates
        ),
        std::move(resolved),
        std::move(importances)};
}

std::unique_ptr<Model> load_rerank(const ModelParts& parts) {
    ItemWords words = ItemWords::load(model_member(parts.header, "words"), parts.sections, parts.classes.size());
    const std::uint32_t width = words.width();
    Grounds ground{
        std::move(words),
        Neighbours::load(
            model_member(parts.header, "neighbours"), parts.sections, parts.classes.size(), width
        )};
    Opinions opinions = Opinions::load(
        model_member(parts.header, "opinions"), parts.sections, parts.schema, parts.classes, width
    );
    Ranker ranker{
        Booster::from_bytes(section(parts.sections, "rerank.trees")),
        model_number(parts.header, "temperature"),
        model_number(parts.header, "recall")};
    const double candidates = model_number(parts.header, "candidates");
    if (!(ranker.temperature > 0) || !(ranker.recall > 0) || ranker.recall > 1 || candidates < 1 || candidates > candidates_max) {
        broken_model("its candidates are out of range");
    }
    if (const std::size_t figures = Opinions::names(parts.schema).size(); ranker.booster.columns() != figures) {
        broken_model("its trees go by " + std::to_string(ranker.booster.columns()) + " columns, its opinions are " + std::to_string(figures));
    }
    ranker.booster.set("nthread", std::to_string(parts.threads));
    return std::make_unique<RerankModel>(
        parts.schema,
        parts.classes,
        std::move(ground),
        std::move(opinions),
        std::move(ranker),
        static_cast<std::size_t>(candidates)
    );
}

sdk::JsonObject rerank_defaults() {
    sdk::JsonObject params = linear_family().defaults();
    // Its trees see what is usual for a code themselves; more than that in the linear score gained nothing.
    params["category_weight"] = 0.5;
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
