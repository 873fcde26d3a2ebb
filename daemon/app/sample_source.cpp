#include "app/sample_source.hpp"

namespace kontor::app {

std::vector<tasks::samples::SampleObject> SentSamples::current(const std::string& country) {
    const Result<std::vector<ports::CurrentSamples>> sent = rows_.current(country);
    if (!sent) {
        throw sdk::TaskFailure(sdk::FailureClass::Transient, "what was sent as samples cannot be read: " + describe(sent.error()));
    }
    std::vector<tasks::samples::SampleObject> objects;
    for (const ports::CurrentSamples& each : *sent) {
        objects.push_back({each.object, each.sent_by, to_iso(each.at), each.places});
    }
    return objects;
}

samples::Record record_samples(engine::Api& api) {
    return [&api](samples::KeptChunk chunk) -> Result<void> {
        engine::AcceptRequest request;
        request.by = chunk.sender.by;
        request.audit.route = chunk.sender.route;
        request.audit.resource = chunk.sender.resource;
        request.audit.reason = std::move(chunk.note);
        request.effects = std::move(chunk.effects);
        const Result<engine::Reply> recorded = api.accept(std::move(request));
        return recorded ? Result<void>() : Result<void>(recorded.error());
    };
}

}  // namespace kontor::app
