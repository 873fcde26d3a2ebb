#include "tasks/monitor/register.hpp"

#include "tasks/monitor/check.hpp"

#include <boost/json/parse.hpp>

#include <memory>

namespace kontor::tasks::monitor {
namespace {

class Check final : public sdk::Task {
  public:
    sdk::Outcome run(sdk::TaskContext& context) override { return run_check(context); }
};

class FindSaid final : public sdk::Task {
  public:
    explicit FindSaid(const std::function<PredictionSource*()>& source) : source_(source) {}
    sdk::Outcome run(sdk::TaskContext& context) override {
        PredictionSource* source = source_();
        if (source == nullptr) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Config,
                "there is no store of predictions here: leave the task out"
            );
        }
        return run_said(context, *source);
    }

  private:
    const std::function<PredictionSource*()>& source_;
};

constexpr std::string_view check_schema = R"({
    "type": "object", "required": ["period"], "additionalProperties": false,
    "properties": {
        "period": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}, "schema": {"type": "object"},
        "model": {"type": ["object", "null"]}, "items": {"type": ["object", "null"]}, "predictions": {"type": ["object", "null"]},
        "rows": {"type": ["integer", "null"], "minimum": 0}, "review": {"type": ["integer", "null"], "minimum": 0},
        "quarantined": {"type": ["integer", "null"], "minimum": 0}, "confidence": {"type": ["number", "null"]},
        "outdated": {"type": ["boolean", "null"]},
        "late_labels": {"type": ["object", "null"]}, "said_by": {"type": ["string", "null"]},
        "newest": {"type": ["object", "null"]}, "today": {"type": ["string", "null"]},
        "alarms": {"type": ["object", "null"]}, "event": {"type": ["object", "null"]}
    }})";
constexpr std::string_view said_schema =
    R"({"type": "object", "required": ["period"], "additionalProperties": false, "properties": {
    "period": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}}})";

}  // namespace

void register_tasks(sdk::TaskRegistry& registry, std::function<PredictionSource*()> source) {
    const auto shared =
        std::make_shared<const std::function<PredictionSource*()>>(std::move(source));
    registry.add(
        {"monitor.check",
         "Reads how a country's data and model are doing, and holds it against alarms",
         boost::json::parse(check_schema),
         "monitor",
         sdk::Pool::Compute,
         1,
         [] { return std::make_unique<Check>(); }}
    );
    registry.add(
        {"monitor.said",
         "Finds what was said of a month's items",
         boost::json::parse(said_schema),
         "monitor",
         sdk::Pool::Io,
         1,
         [shared] { return std::make_unique<FindSaid>(*shared); }}
    );
}

}  // namespace kontor::tasks::monitor
