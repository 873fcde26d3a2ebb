#include "tasks/report/register.hpp"

#include <boost/json/parse.hpp>
#include <memory>

#include "tasks/report/report.hpp"

namespace kontor::tasks::report {
namespace {

class Build final : public sdk::Task {
 public:
    explicit Build(DecidedSource* decided) : decided_(decided) {}
    sdk::Outcome run(sdk::TaskContext& context) override { return run_build(context, decided_); }

 private:
    DecidedSource* decided_;
};

constexpr std::string_view build_schema = R"({
    "type": "object", "required": ["items", "predictions"], "additionalProperties": false,
    "properties": {
        "items": {"type": "object"}, "predictions": {"type": "object"},
        "quarantined": {"type": "integer", "minimum": 0}, "period": {"type": "string"},
        "codes": {"type": ["object", "null"]}, "model": {"type": "string"}, "fee": {"type": "number", "minimum": 0},
        "double_check": {"type": "number", "minimum": 0, "maximum": 1}, "id_column": {"type": "string"}, "units_column": {"type": "string"}, "weight_column": {"type": "string"}
    }})";

}  // namespace

void register_tasks(sdk::TaskRegistry& registry, std::function<DecidedSource*()> decided) {
    registry.add(
        {"report.build",
         "Adds up units and weight per code and reconciles them with what was sold",
         boost::json::parse(build_schema),
         "reporter",
         sdk::Pool::Compute,
         1,
         [decided = std::move(decided)] { return std::make_unique<Build>(decided()); }}
    );
}

}  // namespace kontor::tasks::report
