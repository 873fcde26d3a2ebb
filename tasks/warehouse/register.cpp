#include "tasks/warehouse/register.hpp"

#include <boost/json/parse.hpp>

#include "tasks/warehouse/extract.hpp"

namespace kontor::tasks::warehouse {
namespace {

constexpr std::string_view extract_schema = R"({
  "type": "object",
  "properties": {
    "warehouse": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$",
                  "description": "Which warehouse: the setting warehouse.<name> holds its URL"},
    "query": {"type": "string", "minLength": 1, "description": "A file below the workflows folder that holds one SELECT"},
    "sql": {"type": "string", "minLength": 1, "description": "The SELECT itself, instead of a file"},
    "split_by": {"type": "string", "minLength": 1, "description": "The column that holds the country; absent: one dataset"},
    "params": {"type": "object", "description": "Values of the query's :name placeholders; a list becomes ARRAY[...]"},
    "scope": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,30}$", "description": "First part of the objects' keys"},
    "name": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,62}$", "description": "Last part of the objects' keys"}
  },
  "additionalProperties": false
})";

}  // namespace

void register_tasks(sdk::TaskRegistry& registry) {
    sdk::TaskType type;
    type.name = "warehouse.extract";
    type.summary = "Runs a query in a warehouse and stores its rows, split by country";
    type.input_schema = boost::json::parse(extract_schema);
    type.role = "extractor";
    type.pool = sdk::Pool::Io;
    type.cores = 1;
    type.make = [] { return std::make_unique<Extract>(); };
    registry.add(std::move(type));
}

}  // namespace kontor::tasks::warehouse
