// A model for use outside: read for its country, on record like every opening.
#include "base/json.hpp"
#include "live/predictor.hpp"
#include "live/role.hpp"
#include "tasks/package/package.hpp"

namespace kontor::live {
namespace {

Error refusal(const sdk::TaskFailure& failure) {
    switch (failure.kind()) {
        case sdk::FailureClass::Config:
            return conflict("live.export", failure.reason());
        case sdk::FailureClass::Transient:
        case sdk::FailureClass::Resource:
            return unavailable("live.export", failure.reason());
        case sdk::FailureClass::Data:
        case sdk::FailureClass::Bug:
            return internal("live.export", failure.reason());
    }
    KONTOR_UNREACHABLE();
}

}  // namespace

Result<ports::Package> Predictor::package(const std::string& country, const std::string& model) {
    const Result<std::string> text = reads_.read("winner_candidate", {country, model});
    if (!text) {
        return text.error();
    }
    const Result<Json> told = json_from_text(*text);
    const Json* stored = told ? member(*told, "model") : nullptr;
    if (stored == nullptr) {
        return not_found(
            "live.export",
            "no model '" + model + "' was scored in " + country + ": 'kontor models --country " +
                country + "' lists its models"
        );
    }
    sdk::TaskIdentity identity;
    identity.task = "export";
    identity.country = country;
    const auto session = objects_.session(identity, role);
    try {
        const tasks::model::ModelRef ref = tasks::model::model_ref_from(*stored, "the model");
        std::string tar = tasks::package::package_model(tasks::model::read_model(*session, ref), ref);
        return ports::Package{std::move(tar), session->take_effects()};
    } catch (const sdk::TaskFailure& failure) {
        return refusal(failure);
    }
}

}  // namespace kontor::live
