#include "tasks/package/register.hpp"

#include <boost/json/parse.hpp>
#include <memory>

#include "tasks/package/import.hpp"

namespace kontor::tasks::package {
namespace {

class Import final : public sdk::Task {
 public:
    explicit Import(std::string program) : program_(std::move(program)) {}
    sdk::Outcome run(sdk::TaskContext& context) override { return run_import(context, program_); }

 private:
    std::string program_;
};

constexpr std::string_view import_schema = R"({
    "type": "object", "required": ["package", "schema"], "additionalProperties": false,
    "properties": {
        "package": {"type": "object"}, "name": {"type": "string"}, "schema": {"type": "object"},
        "list": {"type": ["object", "null"]}, "train": {"type": ["object", "null"]}
    }})";

}  // namespace

void register_tasks(sdk::TaskRegistry& registry, const std::string& program) {
    registry.add(
        {"model.import",
         "Takes a model that was made elsewhere, once a process of its own has read and tried it",
         boost::json::parse(import_schema),
         "importer",
         sdk::Pool::Compute,
         1,
         [program] { return std::make_unique<Import>(program); }}
    );
}

}  // namespace kontor::tasks::package
