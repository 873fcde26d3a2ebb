#include "tasks/csv/data_file.hpp"

#include "tasks/csv/zstd_stream.hpp"

namespace kontor::csv {

sdk::Json to_json(const Dataset& dataset) {
    return sdk::JsonObject{{"object", sdk::to_json(dataset.object)}, {"rows", dataset.rows}};
}

Dataset dataset_from(const sdk::Json& value, std::string_view what) {
    const auto* dataset = value.if_object();
    const sdk::Json* object = dataset == nullptr ? nullptr : dataset->if_contains("object");
    const sdk::Json* rows = dataset == nullptr ? nullptr : dataset->if_contains("rows");
    if (object == nullptr || rows == nullptr || !rows->is_int64()) {
        throw sdk::TaskFailure(
            sdk::FailureClass::Config,
            std::string(what) + " must be a dataset ({object, rows}), as an earlier task's outputs give it"
        );
    }
    return Dataset{sdk::object_ref_from(*object, std::string(what) + ".object"), rows->get_int64()};
}

std::string object_country(const sdk::TaskIdentity& identity) {
    return identity.country.empty() ? "all" : identity.country;
}

Reader open_rows(sdk::Objects& objects, const sdk::ObjectRef& object, ReaderLimits limits) {
    return Reader(std::make_unique<ZstdReader>(objects.open(object)), limits);
}

Writer create_rows(sdk::Objects& objects, std::string_view scope, std::string_view country, std::string_view name) {
    return Writer(std::make_unique<ZstdWriter>(objects.create(scope, country, std::string(name) + ".csv.zst")));
}

}  // namespace kontor::csv
