#include "tasks/dataset/prepare.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "tasks/codes/crosswalk_table.hpp"
#include "tasks/csv/data_file.hpp"
#include "tasks/csv/utf8.hpp"
#include "tasks/dataset/code_list.hpp"
#include "tasks/dataset/id_set.hpp"
#include "tasks/dataset/label_map.hpp"
#include "tasks/dataset/sides.hpp"
#include "tasks/dataset/table_reader.hpp"
#include "tasks/ml/murmur.hpp"

namespace kontor::tasks::dataset {
namespace {

using csv::Row;

// A reason and a glance at the row are enough to find it in the source.
constexpr std::size_t quarantine_text_max = 2000;
// An id is a key, not a text.
constexpr std::size_t id_bytes_max = 512;
const std::string near_twin = "near_twin_in_training";
const std::string in_review = "decided_in_review";
const std::string in_sample = "sent_as_sample";
// A column that labelled data may have: the month by whose code list the label was given.
constexpr std::string_view coded_for = "coded_for";
constexpr std::int64_t rows_between_reports = 2048;
// Names of classes that are remembered to count them; more is an id column taken for a label.
constexpr std::size_t classes_max = 100'000;

struct Options {
    csv::Dataset dataset;
    ml::Schema schema;
    bool labelled = true;
    double holdout = 0.2;
    std::int64_t min_rows = 50;
    bool twins_apart = true;
    double split_share = codes::split_share_usual;
};

Options options_from(const sdk::JsonObject& input) {
    Options options{
        csv::dataset_from(sdk::required_input(input, "dataset"), "with.dataset"),
        ml::schema_from(sdk::required_input(input, "schema")),
        sdk::bool_input_or(input, "labelled", true),
        sdk::number_input_or(input, "holdout", 0.2),
        sdk::int_input_or(input, "min_rows", 50),
        sdk::bool_input_or(input, "twins_apart", true),
        sdk::number_input_or(input, "split_share", codes::split_share_usual)};
    if (!(options.holdout >= 0 && options.holdout < 1)) {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "with.holdout must be a share from 0 to below 1");
    }
    if (options.min_rows < 0) {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "with.min_rows must not be negative");
    }
    return options;
}

class Quarantine {
 public:
    explicit Quarantine(csv::Writer writer) : writer_(std::move(writer)) {
        writer_.header({"row", "item_id", "reason", "text"});
    }
    void add(const Row& row, std::string_view id, const std::string& reason) {
        // Broken text is shown with marks in place of what is broken, so that the list itself can be read.
        writer_.row(
            {std::to_string(row.number()),
             csv::readable(csv::utf8_prefix(id, id_bytes_max)),
             reason,
             csv::readable(csv::utf8_prefix(row.text(), quarantine_text_max))}
        );
        ++reasons_[reason];
    }
    std::int64_t rows() const { return writer_.rows(); }
    sdk::Json finish() {
        sdk::JsonObject reasons;
        for (const auto& [reason, count] : reasons_) {
            reasons[reason] = count;
        }
        const std::int64_t rows = writer_.rows();
        return sdk::JsonObject{
            {"object", sdk::to_json(writer_.commit())}, {"rows", rows}, {"reasons", std::move(reasons)}};
    }

 private:
    csv::Writer writer_;
    std::map<std::string, std::int64_t> reasons_;
};

bool is_month(std::string_view text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    return text.size() == 7 && digit(0) && digit(1) && digit(2) && digit(3) && text[4] == '-' && digit(5) && digit(6);
}

// Decides about rows one by one.
class RowCheck {
 public:
    RowCheck(const SchemaColumns& columns, const ml::Schema& schema, bool labelled, LabelMap* labels, int month_column)
        : columns_(columns), schema_(schema), labelled_(labelled), labels_(labels), coded_for_(month_column) {}

    // The reason why the row is no good, or empty. Sets label() of a good labelled row.
    std::string fault_of(const Row& row) {
        if (row.fault() != csv::RowFault::None) {
            return std::string(csv::to_string(row.fault()));
        }
        const std::string_view id = ml::trimmed(row[columns_.id]);
        if (id.empty()) {
            return "id_missing";
        }
        if (id.size() > id_bytes_max) {
            return "id_too_long";
        }
        double value = 0;
        for (std::size_t i = 0; i < columns_.numeric.size(); ++i) {
            if (!ml::parse_number(row[columns_.numeric[i]], value)) {
                return "not_a_number:" + schema_.numeric[i];
            }
        }
        if (labelled_) {
            label_ = ml::trimmed(row[columns_.label]);
            if (label_.empty()) {
                return "label_missing";
            }
            bool moved = false;
            if (labels_ != nullptr) {
                const std::string_view month =
                    coded_for_ < 0 ? std::string_view() : ml::trimmed(row[static_cast<std::size_t>(coded_for_)]);
                if (!month.empty() && !is_month(month)) {
                    return "not_a_month:coded_for";
                }
                const LabelMap::Meaning& meaning = labels_->of(label_, month);
                if (!meaning.fault.empty()) {
                    return meaning.fault;
                }
                label_ = meaning.code;
                moved = meaning.moved;
            }
            // Last: a bad row must not make a good one of the same id a duplicate.
            if (!ids_.insert(ml::murmur3_64(id))) {
                return "duplicate_id";
            }
            moved_ += moved ? 1 : 0;
            return {};
        }
        return ids_.insert(ml::murmur3_64(id)) ? std::string() : "duplicate_id";
    }
    const std::string& label() const { return label_; }
    // Good rows whose label stands for another code now.
    std::int64_t moved() const { return moved_; }

 private:
    const SchemaColumns& columns_;
    const ml::Schema& schema_;
    bool labelled_;
    LabelMap* labels_;
    const int coded_for_;
    std::int64_t moved_ = 0;
    IdSet ids_;
    std::string label_;
};

void copy_row(const Row& row, const SchemaColumns& columns, const std::string* label, csv::Writer& to) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (label != nullptr && i == columns.label) {
            to.field(*label);
        } else {
            to.field(i == columns.id ? ml::trimmed(row[i]) : row[i]);
        }
    }
    to.end_row();
}

// Items that are learned from and never judge, nor do their twins: people decided them because a model's doubt had chosen them,
// or other programs sent them. Their rows stand in place of the data's own of the same ids.
struct Apart {
    IdSet ids;
    std::int64_t rows = 0;
    std::int64_t moved = 0;
    bool has(std::string_view id) const { return rows > 0 && ids.contains(ml::murmur3_64(ml::trimmed(id))); }
};
struct ApartInput {
    const Options& options;
    const std::vector<std::string>& header;  // of the data
    std::size_t label;                       // its column there
    LabelMap* labels;
};

// Of the input `name`; what `before` holds is left to it.
Apart learn_apart(
    sdk::TaskContext& context, const ApartInput& input, const char* name, const Apart* before, Sides& sides, csv::Writer& train,
    Quarantine& quarantine, std::set<std::string>& classes
) {
    Apart apart;
    const sdk::Json* given = sdk::optional_input(context.input(), name);
    if (given == nullptr || !input.options.labelled) {
        return apart;
    }
    csv::Reader reader = csv::open_rows(context.objects(), csv::dataset_from(*given, std::string("with.") + name).object);
    const SchemaColumns columns = find_columns(reader.header(), input.options.schema, true);
    RowCheck check(columns, input.options.schema, true, input.labels, reader.column(coded_for));
    std::vector<int> places;
    for (const std::string& column : input.header) {
        places.push_back(reader.column(column));
    }
    Row row;
    while (reader.next(row)) {
        if (row.number() % rows_between_reports == 0) {
            context.stop_point();
        }
        if (const std::string fault = check.fault_of(row); !fault.empty()) {
            quarantine.add(row, columns.id < row.size() ? row[columns.id] : std::string_view(), fault);
            continue;
        }
        if (before != nullptr && before->has(row[columns.id])) {
            quarantine.add(row, row[columns.id], in_review);
            continue;
        }
        sides.learn(row, columns);
        apart.ids.insert(ml::murmur3_64(ml::trimmed(row[columns.id])));
        ++apart.rows;
        classes.insert(check.label());
        for (std::size_t i = 0; i < places.size(); ++i) {
            train.field(
                i == input.label ? std::string_view(check.label())
                : places[i] < 0  ? std::string_view()
                                 : row[static_cast<std::size_t>(places[i])]
            );
        }
        train.end_row();
    }
    apart.moved = check.moved();
    return apart;
}

sdk::DatasetRegistered registered(
    const sdk::TaskContext& context, std::string kind, const csv::Dataset& dataset, std::int64_t quarantined
) {
    return {
        csv::object_country(context.identity()), std::move(kind), dataset.object, dataset.rows, quarantined,
        sdk::JsonObject()};
}

// The list goes on as an object that those may read who never see raw data: trainers and predictors.
CodeList hand_on_codes(
    sdk::TaskContext& context, const csv::Dataset& given, sdk::JsonObject& outputs, sdk::Succeeded& done
) {
    csv::Writer writer =
        csv::create_rows(context.objects(), "dataset", csv::object_country(context.identity()), "codes");
    CodeList codes(csv::open_rows(context.objects(), given.object), writer);
    const std::int64_t rows = writer.rows();
    const csv::Dataset dataset{writer.commit(), rows};
    outputs["codes"] = csv::to_json(dataset);
    done.effects.emplace_back(registered(context, "codes", dataset, 0));
    return codes;
}

// The same of the way from older lists; what came in is read once.
codes::Crosswalk hand_on_crosswalk(sdk::TaskContext& context, sdk::JsonObject& outputs, sdk::Succeeded& done) {
    const sdk::Json* given = sdk::optional_input(context.input(), "crosswalk");
    if (given == nullptr) {
        return {};
    }
    std::vector<codes::Step> steps =
        codes::read_steps(context.objects(), csv::dataset_from(*given, "with.crosswalk"), "with.crosswalk");
    csv::Writer writer =
        csv::create_rows(context.objects(), "dataset", csv::object_country(context.identity()), "crosswalk");
    codes::write_steps(writer, steps);
    const std::int64_t rows = writer.rows();
    const csv::Dataset dataset{writer.commit(), rows};
    outputs["crosswalk"] = csv::to_json(dataset);
    done.effects.emplace_back(registered(context, "crosswalk", dataset, 0));
    return codes::Crosswalk(std::move(steps));
}

// Which list it is, for the models that are bound to it.
sdk::Json list_told(const sdk::JsonObject& input, const CodeList& codes) {
    const sdk::Json* given = sdk::optional_input(input, "list");
    sdk::JsonObject list = given != nullptr && given->is_object() ? given->get_object() : sdk::JsonObject{{"source", "given"}};
    list["codes"] = static_cast<std::int64_t>(codes.size());
    list["codes_sha256"] = codes.digest();
    return list;
}

std::string usability(std::int64_t rows, const std::set<std::string>& classes, std::int64_t min_rows, bool& usable) {
    usable = rows >= min_rows && rows > 0;
    if (!usable) {
        return std::to_string(rows) + " good rows are fewer than min_rows (" + std::to_string(min_rows) + ")";
    }
    if (classes.size() == 1) {
        return "all rows have the label " + *classes.begin() + ": the model will be constant";
    }
    return {};
}

}  // namespace

sdk::Outcome Prepare::run(sdk::TaskContext& context) {
    const Options options = options_from(context.input());
    sdk::Objects& objects = context.objects();
    const std::string country = csv::object_country(context.identity());
    csv::Reader reader = csv::open_rows(objects, options.dataset.object);
    const SchemaColumns columns = find_columns(reader.header(), options.schema, options.labelled);
    sdk::Succeeded done;
    sdk::JsonObject outputs{{"codes", nullptr}, {"crosswalk", nullptr}, {"list", nullptr}};
    std::optional<CodeList> codes;
    std::optional<LabelMap> labels;
    if (const sdk::Json* given = sdk::optional_input(context.input(), "codes"); given != nullptr) {
        codes = hand_on_codes(context, csv::dataset_from(*given, "with.codes"), outputs, done);
        outputs["list"] = list_told(context.input(), *codes);
        labels.emplace(*codes, hand_on_crosswalk(context, outputs, done), options.split_share);
    }
    LabelMap* meanings = labels ? &*labels : nullptr;
    RowCheck check(columns, options.schema, options.labelled, meanings, reader.column(coded_for));
    csv::Writer first = csv::create_rows(objects, "dataset", country, options.labelled ? "train" : "items");
    first.header(reader.header());
    std::optional<csv::Writer> holdout;
    if (options.labelled) {
        holdout.emplace(csv::create_rows(objects, "dataset", country, "holdout"));
        holdout->header(reader.header());
    }
    Quarantine quarantine(csv::create_rows(objects, "quarantine", country, "quarantine"));
    std::set<std::string> classes;
    Sides sides(columns, options.holdout, options.twins_apart);
    const ApartInput apart{options, reader.header(), columns.label, meanings};
    const Apart reviewed = learn_apart(context, apart, "labels", nullptr, sides, first, quarantine, classes);
    const Apart sampled = learn_apart(context, apart, "samples", &reviewed, sides, first, quarantine, classes);
    Row row;
    while (reader.next(row)) {
        if (row.number() % rows_between_reports == 0) {
            context.stop_point();
            const auto all = static_cast<double>(std::max<std::int64_t>(options.dataset.rows, row.number()));
            context.progress(static_cast<double>(row.number()) / all, "checking rows");
        }
        if (const std::string fault = check.fault_of(row); !fault.empty()) {
            quarantine.add(row, columns.id < row.size() ? row[columns.id] : std::string_view(), fault);
            continue;
        }
        if (reviewed.has(row[columns.id]) || sampled.has(row[columns.id])) {
            quarantine.add(row, row[columns.id], reviewed.has(row[columns.id]) ? in_review : in_sample);
            continue;
        }
        if (!options.labelled) {
            copy_row(row, columns, nullptr, first);
            continue;
        }
        if (sides.place(row, check.label()) == Side::Holdout) {
            continue;
        }
        copy_row(row, columns, &check.label(), first);
        if (classes.insert(check.label()).second && classes.size() > classes_max) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Config,
                "the label column \"" + options.schema.label + "\" has more than " + std::to_string(classes_max) +
                    " different values: is it the right column?"
            );
        }
    }
    const std::int64_t faulty = quarantine.rows();
    for (const Sides::Judge& judge : sides.judges()) {
        if (sides.has_near_twin(judge)) {
            quarantine.add(judge.row, judge.row[columns.id], near_twin);
        } else {
            copy_row(judge.row, columns, &judge.label, *holdout);
        }
    }
    const std::int64_t twins = quarantine.rows() - faulty;
    const std::int64_t first_rows = first.rows();
    const csv::Dataset first_dataset{first.commit(), first_rows};
    bool usable = true;
    if (options.labelled) {
        const std::int64_t holdout_rows = holdout->rows();
        const csv::Dataset holdout_dataset{holdout->commit(), holdout_rows};
        outputs["reason"] = usability(first_rows + holdout_rows, classes, options.min_rows, usable);
        usable = usable && first_rows > 0;
        outputs["rows"] = first_rows + holdout_rows;
        outputs["classes"] = static_cast<std::int64_t>(classes.size());
        outputs["twins"] = twins;
        outputs["reviewed"] = reviewed.rows;
        outputs["sampled"] = sampled.rows;
        outputs["moved"] = check.moved() + reviewed.moved + sampled.moved;
        outputs["train"] = csv::to_json(first_dataset);
        outputs["holdout"] = csv::to_json(holdout_dataset);
        done.effects.emplace_back(registered(context, "train", first_dataset, faulty));
        done.effects.emplace_back(registered(context, "holdout", holdout_dataset, twins));
    } else {
        usable = first_rows > 0;
        outputs["reason"] = usable ? "" : "there is no good row";
        outputs["rows"] = first_rows;
        outputs["items"] = csv::to_json(first_dataset);
        done.effects.emplace_back(registered(context, "items", first_dataset, faulty));
    }
    outputs["usable"] = usable;
    outputs["quarantine"] = quarantine.finish();
    if (faulty > 0) {
        context.log(sdk::LogLevel::Warn, std::to_string(faulty) + " rows went into quarantine");
    }
    if (twins > 0) {
        context.log(
            sdk::LogLevel::Info, std::to_string(twins) + " rows judge nothing: a training row says nearly the same (quarantine)"
        );
    }
    done.outputs = std::move(outputs);
    return done;
}

}  // namespace kontor::tasks::dataset
