// Data files as tasks hand them on: zstd-compressed CSV objects, named in JSON as `{"object": {...}, "rows": n}`.
// Thread: the task's own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tasks/csv/reader.hpp"
#include "tasks/csv/writer.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::csv {

struct Dataset {
    sdk::ObjectRef object;
    std::int64_t rows = 0;
};
sdk::Json to_json(const Dataset& dataset);
// Errors: TaskFailure(Config) when `value` is no dataset; `what` names it in the sentence.
Dataset dataset_from(const sdk::Json& value, std::string_view what);

// The partition a task writes its objects under: its country, or "all" for a task without one.
std::string object_country(const sdk::TaskIdentity& identity);

// Errors: TaskFailure(Data) for broken compression or a broken header, and what Objects::open throws.
Reader open_rows(sdk::Objects& objects, const sdk::ObjectRef& object, ReaderLimits limits = {});
// `name` without extension: ".csv.zst" is appended.
Writer create_rows(sdk::Objects& objects, std::string_view scope, std::string_view country, std::string_view name);

}  // namespace kontor::csv
