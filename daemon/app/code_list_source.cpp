#include "app/code_list_source.hpp"

#include "tasks/sdk/outcome.hpp"

namespace kontor::app {

std::optional<tasks::codes::ListInForce> ImportedLists::in_force(const std::string& country, const std::string& day) {
    const Result<std::optional<ports::ListOnDay>> found = rows_.on_day(country, day);
    if (!found) {
        throw sdk::TaskFailure(sdk::FailureClass::Transient, "the imported code lists cannot be read: " + describe(found.error()));
    }
    if (!*found) {
        return std::nullopt;
    }
    tasks::codes::ListInForce list{(*found)->list.version, (*found)->list.effective_from, {}, {}};
    for (const ports::ListRow& row : (*found)->list.rows) {
        list.entries.push_back({row.code, row.title, row.valid_from, row.valid_to});
    }
    for (const auto& [day_of_step, moves] : (*found)->steps) {
        tasks::codes::Step& step = list.steps.emplace_back();
        step.effective_from = day_of_step;
        for (const ports::ListMove& move : moves) {
            step.moves.push_back({move.from, move.to, tasks::codes::kind_from(move.kind).value_or(tasks::codes::Kind::End), move.weight});
        }
    }
    return list;
}

}  // namespace kontor::app
