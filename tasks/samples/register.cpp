#include "tasks/samples/register.hpp"

#include <boost/json/parse.hpp>
#include <memory>

#include "tasks/samples/collect.hpp"

namespace kontor::tasks::samples {
namespace {

class Collect final : public sdk::Task {
 public:
    explicit Collect(const std::function<SampleSource*()>& source) : source_(source) {}
    sdk::Outcome run(sdk::TaskContext& context) override {
        SampleSource* source = source_();
        if (source == nullptr) {
            throw sdk::TaskFailure(sdk::FailureClass::Config, "no samples are taken here: leave the task out");
        }
        return run_collect(context, *source);
    }

 private:
    const std::function<SampleSource*()>& source_;
};

constexpr std::string_view collect_schema =
    R"({"type": "object", "required": ["schema"], "additionalProperties": false, "properties": {"schema": {"type": "object"}}})";

}  // namespace

void register_tasks(sdk::TaskRegistry& registry, std::function<SampleSource*()> source) {
    const auto shared = std::make_shared<const std::function<SampleSource*()>>(std::move(source));
    registry.add(
        {"samples.collect",
         "Writes the samples that were sent for the country, each item in its highest version, as a dataset to learn from",
         boost::json::parse(collect_schema),
         "labeller",
         sdk::Pool::Io,
         1,
         [shared] { return std::make_unique<Collect>(*shared); }}
    );
}

}  // namespace kontor::tasks::samples
