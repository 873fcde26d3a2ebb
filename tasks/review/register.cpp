#include "tasks/review/register.hpp"

#include <boost/json/parse.hpp>
#include <memory>

#include "tasks/review/labels.hpp"

namespace kontor::tasks::review {
namespace {

class Labels final : public sdk::Task {
 public:
    explicit Labels(const std::function<LabelSource*()>& source) : source_(source) {}
    sdk::Outcome run(sdk::TaskContext& context) override {
        LabelSource* source = source_();
        if (source == nullptr) {
            throw sdk::TaskFailure(sdk::FailureClass::Config, "there is no queue of reviews here: leave the task out");
        }
        return run_labels(context, *source);
    }

 private:
    const std::function<LabelSource*()>& source_;
};

constexpr std::string_view labels_schema =
    R"({"type": "object", "required": ["schema"], "additionalProperties": false, "properties": {"schema": {"type": "object"}}})";

}  // namespace

void register_tasks(sdk::TaskRegistry& registry, std::function<LabelSource*()> source) {
    const auto shared = std::make_shared<const std::function<LabelSource*()>>(std::move(source));
    registry.add(
        {"review.labels",
         "Writes what people have decided about the country's items as a dataset to learn from",
         boost::json::parse(labels_schema),
         "labeller",
         sdk::Pool::Io,
         1,
         [shared] { return std::make_unique<Labels>(*shared); }}
    );
}

}  // namespace kontor::tasks::review
