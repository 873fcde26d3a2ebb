#include "tasks/codes/register.hpp"

#include <boost/json/parse.hpp>
#include <memory>

#include "tasks/codes/in_force.hpp"

namespace kontor::tasks::codes {
namespace {

class InForce final : public sdk::Task {
 public:
    explicit InForce(const std::function<ListSource*()>& source) : source_(source) {}
    sdk::Outcome run(sdk::TaskContext& context) override { return run_in_force(context, source_()); }

 private:
    const std::function<ListSource*()>& source_;
};

constexpr std::string_view in_force_schema = R"({"type": "object", "required": ["period"], "additionalProperties": false, "properties": {
    "period": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}, "codes": {"type": ["object", "null"]}}})";

}  // namespace

void register_tasks(sdk::TaskRegistry& registry, std::function<ListSource*()> source) {
    const auto shared = std::make_shared<const std::function<ListSource*()>>(std::move(source));
    registry.add(
        {"codes.in_force",
         "Gives the code list of the country in the month: the imported one that is in force then, else the warehouse's",
         boost::json::parse(in_force_schema),
         "extractor",
         sdk::Pool::Io,
         1,
         [shared] { return std::make_unique<InForce>(*shared); }}
    );
}

}  // namespace kontor::tasks::codes
