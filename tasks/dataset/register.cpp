#include "tasks/dataset/register.hpp"

#include <boost/json/parse.hpp>
#include <memory>

#include "tasks/dataset/prepare.hpp"

namespace kontor::tasks::dataset {

void register_tasks(sdk::TaskRegistry& registry) {
    registry.add(
        {"dataset.prepare",
         "Checks the columns, puts bad rows into quarantine and sets a holdout aside",
         boost::json::parse(R"({
            "type": "object",
            "required": ["dataset", "schema"],
            "additionalProperties": false,
            "properties": {
                "dataset": {"type": "object"},
                "schema": {"type": "object"},
                "labelled": {"type": "boolean"},
                "holdout": {"type": "number", "minimum": 0, "maximum": 0.9},
                "codes": {"type": ["object", "null"]},
                "crosswalk": {"type": ["object", "null"]},
                "list": {"type": ["object", "null"]},
                "split_share": {"type": "number", "minimum": 0.5, "maximum": 1},
                "labels": {"type": ["object", "null"]},
                "samples": {"type": ["object", "null"]},
                "twins_apart": {"type": "boolean"},
                "min_rows": {"type": "integer", "minimum": 0},
                "cores": {"type": "integer", "minimum": 1}
            }
         })"),
         "preparer",
         sdk::Pool::Compute,
         1,
         [] { return std::make_unique<Prepare>(); },
         true}
    );
}

}  // namespace kontor::tasks::dataset
