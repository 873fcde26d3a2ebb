#include "core/dag/workflow.hpp"

namespace kontor::core::dag {

int Workflow::task_index(std::string_view task) const {
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (tasks[i].name == task) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

}  // namespace kontor::core::dag
