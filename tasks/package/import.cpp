#include "tasks/package/import.hpp"

#include "tasks/csv/data_file.hpp"
#include "tasks/dataset/table_reader.hpp"
#include "tasks/ml/model_file.hpp"
#include "tasks/model/model_object.hpp"
#include "tasks/package/import_child.hpp"

namespace kontor::tasks::package {
namespace {

std::string columns_of(const ml::Schema& schema) {
    std::string all;
    for (const auto* columns : {&schema.text, &schema.numeric, &schema.categorical}) {
        for (const std::string& column : *columns) {
            all += (all.empty() ? "" : ", ") + column;
        }
    }
    return all;
}

// A model reads the columns that it was made with, and no others.
void must_fit(const sdk::Json& header, const ml::Schema& schema) {
    const ml::Schema own = ml::schema_from(ml::model_member(header, "schema"));
    if (!own.same_features(schema)) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Data, "the model reads the columns " + columns_of(own) + ", but the workflow's schema has " + columns_of(schema) +
                                         ": give the workflow the model's schema, or train the model on these"
        );
    }
}

// What the country's rows look like, so that the months that the model classifies can be held against them.
void add_profile(sdk::TaskContext& context, const ml::Schema& schema, model::ModelRef& stored) {
    const sdk::Json* train = sdk::optional_input(context.input(), "train");
    if (train == nullptr) {
        return;
    }
    context.progress(0.8, "reading rows");
    ml::Table rows(schema);
    dataset::TableReader(csv::open_rows(context.objects(), csv::dataset_from(*train, "with.train").object), schema, true, "with.train").read_all(rows);
    model::store_profile(context, ml::Profile::of(rows, schema), stored);
}

}  // namespace

sdk::Outcome run_import(sdk::TaskContext& context, const std::string& program) {
    const ml::Schema schema = ml::schema_from(sdk::required_input(context.input(), "schema"));
    const sdk::ObjectRef package = sdk::object_ref_from(sdk::required_input(context.input(), "package"), "with.package");
    const std::string name = sdk::text_input_or(context.input(), "name", package.key);
    if (package.bytes > static_cast<std::int64_t>(package_bytes_max)) {
        throw sdk::TaskFailure(sdk::FailureClass::Data, name + " is larger than 256 MiB");
    }
    context.progress(0, "reading the package");
    const std::string tar = model::read_object(context.objects(), package, name);
    context.progress(0.2, "trying the model");
    const Unpacked unpacked = unpack_in_child(tar, program, context.stop());
    const ml::ModelFile file = ml::open_model_file(unpacked.bytes);
    must_fit(file.header, schema);
    context.log(sdk::LogLevel::Info, name + ": a model of the family " + unpacked.family + "; " + unpacked.probed);

    model::ModelRef stored = model::store_model_file(context, unpacked.bytes, unpacked.family, ml::model_member(file.header, "params"));
    add_profile(context, schema, stored);
    const sdk::Json* list = unpacked.list.is_object() ? &unpacked.list : sdk::optional_input(context.input(), "list");
    sdk::JsonObject registered{{"imported", sdk::JsonObject{{"file", name}, {"sha256", package.sha256}}}};
    if (list != nullptr) {
        stored.list = *list;
        registered["code_list"] = *list;
    }
    sdk::Succeeded done;
    done.outputs = sdk::JsonObject{{"model", model::to_json(stored)}, {"classes", ml::model_member(file.header, "classes").get_array().size()}};
    done.effects.emplace_back(sdk::ModelRegistered{
        stored.id, csv::object_country(context.identity()), stored.family, stored.object, stored.params, std::move(registered)});
    return done;
}

}  // namespace kontor::tasks::package
