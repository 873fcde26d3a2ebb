#include "tasks/codes/in_force.hpp"

#include "tasks/codes/crosswalk_table.hpp"

namespace kontor::tasks::codes {
namespace {

constexpr std::size_t period_size = 7;  // YYYY-MM

bool is_valid_on(const ListEntry& entry, const std::string& day) {
    return (entry.valid_from.empty() || entry.valid_from <= day) && (entry.valid_to.empty() || day < entry.valid_to);
}

csv::Dataset write_list(sdk::TaskContext& context, const ListInForce& list, const std::string& day) {
    csv::Writer writer = csv::create_rows(context.objects(), "raw", csv::object_country(context.identity()), "codes");
    writer.header({"code", "title", "effective_from", "effective_to"});
    for (const ListEntry& entry : list.entries) {
        if (is_valid_on(entry, day)) {
            writer.row({entry.code, entry.title, entry.valid_from.empty() ? list.effective_from : entry.valid_from, entry.valid_to});
        }
    }
    const std::int64_t rows = writer.rows();
    if (rows == 0) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Data, "version " + std::to_string(list.version) + " of the code list of " +
                                         csv::object_country(context.identity()) + " has no code that is valid on " + day + ": import a list that has"
        );
    }
    return {writer.commit(), rows};
}

sdk::Json registered(sdk::TaskContext& context, const csv::Dataset& dataset, sdk::Succeeded& done) {
    done.effects.emplace_back(
        sdk::DatasetRegistered{csv::object_country(context.identity()), "raw", dataset.object, dataset.rows, 0, sdk::JsonObject()}
    );
    return csv::to_json(dataset);
}

}  // namespace

sdk::Outcome run_in_force(sdk::TaskContext& context, ListSource* source) {
    const std::string period = sdk::text_input(context.input(), "period");
    if (period.size() != period_size) {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "with.period must be a month, YYYY-MM");
    }
    const std::string day = period + "-01";
    const std::string country = csv::object_country(context.identity());
    const auto list = source == nullptr ? std::nullopt : source->in_force(country, day);
    sdk::Succeeded done;
    if (!list) {
        const sdk::Json* given = sdk::optional_input(context.input(), "codes");
        done.outputs = sdk::JsonObject{
            {"codes", given == nullptr ? sdk::Json() : *given},
            {"crosswalk", nullptr},
            {"list", given == nullptr ? sdk::Json() : sdk::JsonObject{{"source", "warehouse"}, {"period", period}}}};
        return done;
    }
    sdk::JsonObject outputs{
        {"codes", registered(context, write_list(context, *list, day), done)},
        {"crosswalk", nullptr},
        {"list",
         sdk::JsonObject{
             {"source", "imported"}, {"version", list->version}, {"effective_from", list->effective_from}, {"period", period}}}};
    if (!Crosswalk(list->steps).empty()) {
        csv::Writer writer = csv::create_rows(context.objects(), "raw", country, "crosswalk");
        write_steps(writer, list->steps);
        const std::int64_t rows = writer.rows();
        outputs["crosswalk"] = registered(context, {writer.commit(), rows}, done);
    }
    context.log(
        sdk::LogLevel::Info, "in force in " + period + " is version " + std::to_string(list->version) + " of the imported list, effective from " +
                                 list->effective_from
    );
    done.outputs = std::move(outputs);
    return done;
}

}  // namespace kontor::tasks::codes
