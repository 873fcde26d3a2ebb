#include "exec/run_attempt.hpp"

#include <exception>
#include <iterator>
#include <new>

#include "base/json.hpp"
#include "base/limits.hpp"

namespace kontor::exec {
namespace {

using sdk::Failed;
using sdk::FailureClass;

sdk::Outcome run_task(const sdk::TaskType& type, AttemptContext& context) {
    try {
        const std::unique_ptr<sdk::Task> task = type.make();
        return task->run(context);
    } catch (const sdk::TaskFailure& failure) {
        return Failed{failure.kind(), failure.reason()};
    } catch (const sdk::TaskInterrupted&) {
        return sdk::Interrupted{};
    } catch (const std::bad_alloc&) {
        return Failed{FailureClass::Resource, "out of memory: give the task less to do at once, or the machine more memory"};
    } catch (const std::exception& error) {
        return Failed{FailureClass::Bug, std::string("the task threw: ") + error.what()};
    } catch (...) {
        return Failed{FailureClass::Bug, "the task threw something that is no std::exception"};
    }
}

// A stop explains whatever is not a success: a broken connection after a cancel is no failure of its own.
sdk::Outcome explained(sdk::Outcome outcome, const Job& job, const Redaction& redaction) {
    if (std::holds_alternative<sdk::Succeeded>(outcome)) {
        return outcome;
    }
    switch (job.cause.load()) {
        case StopCause::Asked: return sdk::Interrupted{};
        case StopCause::TimedOut: return Failed{FailureClass::Transient, "timed out after " + to_text(job.dispatch.timeout)};
        case StopCause::None: break;
    }
    if (std::holds_alternative<sdk::Interrupted>(outcome)) {
        // Uncounted attempts would repeat for ever.
        return Failed{FailureClass::Bug, "the task said that it was interrupted, but nobody had asked it to stop"};
    }
    Failed& failed = std::get<Failed>(outcome);
    // A task may have cut the reason where a secret stands.
    std::vector<Redaction::Begun> begun;
    failed.reason = cut_text(redaction.next(failed.reason, begun), limits::reason_bytes_max);
    return outcome;
}

void settle_objects(sdk::Outcome& outcome, AttemptContext& context) {
    std::vector<sdk::Effect> effects = context.take_effects();
    if (effects.empty()) {
        return;
    }
    if (auto* succeeded = std::get_if<sdk::Succeeded>(&outcome)) {
        // Objects stand before what refers to them.
        effects.insert(
            effects.end(), std::make_move_iterator(succeeded->effects.begin()), std::make_move_iterator(succeeded->effects.end())
        );
        succeeded->effects = std::move(effects);
        return;
    }
    std::size_t opened = 0;
    for (const sdk::Effect& effect : effects) {
        opened += std::holds_alternative<sdk::ObjectOpened>(effect) ? 1U : 0U;
    }
    context.log(
        sdk::LogLevel::Info, "did not succeed: opened " + std::to_string(opened) + " objects, and the " +
                                 std::to_string(effects.size() - opened) + " it wrote are not registered"
    );
}

}  // namespace

sdk::Outcome run_attempt(Job& job, const Surroundings& world) noexcept {
    const sdk::TaskType* type = world.tasks.find(job.dispatch.uses);
    if (type == nullptr) {
        return Failed{
            FailureClass::Config, "there is no task '" + job.dispatch.uses + "': mend 'uses' in the workflow, or run the daemon that has it"
        };
    }
    if (!type->make) {
        return Failed{FailureClass::Config, "the task '" + job.dispatch.uses + "' is carried out by the engine, not by a worker"};
    }
    AttemptContext context(job, world);
    sdk::Outcome outcome = explained(run_task(*type, context), job, world.redaction);
    settle_objects(outcome, context);
    if (std::holds_alternative<sdk::Succeeded>(outcome)) {
        context.drop_checkpoint();
    }
    return outcome;
}

}  // namespace kontor::exec
