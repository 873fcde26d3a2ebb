#include "tasks/monitor/check.hpp"

#include "tasks/csv/data_file.hpp"
#include "tasks/dataset/table_reader.hpp"
#include "tasks/ml/profile.hpp"
#include "tasks/model/judgement.hpp"
#include "tasks/model/model_object.hpp"
#include "tasks/monitor/rules.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

namespace kontor::tasks::monitor {
namespace {

constexpr std::size_t batch_rows = 4096;

[[noreturn]] void wrong(const std::string& what) {
    throw sdk::TaskFailure(sdk::FailureClass::Config, what);
}

using Readings = std::vector<sdk::Reading>;

// The training rows' profile; nothing for a model from before there were any.
std::optional<ml::Profile> profile_of(sdk::TaskContext& context, const model::ModelRef& model) {
    if (model.profile.is_null()) {
        context.log(
            sdk::LogLevel::Warn,
            "the model " + model.id +
                " was trained before profiles were kept: drift is not read until the country is "
                "trained again"
        );
        return std::nullopt;
    }
    return model::open_profile(context.objects(), model);
}

void read_features(
    sdk::TaskContext& context,
    const ml::Profile& before,
    const csv::Dataset& items,
    Readings& readings
) {
    const ml::Schema schema = ml::schema_from(sdk::required_input(context.input(), "schema"));
    if (before.features.size() !=
        schema.text.size() * 2 + schema.numeric.size() + schema.categorical.size()) {
        wrong(
            "with.schema has other features than the model was trained on: give the schema it was "
            "trained with"
        );
    }
    ml::Profile now = before.emptied();
    ml::Table table(schema);
    dataset::TableReader reader(
        csv::open_rows(context.objects(), items.object), schema, false, "with.items"
    );
    while (reader.next(table, batch_rows)) {
        context.stop_point();
        now.add(table);
        context.progress(
            static_cast<double>(now.rows) / static_cast<double>(std::max(items.rows, now.rows)),
            "reading the items"
        );
    }
    for (std::size_t i = 0; i < now.features.size(); ++i) {
        const ml::Distribution& is = now.features[i];
        const ml::Shift shift = ml::shift_between(before.features[i], is);
        readings.push_back({"feature_psi", is.feature, shift.psi, is.rows});
        readings.push_back({"feature_js", is.feature, shift.js, is.rows});
        if (is.kind == ml::DistributionKind::Category) {
            readings.push_back({"unseen_share", is.feature, shift.unseen, is.rows});
        }
    }
}

std::size_t column_of(const csv::Reader& reader, std::string_view name, const char* what) {
    const int column = reader.column(name);
    if (column < 0) {
        wrong(std::string(what) + " lacks the column " + std::string(name));
    }
    return static_cast<std::size_t>(column);
}

void read_codes(
    sdk::TaskContext& context,
    const ml::Profile& before,
    const csv::Dataset& predictions,
    Readings& readings
) {
    ml::Profile now = before.emptied();
    csv::Reader reader = csv::open_rows(context.objects(), predictions.object);
    const std::size_t code = column_of(reader, "code", "with.predictions");
    csv::Row row;
    while (reader.next(row)) {
        if (row.number() % static_cast<std::int64_t>(batch_rows) == 0) {
            context.stop_point();
        }
        if (row.fault() != csv::RowFault::None) {
            wrong(
                "with.predictions, row " + std::to_string(row.number()) + ": " +
                std::string(csv::to_string(row.fault())) + ": give the output of model.predict"
            );
        }
        now.add_code(row[code]);
    }
    const ml::Shift shift = ml::shift_between(before.codes, now.codes);
    readings.push_back({"codes_psi", "", shift.psi, now.codes.rows});
    readings.push_back({"codes_js", "", shift.js, now.codes.rows});
}

void read_shares(const sdk::JsonObject& input, Readings& readings) {
    const auto whole = [&](std::string_view name) { return sdk::int_input_or(input, name, -1); };
    const std::int64_t rows = whole("rows");
    const std::int64_t review = whole("review");
    const std::int64_t quarantined = whole("quarantined");
    if (rows >= 0) {
        const std::int64_t all = rows + std::max<std::int64_t>(quarantined, 0);
        readings.push_back({"volume", "", static_cast<double>(all), all});
        if (review >= 0 && rows > 0) {
            readings.push_back(
                {"review_share", "", static_cast<double>(review) / static_cast<double>(rows), rows}
            );
        }
        if (quarantined >= 0 && all > 0) {
            readings.push_back(
                {"quarantine_share",
                 "",
                 static_cast<double>(quarantined) / static_cast<double>(all),
                 all}
            );
        }
        if (const sdk::Json* mean = sdk::optional_input(input, "confidence");
            mean != nullptr && rows > 0) {
            readings.push_back({"confidence", "", mean->to_number<double>(), rows});
        }
    }
}

// Of labels that came after the predictions: how many of these were right.
void read_accuracy(
    sdk::TaskContext& context,
    const sdk::Json& late,
    const csv::Dataset& predictions,
    Readings& readings
) {
    const ml::Schema schema = ml::schema_from(sdk::required_input(context.input(), "schema"));
    model::Truth truth(context.objects(), csv::dataset_from(late, "with.late_labels"), schema);
    std::int64_t rows = 0;
    std::int64_t right = 0;
    for (const auto& entry : truth.judge(context.objects(), predictions)) {
        rows += entry.known ? 1 : 0;
        right += entry.known && entry.judged.predicted == entry.judged.truth ? 1 : 0;
    }
    if (rows > 0) {
        readings.push_back(
            {"accuracy", "", static_cast<double>(right) / static_cast<double>(rows), rows}
        );
    } else {
        context.log(
            sdk::LogLevel::Info,
            "no late label is of an item that was classified: the accuracy is not read"
        );
    }
}

// The day of YYYY-MM-DD, or the last one of YYYY-MM.
std::chrono::sys_days day_from(const std::string& text, const char* what) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    const int found = std::sscanf(text.c_str(), "%4d-%2u-%2u", &year, &month, &day);
    const std::chrono::year_month at{std::chrono::year(year), std::chrono::month(month)};
    const std::chrono::year_month_day whole =
        found == 3 ? std::chrono::year_month_day(at / std::chrono::day(day))
                   : std::chrono::year_month_day(at / std::chrono::last);
    if (found < 2 || !whole.ok()) {
        wrong(
            std::string(what) + " must be a day (YYYY-MM-DD) or a month (YYYY-MM), not \"" + text +
            "\""
        );
    }
    return whole;
}

// How old the newest data are, from a table of one row with the column `newest`.
void read_freshness(sdk::TaskContext& context, const csv::Dataset& newest, Readings& readings) {
    const auto today = day_from(sdk::text_input(context.input(), "today"), "with.today");
    csv::Reader reader = csv::open_rows(context.objects(), newest.object);
    const std::size_t column = column_of(reader, "newest", "with.newest");
    csv::Row row;
    if (!reader.next(row) || row.fault() != csv::RowFault::None) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Data,
            "with.newest has no good row: its query must give the newest day or month of the "
            "country's data"
        );
    }
    const auto age = today - day_from(std::string(row[column]), "with.newest");
    readings.push_back(
        {"freshness_days", "", static_cast<double>(std::max<std::int64_t>(0, age.count())), 1}
    );
}

std::string text_of(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

sdk::Json told(const Readings& readings) {
    sdk::JsonArray list;
    for (const sdk::Reading& each : readings) {
        list.push_back(sdk::JsonObject{
            {"metric", each.metric},
            {"feature", each.feature},
            {"value", each.value},
            {"rows", each.rows}});
    }
    return list;
}

}  // namespace

sdk::Outcome run_check(sdk::TaskContext& context) {
    const sdk::JsonObject& input = context.input();
    sdk::ReadingsTaken taken;
    taken.country = csv::object_country(context.identity());
    taken.period = sdk::text_input(input, "period");
    if (const sdk::Json* alarms = sdk::optional_input(input, "alarms"); alarms != nullptr) {
        taken.alarms = rules_from(*alarms);
    }
    if (const sdk::Json* data = sdk::optional_input(input, "event"); data != nullptr) {
        taken.data = data->as_object();
    }
    const auto dataset = [&](std::string_view name) -> std::optional<csv::Dataset> {
        const sdk::Json* given = sdk::optional_input(input, name);
        return given == nullptr
                   ? std::nullopt
                   : std::optional(csv::dataset_from(*given, "with." + std::string(name)));
    };
    const std::optional<csv::Dataset> items = dataset("items");
    const std::optional<csv::Dataset> predictions = dataset("predictions");
    Readings& readings = taken.readings;
    if (const sdk::Json* given = sdk::optional_input(input, "model"); given != nullptr) {
        const model::ModelRef ref = model::model_ref_from(*given, "with.model");
        taken.model = ref.id;
        if (const auto before = profile_of(context, ref)) {
            if (items) {
                read_features(context, *before, *items, readings);
            }
            if (predictions && sdk::bool_input_or(input, "outdated", false)) {
                context.log(
                    sdk::LogLevel::Info, "the model was trained for another code list: that its codes have other names now is no drift, and they are not read"
                );
            } else if (predictions) {
                read_codes(context, *before, *predictions, readings);
            }
        }
    }
    read_shares(input, readings);
    if (const sdk::Json* late = sdk::optional_input(input, "late_labels"); late != nullptr) {
        if (!predictions) {
            wrong("with.late_labels judge with.predictions: give both");
        }
        taken.model = sdk::text_input_or(input, "said_by", taken.model);
        read_accuracy(context, *late, *predictions, readings);
    }
    if (const auto newest = dataset("newest")) {
        read_freshness(context, *newest, readings);
    }
    const auto worst = std::max_element(
        readings.begin(),
        readings.end(),
        [](const sdk::Reading& a, const sdk::Reading& b) {
            return (a.metric == "feature_psi" ? a.value : -1) <
                   (b.metric == "feature_psi" ? b.value : -1);
        }
    );
    if (worst != readings.end() && worst->metric == "feature_psi") {
        context.log(
            sdk::LogLevel::Info,
            "the feature that moved most is " + worst->feature + ", PSI " + text_of(worst->value)
        );
    }
    sdk::Succeeded done;
    done.outputs = sdk::JsonObject{{"period", taken.period}, {"readings", told(readings)}};
    done.effects.emplace_back(std::move(taken));
    return done;
}

sdk::Outcome run_said(sdk::TaskContext& context, PredictionSource& source) {
    const std::string period = sdk::text_input(context.input(), "period");
    const auto said = source.said(csv::object_country(context.identity()), period);
    if (!said) {
        context.log(sdk::LogLevel::Info, "nothing was reported for " + period + " yet");
        return sdk::Succeeded{sdk::JsonObject{{"predictions", nullptr}, {"model", nullptr}}, {}};
    }
    return sdk::Succeeded{
        sdk::JsonObject{{"predictions", csv::to_json(said->predictions)}, {"model", said->model}},
        {}};
}

}  // namespace kontor::tasks::monitor
