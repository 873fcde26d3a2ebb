#include "tasks/ml/opinions.hpp"

#include "tasks/ml/families.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace kontor::ml {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr double bayes_alpha = 0.3;
constexpr std::size_t nearest_count = 25;
// Figures of a pair before those of the schema's numbers and categories.
constexpr std::size_t own_figures = 15;
// Rows whose scores for all classes are in memory at once.
constexpr std::size_t batch_rows = 512;

// The best `count` of the codes in `among`, best first; ties by code.
std::vector<std::uint32_t> best_of(
    std::vector<std::uint32_t> among, const std::vector<float>& scores, std::size_t count
) {
    const std::size_t kept = std::min(count, among.size());
    std::partial_sort(
        among.begin(),
        among.begin() + static_cast<std::ptrdiff_t>(kept),
        among.end(),
        [&](std::uint32_t a, std::uint32_t b) {
            return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
        }
    );
    among.resize(kept);
    return among;
}

// The place of a code in a list, from 1; beyond its end none.
float rank_in(const std::vector<std::uint32_t>& order, std::uint32_t code) {
    const auto at = std::find(order.begin(), order.end(), code);
    return at == order.end() ? missing : static_cast<float>(at - order.begin() + 1);
}

// Sums of products of an item's features and each code's own.
void add_similarity(
    std::span<const std::uint32_t> columns,
    std::span<const float> values,
    const Postings& codes,
    std::vector<float>& sums,
    std::vector<std::uint32_t>& touched
) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto ids = codes.ids_of(columns[i]);
        const auto theirs = codes.values_of(columns[i]);
        for (std::size_t j = 0; j < ids.size(); ++j) {
            if (sums[ids[j]] == 0) {
                touched.push_back(ids[j]);
            }
            sums[ids[j]] += values[i] * theirs[j];
        }
    }
}

}  // namespace

struct Opinions::Item {
    explicit Item(std::size_t classes)
        : linear(classes, missing),
          bayes(classes),
          near_sum(classes),
          near_best(classes),
          text(classes),
          pieces(classes),
          votes(classes) {}
    std::vector<float> linear;
    std::vector<float> bayes;
    std::vector<float> near_sum;
    std::vector<float> near_best;
    std::vector<float> text;
    std::vector<float> pieces;
    std::vector<std::uint8_t> votes;
    std::vector<std::uint32_t> seen;        // classes with rows
    std::vector<std::uint32_t> near_codes;  // of the neighbours
    std::vector<std::uint32_t> text_codes;  // whose own words occur
    std::vector<std::uint32_t> pieces_codes;
    std::vector<std::uint32_t> linear_order;
    std::vector<std::uint32_t> bayes_order;
    std::vector<std::uint32_t> text_order;
    std::vector<std::uint32_t> chosen;
    std::vector<float> figures;
    float weight = 0;  // of the item's words
    float near_all = 0;
    Neighbours::Search search;
    std::span<const std::uint8_t> folds;
    std::uint8_t own = 0;
};

Opinions Opinions::fit(
    const LearnedRows& rows,
    const Schema& schema,
    const std::vector<std::string>& classes,
    const sdk::JsonObject& linear,
    const FitControl& control
) {
    Opinions made;
    made.support_.resize(classes.size());
    Training training;
    training.schema = schema;
    std::vector<std::size_t> used;
    for (std::size_t row = 0; row < rows.labels.size(); ++row) {
        if (rows.used[row]) {
            used.push_back(row);
            ++made.support_[static_cast<std::size_t>(rows.labels[row])];
        }
    }
    std::vector<std::int32_t> column(classes.size(), -1);
    for (std::size_t c = 0; c < classes.size(); ++c) {
        if (made.support_[c] > 0) {
            column[c] = static_cast<std::int32_t>(training.classes.size());
            training.classes.push_back(classes[c]);
        }
    }
    made.bayes_ =
        ComplementBayes::fit(rows.words, rows.labels, classes.size(), bayes_alpha, rows.used);
    made.usual_ = UsualValues::fit(rows.table, rows.labels, classes.size(), rows.used);
    if (training.classes.size() > 1) {
        training.train = rows.table.take(used);
        for (const std::size_t row : used) {
            training.labels.push_back(column[static_cast<std::size_t>(rows.labels[row])]);
        }
        Fitted fitted = linear_family().fit(training, linear, control);
        made.linear_ = std::move(fitted.model);
        made.linear_params_ = std::move(fitted.params);
    }
    made.place_linear(classes);
    return made;
}

void Opinions::place_linear(const std::vector<std::string>& classes) {
    linear_column_.assign(classes.size(), -1);
    if (linear_ == nullptr) {
        return;
    }
    for (std::size_t column = 0; column < linear_->classes().size(); ++column) {
        const auto found =
            std::lower_bound(classes.begin(), classes.end(), linear_->classes()[column]);
        if (found == classes.end() || *found != linear_->classes()[column]) {
            broken_model("its linear part knows a class that it does not");
        }
        linear_column_[static_cast<std::size_t>(found - classes.begin())] =
            static_cast<std::int32_t>(column);
    }
}

void Opinions::gather(
    const Grounds& ground,
    const Table& table,
    std::size_t candidates,
    std::span<const std::uint8_t> folds,
    std::uint8_t own,
    Pairs& pairs
) const {
    Item item(support_.size());
    item.folds = folds;
    item.own = own;
    for (std::uint32_t c = 0; c < support_.size(); ++c) {
        if (support_[c] > 0) {
            item.seen.push_back(c);
        }
    }
    Scores linear;
    std::vector<std::size_t> batch;
    for (std::size_t first = 0; first < table.rows(); first += batch.size()) {
        batch.resize(std::min(batch_rows, table.rows() - first));
        std::iota(batch.begin(), batch.end(), first);
        const Table part = table.take(batch);
        const ItemWords::Rows rows = ground.words.rows(joined_texts(part));
        if (linear_ != nullptr) {
            linear_->score(part, linear);
        }
        for (std::size_t row = 0; row < part.rows(); ++row) {
            for (std::uint32_t c = 0; linear_ != nullptr && c < linear_column_.size(); ++c) {
                item.linear[c] = linear_column_[c] < 0
                                     ? missing
                                     : linear.row(row)[static_cast<std::size_t>(linear_column_[c])];
            }
            consider(ground, rows, row, item);
            choose(candidates, item);
            describe(part, row, item, pairs);
        }
    }
    pairs.features.width = static_cast<std::uint32_t>(own_figures + usual_.width());
}

void Opinions::consider(
    const Grounds& ground, const ItemWords::Rows& rows, std::size_t row, Item& item
) const {
    for (auto* of : {&item.near_sum, &item.near_best, &item.text, &item.pieces}) {
        std::fill(of->begin(), of->end(), 0.0F);
    }
    std::fill(item.votes.begin(), item.votes.end(), std::uint8_t{0});
    item.near_codes.clear();
    item.text_codes.clear();
    item.pieces_codes.clear();
    const auto columns = rows.words.columns_of(row);
    const auto values = rows.words.values_of(row);
    item.weight = std::accumulate(values.begin(), values.end(), 0.0F);
    bayes_.score(columns, values, item.bayes);
    item.near_all = 0;
    for (const auto& near : ground.neighbours.nearest(
             columns, values, nearest_count, item.folds, item.own, item.search
         )) {
        if (item.near_sum[near.code] == 0) {
            item.near_codes.push_back(near.code);
            item.near_best[near.code] = near.similarity;
        }
        item.near_sum[near.code] += near.similarity;
        item.near_all += near.similarity;
    }
    if (ground.words.knows_codes()) {
        add_similarity(columns, values, ground.words.code_words(), item.text, item.text_codes);
        add_similarity(
            rows.pieces.columns_of(row),
            rows.pieces.values_of(row),
            ground.words.code_pieces(),
            item.pieces,
            item.pieces_codes
        );
    }
}

void Opinions::choose(std::size_t candidates, Item& item) const {
    item.chosen.clear();
    const auto vote = [&item](const std::vector<std::uint32_t>& codes, std::size_t count) {
        for (std::size_t i = 0; i < std::min(count, codes.size()); ++i) {
            if (item.votes[codes[i]]++ == 0) {
                item.chosen.push_back(codes[i]);
            }
        }
    };
    const std::size_t half = (candidates + 1) / 2;
    item.linear_order.clear();
    if (linear_ != nullptr) {
        item.linear_order = best_of(item.seen, item.linear, candidates);
        vote(item.linear_order, candidates);
    }
    item.bayes_order = best_of(item.seen, item.bayes, candidates);
    vote(item.bayes_order, half);
    vote(best_of(item.near_codes, item.near_sum, half), half);
    item.text_order = best_of(item.text_codes, item.text, candidates);
    vote(item.text_order, half);
    vote(best_of(item.pieces_codes, item.pieces, half), half);
    std::sort(item.chosen.begin(), item.chosen.end());
}

void Opinions::describe(const Table& table, std::size_t row, Item& item, Pairs& pairs) const {
    std::vector<float>& figures = item.figures;
    const auto top = [](const std::vector<std::uint32_t>& order,
                        const std::vector<float>& scores,
                        std::size_t place) {
        return place < order.size() ? scores[order[place]] : missing;
    };
    const float first = top(item.linear_order, item.linear, 0);
    const float second = top(item.linear_order, item.linear, 1);
    const float best_bayes = top(item.bayes_order, item.bayes, 0);
    const float best_text = top(item.text_order, item.text, 0);
    const float nearest = item.search.found.empty() ? 0.0F : item.search.found.front().similarity;
    for (const std::uint32_t code : item.chosen) {
        const bool seen = support_[code] > 0;
        const float own = item.linear[code];
        const bool leads = !item.linear_order.empty() && item.linear_order.front() == code;
        figures = {
            own,
            own - (leads ? second : first),
            rank_in(item.linear_order, code),
            first - second,
            seen && item.weight > 0 ? (item.bayes[code] - best_bayes) / item.weight : missing,
            rank_in(item.bayes_order, code),
            item.near_all > 0 ? item.near_sum[code] / item.near_all : missing,
            item.near_best[code],
            nearest,
            item.text_order.empty() ? missing : item.text[code],
            item.text_order.empty() ? missing : item.text[code] - best_text,
            rank_in(item.text_order, code),
            item.text_order.empty() ? missing : item.pieces[code],
            std::log1p(static_cast<float>(support_[code])),
            static_cast<float>(item.votes[code])};
        usual_.append(table, row, code, figures);
        for (std::uint32_t i = 0; i < figures.size(); ++i) {
            if (!std::isnan(figures[i])) {
                pairs.features.add(i, figures[i]);
            }
        }
        pairs.features.end_row();
        pairs.codes.push_back(code);
    }
    pairs.begins.push_back(pairs.codes.size());
}

std::vector<std::string> Opinions::names(const Schema& schema) {
    std::vector<std::string> names{
        "linear score",
        "linear score ahead of the best other",
        "linear rank",
        "linear lead of the first",
        "naive Bayes behind",
        "naive Bayes rank",
        "share of the nearest",
        "nearest item of the code",
        "nearest item",
        "likeness to the code's text",
        "likeness behind",
        "likeness rank",
        "likeness in pieces",
        "items of the code",
        "scorers that name it"};
    for (const auto* columns : {&schema.numeric, &schema.categorical}) {
        for (const std::string& column : *columns) {
            names.push_back(column + " against the code's usual");
        }
    }
    return names;
}

std::vector<Contribution> Opinions::words(const Table& table, std::size_t row, std::uint32_t code) const {
    if (linear_ == nullptr || linear_column_[code] < 0) {
        return {};
    }
    return linear_->explain(table, row, static_cast<std::size_t>(linear_column_[code])).contributions;
}

sdk::Json Opinions::save(Sections& sections) const {
    if (linear_ != nullptr) {
        sections["linear"] = save_model(*linear_, linear_params_);
    }
    sections["support"] = to_bytes(support_);
    return sdk::JsonObject{
        {"linear", linear_ != nullptr},
        {"bayes", bayes_.save(sections)},
        {"usual", usual_.save(sections)}};
}

Opinions Opinions::load(
    const sdk::Json& value,
    const Sections& sections,
    const Schema& schema,
    const std::vector<std::string>& classes,
    std::uint32_t words
) {
    Opinions loaded;
    const sdk::Json& linear = model_member(value, "linear");
    if (linear.is_bool() && linear.get_bool()) {
        LoadedModel part = load_model(section(sections, "linear"), 1);
        loaded.linear_ = std::move(part.model);
        if (loaded.linear_->family() != "linear" || !loaded.linear_->schema().same_features(schema)) {
            broken_model("its linear part is for other rows");
        }
        loaded.linear_params_ =
            part.params.is_object() ? part.params.get_object() : sdk::JsonObject();
    }
    loaded.support_ = from_bytes<std::uint32_t>(section(sections, "support"), classes.size());
    loaded.bayes_ = ComplementBayes::load(model_member(value, "bayes"), sections, classes.size(), words);
    loaded.usual_ =
        UsualValues::load(model_member(value, "usual"), sections, schema, classes.size());
    loaded.place_linear(classes);
    return loaded;
}

}  // namespace kontor::ml
