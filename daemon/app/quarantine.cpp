#include "app/quarantine.hpp"

#include "tasks/dataset/quarantine.hpp"

namespace kontor::app {
namespace {

// Who opens is a person; whether they may is the API's to decide, and what they open is on record.
constexpr const char* role = "inspector";

Error refusal(const sdk::TaskFailure& failure) {
    switch (failure.kind()) {
        case sdk::FailureClass::Transient:
        case sdk::FailureClass::Resource: return unavailable("quarantine", failure.reason());
        case sdk::FailureClass::Data: return not_found("quarantine", failure.reason());
        case sdk::FailureClass::Config: return invalid("quarantine", failure.reason());
        case sdk::FailureClass::Bug: return internal("quarantine", failure.reason());
    }
    KONTOR_UNREACHABLE();
}

}  // namespace

Result<ports::QuarantineRows> QuarantineReader::read(const ports::QuarantineRequest& request) {
    sdk::TaskIdentity identity;
    identity.run = request.run;
    identity.task = "quarantine";
    identity.country = request.country;
    const auto session = objects_.session(identity, role);
    try {
        tasks::dataset::QuarantinePage page = tasks::dataset::read_quarantine(*session, request.object, request.after, request.limit);
        return ports::QuarantineRows{std::move(page.rows), page.more, session->take_effects()};
    } catch (const sdk::TaskFailure& failure) {
        return refusal(failure);
    }
}

}  // namespace kontor::app
